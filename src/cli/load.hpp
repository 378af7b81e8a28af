// SPDX-License-Identifier: MIT
/// \file
/// A model ready to run: its file, its tokenizer, its weights.
#pragma once

#include "command.hpp"

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/text/tokenizer.hpp>

#include <filesystem>
#include <models/known.hpp>
#include <string>

namespace qx::cli {

/// "--pack-cache[=PATH]", for every command that loads a model.
class pack_cache_option {
 public:
  void declare(options& o);
  /// The cache that is wanted, or "".
  [[nodiscard]] std::filesystem::path path(const gguf::file& file) const;

 private:
  std::string given_;
};

/// Loads with a progress bar, with the threads and kernels of the settings, and says on stderr what
/// was the matter with a cache.
[[nodiscard]] result<any_model> load_any(const gguf::file& file, load_options wanted,
                                         const settings& with, const pack_cache_option& cache = {});

/// The file's tokenizer. What had to be assumed about it is said on the standard error.
[[nodiscard]] result<text::tokenizer> load_words(const gguf::file& file);

/// "llama-2, q4_0, 1.10 B parameters": the name, the type of most weights, how many there are.
[[nodiscard]] std::string title_of(const gguf::file& file);

/// The type that most elements have.
[[nodiscard]] dtype main_type(const gguf::file& file);
[[nodiscard]] std::size_t parameters_of(const gguf::file& file);

}  // namespace qx::cli
