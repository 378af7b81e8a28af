// SPDX-License-Identifier: MIT
/// \file
/// The tokens in which the breakers of DRY can be written.
#pragma once

#include <qx/run/rules/dry.hpp>
#include <qx/text/tokenizer.hpp>

#include <span>
#include <string>
#include <vector>

namespace qx::sampling {

/// For each text: every token that holds it, and every token that ends with the beginning of it
/// followed by the tokens of its rest. One pass over the vocabulary.
[[nodiscard]] std::vector<dry::breaker> find_breakers(const text::tokenizer& words,
                                                      std::span<const std::string> texts);

}  // namespace qx::sampling
