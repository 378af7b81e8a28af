// SPDX-License-Identifier: MIT
/// \file
/// Passes that cut runs of some characters out of a text and leave the rest in one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <src/text/glyph.hpp>
#include <string_view>
#include <vector>

namespace qx::text {

/// What may stand before a run as a part of it.
enum class run_lead : std::uint8_t { nothing, space, whitespace };

/// Characters of any of the classes, of `extra` (ASCII) or of the ranges; all others if `negated`.
struct run_rules {
  std::uint8_t classes = 0;
  std::string_view extra{};
  std::span<const code_range> ranges{};
  bool negated = false;
  run_lead lead = run_lead::nothing;
  std::size_t least = 1, most = static_cast<std::size_t>(-1);
};

/// Appends the ends of runs and of what lies between them.
void cut_runs(std::string_view text, std::size_t base, std::vector<std::size_t>& ends,
              const run_rules& rules);

/// White space at the end of the text: \s+$
void cut_trailing_space(std::string_view text, std::size_t base, std::vector<std::size_t>& ends);

/// Numbers in groups of three, counted from the end of each run of \p{N}.
void cut_grouped_numbers(std::string_view text, std::size_t base, std::vector<std::size_t>& ends);

/// The same for runs that end a word: \d{1,3}(?=(?:\d{3})*\b)
void cut_grouped_words(std::string_view text, std::size_t base, std::vector<std::size_t>& ends);

/// Before each 0–9 that a multiple of three digits begins with: (?=(\d{3})+(?!\d))
void cut_before_triples(std::string_view text, std::size_t base, std::vector<std::size_t>& ends);

}  // namespace qx::text
