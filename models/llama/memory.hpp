// SPDX-License-Identifier: MIT
/// \file
/// The memory that a llama would take, known without loading it.
#pragma once

#include <models/llama/model.hpp>

namespace qx::llama {

/// What `model::load(file, options).memory()` would say; nothing is packed. Errors: those of
/// `read_config`, and `memory` where the numbers in the header are beyond counting.
[[nodiscard]] result<memory_report> memory_needed(const gguf::file& file,
                                                  const load_options& options = {});

}  // namespace qx::llama
