// SPDX-License-Identifier: MIT
#include "grammar_parser.hpp"

#include <qx/core/message.hpp>
#include <qx/text/grammar.hpp>

#include <algorithm>
#include <string>

namespace qx::text {
namespace {

/// The rules that satisfy `holds(sequence's elements all satisfied)`, found by repeating until
/// nothing changes: at most as many rounds as rules, usually a few.
template <class Element>
std::vector<bool> least_fixpoint(const grammar& g, Element satisfied) {
  std::vector<bool> known(g.rules());
  bool backwards = false;
  for (bool changed = true; changed;) {
    changed = false;
    // To and fro, because rules refer to later ones and what they are made of to earlier ones.
    backwards = !backwards;
    for (std::size_t i = 0; i < g.rules(); ++i) {
      const std::size_t r = backwards ? g.rules() - 1 - i : i;
      if (known[r]) continue;
      for (std::size_t place : g.alternatives(r)) {
        while (g.at(place).what != grammar::kind::end && satisfied(g.at(place), known))
          ++place;
        if (g.at(place).what != grammar::kind::end) continue;
        known[r] = changed = true;
        break;
      }
    }
  }
  return known;
}

/// A rule that stands where another begins; `growing` where something follows it.
struct left_corner {
  std::uint32_t to;
  bool growing;
};

/// The strongly connected component of each rule (Tarjan 1972, with a stack of its own, because
/// grammars may be deep).
std::vector<std::size_t> components(const std::vector<std::vector<left_corner>>& edges) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  const std::size_t n = edges.size();
  std::vector<std::size_t> component(n, none), number(n, none), low(n), next(n), path, held;
  std::size_t count = 0;
  for (std::size_t root = 0; root < n; ++root) {
    if (number[root] == none) path.push_back(root);
    while (!path.empty()) {
      const std::size_t r = path.back();
      if (number[r] == none) {
        number[r] = low[r] = count++;
        held.push_back(r);
      }
      if (next[r] < edges[r].size()) {
        const std::size_t to = edges[r][next[r]].to;
        if (number[to] == none)
          path.push_back(to);
        else if (++next[r]; component[to] == none)
          low[r] = std::min(low[r], low[to]);
        continue;
      }
      path.pop_back();
      if (low[r] != number[r]) continue;
      for (std::size_t at = none; at != r;) {
        at = held.back();
        held.pop_back();
        component[at] = r;
      }
    }
  }
  return component;
}

}  // namespace

result<grammar> grammar::parse(std::string_view gbnf) { return grammar_parser(gbnf).parse(); }

result<void> grammar::check() const {
  if (auto sound = check_left_recursion(); !sound) return sound;
  return check_complete();
}

std::vector<bool> grammar::nullable_rules() const {
  return least_fixpoint(*this, [](const element& e, const std::vector<bool>& known) {
    return e.what == kind::rule && known[e.index];
  });
}

/// Every rule must be able to come to an end.
result<void> grammar::check_complete() const {
  const auto ends = least_fixpoint(*this, [&](const element& e, const std::vector<bool>& known) {
    return e.what == kind::bytes ? sets_[e.index].any() : bool(known[e.index]);
  });
  if (ends[root_]) return {};
  for (std::size_t r = 0; r < rules_.size(); ++r)
    if (!ends[r] && !names_[r].empty() && r != root_)
      return fail(errc::format, message("the grammar: no text can ever be complete, because the "
                                        "rule '",
                                        names_[r], "' has no alternative that ends: give it one"));
  return fail(errc::format, "the grammar: no text can ever be complete, because 'root' has no "
                            "alternative that ends: give it one");
}

/// A rule that is reached again without a byte in between is harmless where nothing is left to do
/// behind it, as in a repetition of what may be empty. Where something is, each round would leave
/// more of it, without end.
result<void> grammar::check_left_recursion() const {
  const auto nullable = nullable_rules();
  std::vector<std::vector<left_corner>> edges(rules_.size());
  for (std::size_t r = 0; r < rules_.size(); ++r)
    for (std::size_t place : rules_[r])
      for (; elements_[place].what == kind::rule; ++place) {
        edges[r].push_back({elements_[place].index, elements_[place + 1].what != kind::end});
        if (!nullable[elements_[place].index]) break;
      }
  const auto component = components(edges);
  for (std::size_t r = 0; r < rules_.size(); ++r)
    for (const left_corner& e : edges[r])
      if (e.growing && component[r] == component[e.to]) {
        const std::string which =
            names_[r].empty() ? "a group in parentheses" : message("the rule '", names_[r], "'");
        return fail(errc::format,
                    message("the grammar: ", which,
                            " begins with itself (left recursion), which never comes to an end: "
                            "write it as a repetition, or put itself behind something"));
      }
  return {};
}

}  // namespace qx::text
