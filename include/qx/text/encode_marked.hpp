// SPDX-License-Identifier: MIT
/// \file
/// Tokens of a text that is not to be trusted in all its parts.
#pragma once

#include <qx/text/marked_text.hpp>
#include <qx/text/tokenizer.hpp>

#include <vector>

namespace qx::text {

/// As `tokenizer::encode`, but the names of control tokens are parsed in the text's own stretches
/// alone: one that lies in a foreign stretch, if only in part, is text. A text whose foreign
/// stretches have no such names has the same tokens either way.
[[nodiscard]] std::vector<token_id> encode(const tokenizer& words, const marked_text& text,
                                           encode_options options = {});

}  // namespace qx::text
