// SPDX-License-Identifier: MIT
/// \file
/// Follows a text through a grammar, byte by byte. A state is the set of all the ways in which the
/// text so far can be read; each is a place in the grammar and the places to go back to. Equal
/// states have equal numbers, so that what has been found out about one is found out once.
#pragma once

#include <qx/core/error.hpp>
#include <qx/text/grammar.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace qx::text {

class matcher {
 public:
  using state = std::uint32_t;
  /// What no text leads on from.
  static constexpr state dead = 0;
  /// Rules inside rules inside rules: a text that needs more cannot be read.
  static constexpr std::size_t most_depth = 1000;

  explicit matcher(grammar g);

  [[nodiscard]] state start() const { return start_; }
  /// The state after one more byte. Computed the first time only.
  [[nodiscard]] state next(state s, std::uint8_t byte) {
    const state known = rows_[s][byte];
    return known != unknown ? known : (rows_[s][byte] = step(s, byte));
  }
  /// Whether the text may end here.
  [[nodiscard]] bool accepts(state s) const { return accepting_[s]; }
  /// Whether the text must end here.
  [[nodiscard]] bool finished(state s) const { return accepting_[s] && ways_[s].empty(); }
  /// States so far.
  [[nodiscard]] std::size_t states() const { return ways_.size(); }

 private:
  static constexpr state unknown = 0xffffffff;
  static constexpr std::size_t most_ways = 10000;  ///< of one state
  static constexpr std::size_t most_states =
      100000;  ///< a kilobyte each; beyond them texts are not read

  /// Where to go on, and the way to go back to after that; the way 0 is the end of the text.
  struct way {
    std::uint32_t place;
    std::uint32_t back;
  };
  class closure;

  [[nodiscard]] state step(state s, std::uint8_t byte);
  [[nodiscard]] state number_of(std::vector<std::uint32_t> ways, bool accepting);
  [[nodiscard]] std::uint32_t way_of(std::uint32_t place, std::uint32_t back);

  grammar grammar_;
  std::vector<way> known_ways_;
  std::vector<std::uint32_t> depth_;  ///< [way]
  std::unordered_map<std::uint64_t, std::uint32_t> way_numbers_;
  std::vector<std::vector<std::uint32_t>> ways_;  ///< [state], ascending; each stands before bytes
  std::vector<bool> accepting_;                   ///< [state]
  std::vector<std::array<state, 256>> rows_;      ///< [state][byte]
  std::map<std::pair<bool, std::vector<std::uint32_t>>, state> state_numbers_;
  state start_ = dead;
};

}  // namespace qx::text
