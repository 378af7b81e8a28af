// SPDX-License-Identifier: MIT
/// \file
/// Reads whatever bytes come as an importance matrix: what is accepted has finite weights only.
#include <qx/gguf/imatrix.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = qx::gguf::imatrix::parse(std::as_bytes(std::span(data, size)), "fuzz");
  if (!read) {
    if (read.error().message.empty()) std::abort();
    return 0;
  }
  if (read->entries().empty()) std::abort();
  for (const auto& [name, values] : read->entries()) {
    if (read->find(name).size() != values.size()) std::abort();
    for (const float w : values)
      if (!std::isfinite(w) || w < 0.0f) std::abort();
  }
  return 0;
}
