// SPDX-License-Identifier: MIT
/// \file
/// The tokenizer of a GGUF file.
#pragma once

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/text/tokenizer.hpp>
#include <qx/text/vocab_data.hpp>

namespace qx::text {

/// The keys `tokenizer.ggml.*` as they are, copied: the file may be closed afterwards. What "llama"
/// files leave out is filled in (unknown 0, BOS 1, EOS 2), and models named Phi-3 get special
/// tokens that swallow the white space after them, which no key says. Errors: `missing` (model,
/// tokens), `format` (a value of another kind), `range` (an id or a text too large).
[[nodiscard]] result<vocab_data> read_vocab_data(const gguf::file& file);

/// What `read_vocab_data` gives, less the copy of the merges, through `tokenizer::make`; messages
/// begin with the file's name.
[[nodiscard]] result<tokenizer> load_tokenizer(const gguf::file& file);

}  // namespace qx::text
