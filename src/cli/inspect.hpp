// SPDX-License-Identifier: MIT
/// \file
/// What `qx inspect` has found out about a file, and the two ways to say it.
#pragma once

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>

#include <cstddef>
#include <models/known.hpp>
#include <string>
#include <vector>

namespace qx::cli {

/// Tensors of one type.
struct type_share {
  dtype type;
  std::size_t tensors = 0, elements = 0, bytes = 0;
};

struct inspection {
  const gguf::file* file;
  std::size_t parameters = 0;
  std::vector<type_share> types;        ///< the largest first
  result<model_shape> shape;            ///< why qx cannot run it, where it cannot
  result<memory_report> memory;         ///< at `context` positions
  std::size_t context = 0;
};

[[nodiscard]] std::string as_text(const inspection& found);
[[nodiscard]] std::string as_json(const inspection& found);

}  // namespace qx::cli
