// SPDX-License-Identifier: MIT
// Which compiled graph belongs to which kernel table.
#include <models/llama/step.hpp>

#include <string_view>

namespace qx::llama {

#define QX_DECLARE_GRAPH(ARCH) \
  namespace ARCH {             \
  extern const forward_function graph; \
  }
QX_FOR_EACH_ARCH(QX_DECLARE_GRAPH)
#undef QX_DECLARE_GRAPH

forward_function forward_for(const kernel::table& kernels) {
#define QX_PICK_GRAPH(ARCH) \
  if (kernels.name == std::string_view(#ARCH)) return ARCH::graph;
  QX_FOR_EACH_ARCH(QX_PICK_GRAPH)
#undef QX_PICK_GRAPH
  return baseline::graph;
}

}  // namespace qx::llama
