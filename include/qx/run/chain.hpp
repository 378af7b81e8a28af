// SPDX-License-Identifier: MIT
/// \file
/// Chains of rules written down, the language of `qx sample --chain` and `qx generate --chain`:
///
///     penalties last_n=64 repeat=1.1; top_k=40; top_p=0.95 min_keep=2; temperature=0.8
///
/// Rules stand between semicolons and are applied in their order. `rule=value` gives what the rule
/// is mainly about; other arguments follow as `name=value` with spaces or commas between them, in
/// parentheses or not. An argument that is left out has its usual value.
#pragma once

#include <qx/core/error.hpp>
#include <qx/run/rule.hpp>
#include <qx/text/tokenizer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qx {

/// What rules are made for.
struct chain_context {
  std::size_t vocabulary = 0;
  std::uint64_t seed = 0;                  ///< of rules that draw
  const text::tokenizer* words = nullptr;  ///< without it the breakers of `dry` match nothing
};

struct named_rule {
  std::string text;  ///< as it was written
  sampling::any_rule rule;
};

/// The chain that most programs use: penalties and DRY are there and off.
inline constexpr std::string_view default_chain =
    "penalties last_n=64 repeat=1 frequency=0 presence=0; "
    "dry multiplier=0 base=1.75 allowed_length=2 last_n=64; top_n_sigma=-1; top_k=40; typical=1; "
    "top_p=0.95; min_p=0.05; xtc probability=0 threshold=0.1; temperature=0.8; draw";

/// errc::argument names the column, what stands there, and what would be right.
[[nodiscard]] result<std::vector<named_rule>> parse_chain(std::string_view text,
                                                          const chain_context& context);

/// The same without the texts, for a sampler.
[[nodiscard]] result<std::vector<sampling::any_rule>> parse_rules(std::string_view text,
                                                                  const chain_context& context);

/// The rules of the language with their arguments, one a line, for people.
[[nodiscard]] std::string chain_help();

}  // namespace qx
