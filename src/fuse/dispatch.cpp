// SPDX-License-Identifier: MIT
#include <qx/fuse/dispatch.hpp>

namespace qx::kernel {

std::size_t copy_for(const table& kernels, std::span<const std::string_view> copies) {
  std::size_t best = 0;
  if (find_table(kernels.name) == nullptr) return best;
  for (const table* candidate : tables()) {
    for (std::size_t i = 0; i < copies.size(); ++i)
      if (copies[i] == candidate->name) best = i;
    if (candidate->name == kernels.name) break;
  }
  return best;
}

}  // namespace qx::kernel
