// SPDX-License-Identifier: MIT
#include <qx/text/matcher.hpp>

#include <algorithm>
#include <unordered_set>

namespace qx::text {

/// All the places before bytes that can be reached from some without reading one.
class matcher::closure {
 public:
  explicit closure(matcher& m) : m_(m) {}

  void add(std::uint32_t place, std::uint32_t back) { open_.push_back({place, back}); }
  void run() {
    while (!open_.empty() && found_.size() <= most_ways) {
      const way at = open_.back();
      open_.pop_back();
      if (seen_.insert(std::uint64_t{at.place} << 32 | at.back).second) visit(at);
    }
  }
  [[nodiscard]] state number() {
    if (found_.size() > most_ways) return dead;
    std::ranges::sort(found_);
    return m_.number_of(std::move(found_), accepting_);
  }

 private:
  void visit(way at) {
    const grammar::element& e = m_.grammar_.at(at.place);
    if (e.what == grammar::kind::bytes) {
      found_.push_back(m_.way_of(at.place, at.back));
    } else if (e.what == grammar::kind::end) {
      if (at.back == 0)
        accepting_ = true;
      else
        open_.push_back(m_.known_ways_[at.back]);
    } else {
      enter(e.index, at);
    }
  }
  void enter(std::size_t rule, way from) {
    std::uint32_t back = from.back;
    // Where nothing is left to do behind the rule there is nothing to come back for.
    if (m_.grammar_.at(from.place + 1).what != grammar::kind::end) {
      back = m_.way_of(from.place + 1, from.back);
      if (m_.depth_[back] > most_depth) return;
    }
    for (const std::uint32_t place : m_.grammar_.alternatives(rule))
      open_.push_back({place, back});
  }

  matcher& m_;
  std::vector<way> open_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<std::uint32_t> found_;
  bool accepting_ = false;
};

matcher::matcher(grammar g) : grammar_(std::move(g)) {
  known_ways_.push_back({0, 0});
  depth_.push_back(0);
  (void)number_of({}, false);  // dead
  rows_[dead].fill(dead);
  closure c(*this);
  for (const std::uint32_t place : grammar_.alternatives(grammar_.root()))
    c.add(place, 0);
  c.run();
  start_ = c.number();
}

/// Bytes that are in the same sets lead to the same state: it is found once for all of them.
matcher::state matcher::step(state s, std::uint8_t byte) {
  closure c(*this);
  grammar::byte_set alike;
  alike.set();
  for (const std::uint32_t number : ways_[s]) {
    const way at = known_ways_[number];
    const grammar::byte_set& set = grammar_.set(grammar_.at(at.place).index);
    alike &= set[byte] ? set : ~set;
    if (set[byte]) c.add(at.place + 1, at.back);
  }
  c.run();
  const state next = c.number();
  for (std::size_t b = 0; b < alike.size(); ++b)
    if (alike[b]) rows_[s][b] = next;
  return next;
}

matcher::state matcher::number_of(std::vector<std::uint32_t> ways, bool accepting) {
  const auto [at, fresh] =
      state_numbers_.try_emplace({accepting, std::move(ways)}, static_cast<state>(ways_.size()));
  if (!fresh) return at->second;
  if (ways_.size() >= most_states) {
    state_numbers_.erase(at);
    return dead;
  }
  ways_.push_back(at->first.second);
  accepting_.push_back(accepting);
  rows_.emplace_back().fill(unknown);
  return at->second;
}

std::uint32_t matcher::way_of(std::uint32_t place, std::uint32_t back) {
  const auto [at, fresh] = way_numbers_.try_emplace(std::uint64_t{place} << 32 | back,
                                                    static_cast<std::uint32_t>(known_ways_.size()));
  if (fresh) {
    known_ways_.push_back({place, back});
    depth_.push_back(depth_[back] + 1);
  }
  return at->second;
}

}  // namespace qx::text
