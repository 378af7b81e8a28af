// SPDX-License-Identifier: MIT
/// \file
/// A model ready to run: its file, its tokenizer, its weights.
#pragma once

#include "command.hpp"

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/text/tokenizer.hpp>

#include <models/llama/model.hpp>
#include <string>

namespace qx::cli {

/// Loads with a progress bar, with the threads and kernels of the settings.
[[nodiscard]] result<llama::model> load_llama(const gguf::file& file, llama::load_options wanted,
                                              const settings& with);

/// The file's tokenizer. What had to be assumed about it is said on the standard error.
[[nodiscard]] result<text::tokenizer> load_words(const gguf::file& file);

/// "llama-2, q4_0, 1.10 B parameters": the name, the type of most weights, how many there are.
[[nodiscard]] std::string title_of(const gguf::file& file);

/// The type that most elements have.
[[nodiscard]] dtype main_type(const gguf::file& file);
[[nodiscard]] std::size_t parameters_of(const gguf::file& file);

}  // namespace qx::cli
