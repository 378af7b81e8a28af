// SPDX-License-Identifier: MIT
/// \file
/// What GBNF is turned into: sequences of byte sets and rules.
#include "grammar_parser.hpp"

#include <array>
#include <limits>

namespace qx::text {
namespace {

constexpr std::size_t most_places = 1'000'000;

/// The bytes of a code point; how many there are.
std::size_t encode(char32_t code, std::array<unsigned, 4>& bytes) {
  if (code < 0x80) {
    bytes[0] = code;
    return 1;
  }
  const std::size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  constexpr std::array<unsigned, 5> lead{0, 0, 0xC0, 0xE0, 0xF0};
  for (std::size_t i = n; i-- > 1; code >>= 6)
    bytes[i] = 0x80 | (code & 0x3F);
  bytes[0] = lead[n] | code;
  return n;
}

/// Cuts a range of code points where sequences of bytes, each from a range, can say it: at changes
/// of length, around surrogates, and where a continuation byte would not run through all its values
/// (as in Cox 2010, "Regular expression matching in the wild").
template <class F>
void for_byte_ranges(char32_t first, char32_t last, F f) {
  constexpr std::array<char32_t, 4> ends{0x7F, 0x7FF, 0xFFFF, 0x10FFFF};
  for (const char32_t end : ends)
    if (first <= end && end < last) {
      for_byte_ranges(first, end, f);
      return for_byte_ranges(end + 1, last, f);
    }
  if (first < 0xE000 && last >= 0xD800) {
    if (first < 0xD800) for_byte_ranges(first, 0xD7FF, f);
    if (last > 0xDFFF) for_byte_ranges(0xE000, last, f);
    return;
  }
  if (first >= 0x80)
    for (char32_t mask = 0x3F; mask < 0x10FFFF; mask = mask << 6 | 0x3F) {
      if ((first & ~mask) == (last & ~mask)) break;
      if ((first & mask) != 0) {
        for_byte_ranges(first, first | mask, f);
        return for_byte_ranges((first | mask) + 1, last, f);
      }
      if ((last & mask) != mask) {
        for_byte_ranges(first, (last & ~mask) - 1, f);
        return for_byte_ranges(last & ~mask, last, f);
      }
    }
  std::array<unsigned, 4> low{}, high{};
  const std::size_t n = encode(first, low);
  encode(last, high);
  f(n, low, high);
}

}  // namespace

std::size_t grammar_parser::new_rule() {
  made_.rules_.emplace_back();
  made_.names_.emplace_back();
  return made_.rules_.size() - 1;
}

std::size_t grammar_parser::rule_named(const std::string& name) {
  const auto [at, fresh] = by_name_.try_emplace(name, 0);
  if (fresh) {
    at->second = new_rule();
    made_.names_.back() = name;
  }
  return at->second;
}

void grammar_parser::add_alternative(std::size_t rule, const sequence& s) {
  made_.rules_[rule].push_back(static_cast<std::uint32_t>(made_.elements_.size()));
  made_.elements_.insert(made_.elements_.end(), s.begin(), s.end());
  made_.elements_.push_back({grammar::kind::end, 0});
}

grammar_parser::sequence grammar_parser::reference(std::size_t rule) const {
  return {{grammar::kind::rule, static_cast<std::uint32_t>(rule)}};
}

grammar::element grammar_parser::set_of(unsigned first, unsigned last) {
  grammar::byte_set set;
  for (unsigned b = first; b <= last; ++b)
    set.set(b);
  made_.sets_.push_back(set);
  return {grammar::kind::bytes, static_cast<std::uint32_t>(made_.sets_.size() - 1)};
}

/// One character of any of the ranges: its single bytes are one set, longer ones an alternative
/// each.
grammar_parser::sequence grammar_parser::characters(const ranges& wanted) {
  grammar::byte_set single;
  std::vector<sequence> longer;
  for (const auto& [first, last] : wanted)
    for_byte_ranges(first, last,
                    [&](std::size_t n, const std::array<unsigned, 4>& low,
                        const std::array<unsigned, 4>& high) {
                      if (n == 1) {
                        for (unsigned b = low[0]; b <= high[0]; ++b)
                          single.set(b);
                        return;
                      }
                      sequence s;
                      for (std::size_t i = 0; i < n; ++i)
                        s.push_back(set_of(low[i], high[i]));
                      longer.push_back(std::move(s));
                    });
  if (single.any()) {
    made_.sets_.push_back(single);
    longer.push_back({{grammar::kind::bytes, static_cast<std::uint32_t>(made_.sets_.size() - 1)}});
  }
  if (longer.size() == 1) return longer.front();
  if (longer.empty()) return {set_of(1, 0)};  // no character at all
  const std::size_t rule = new_rule();
  for (const sequence& s : longer)
    add_alternative(rule, s);
  return reference(rule);
}

/// item{least,most}: what must be there is written out; what may follow is a rule for each time,
/// or one that refers to itself.
result<grammar_parser::sequence> grammar_parser::repeat(const sequence& item, std::size_t least,
                                                        std::size_t most) {
  const bool endless = most == std::numeric_limits<std::size_t>::max();
  const std::size_t times = endless ? least + 1 : most;
  if (times > most_places / (item.size() + 2) ||
      made_.elements_.size() + times * (item.size() + 2) > most_places)
    return fail(errc::range, "these repetitions would take more than a million places");
  sequence rest;
  for (std::size_t i = endless ? 1 : most - least; i > 0; --i) {
    const std::size_t rule = new_rule();
    sequence once = item;
    const sequence next = endless ? reference(rule) : rest;
    once.insert(once.end(), next.begin(), next.end());
    add_alternative(rule, once);
    add_alternative(rule, {});
    rest = reference(rule);
  }
  sequence all;
  for (std::size_t i = 0; i < least; ++i)
    all.insert(all.end(), item.begin(), item.end());
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

}  // namespace qx::text
