// SPDX-License-Identifier: MIT
/// \file
/// A vocabulary that needs no training, for files of random weights.
#pragma once

#include <qx/core/error.hpp>
#include <qx/text/vocab_data.hpp>

#include <cstddef>

namespace qx::text {

/// `<unk>`, `<s>`, `</s>` and one token for each byte.
inline constexpr std::size_t smallest_byte_vocabulary = 3 + 256;

/// A SentencePiece vocabulary of exactly `size` tokens that can say any text: `<unk>` 0, `<s>` 1,
/// `</s>` 2, the bytes from 3 on, then (where `size` has room for all 95) the printable ASCII
/// characters, then tokens of the type `unused`. A text of n ASCII characters is n tokens and BOS;
/// there is no space prefix. Error: `range` for a size below `smallest_byte_vocabulary`.
[[nodiscard]] result<vocab_data> byte_vocabulary(std::size_t size);

}  // namespace qx::text
