// SPDX-License-Identifier: MIT
/// \file
/// The sampler against the reference cases, on every table that runs here.
#include <qx/run/chain.hpp>
#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <support/data.hpp>
#include <vector>

using namespace qx;

namespace {

struct reference {
  std::string logits;
  std::string chain;
  std::size_t survivors = 0;
  std::vector<likelihood> top;
};

/// The text after `key` from `at` on; `at` moves behind the key.
std::string_view after(std::string_view text, std::string_view key, std::size_t& at) {
  at = text.find(key, at);
  if (at == std::string_view::npos) return {};
  at += key.size();
  return text.substr(at);
}

template <class T>
T number(std::string_view& text) {
  const std::size_t first = text.find_first_of("-0123456789");
  REQUIRE(first != std::string_view::npos);
  T value{};
  const char* const end =
      std::from_chars(text.data() + first, text.data() + text.size(), value).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// Of JSON's escapes only those that take a backslash away are in the file.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

/// The file has one form, that of its maker; no more JSON than that is understood here.
struct reference_file {
  std::vector<token_id> history;
  std::vector<reference> cases;
};
reference_file read_cases(std::string_view text) {
  std::vector<reference> cases;
  std::size_t at = 0;
  std::vector<token_id> history;
  auto ids = after(text, "\"history\":[", at);
  for (ids = ids.substr(0, ids.find(']') + 1); ids.find_first_of("0123456789") != ids.npos;)
    history.push_back(number<token_id>(ids));
  for (auto name = after(text, "\"logits\":\"", at); !name.empty();
       name = after(text, "\"logits\":\"", at)) {
    reference c;
    c.logits = name.substr(0, name.find('"'));
    const auto chain = after(text, "\"chain\":\"", at);
    c.chain = unescaped(chain.substr(0, chain.find("\",\"survivors\"")));
    auto rest = after(text, "\"survivors\":", at);
    c.survivors = number<std::size_t>(rest);
    rest = after(text, "\"top\":[", at);
    rest = rest.substr(0, rest.find("]]"));
    while (rest.find('[') != std::string_view::npos) {
      const auto token = number<token_id>(rest);
      c.top.push_back({token, number<float>(rest)});
    }
    cases.push_back(std::move(c));
  }
  return {std::move(history), std::move(cases)};
}

/// Of the 40 that the case lists each has its probability; where two tokens tie either may stand.
void check_top(std::span<const likelihood> got, std::span<const likelihood> wanted) {
  for (std::size_t i = 0; i < std::min(got.size(), wanted.size()); ++i) {
    CAPTURE(i);
    CHECK(std::abs(got[i].probability - wanted[i].probability) <= 1e-5f * wanted[i].probability);
    const auto same = std::ranges::find(got, wanted[i].token, &likelihood::token);
    const float mine = same == got.end() ? got[i].probability : same->probability;
    CHECK(std::abs(mine - wanted[i].probability) <= 1e-5f * wanted[i].probability);
  }
}

}  // namespace

TEST_CASE("survivors and probabilities of the reference cases") {
  const auto root = test::data_root();
  if (!root) {
    MESSAGE("skipped: no reference data");
    return;
  }
  const auto bytes = test::read_bytes(*root / "samplers" / "cases.json");
  const auto file = read_cases({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE(file.cases.size() == 69);
  REQUIRE(file.history.size() == 15);
  for (const reference& c : file.cases) {
    const auto logits = test::read_array<float>(*root / "samplers" / (c.logits + ".logits.f32"));
    for (const kernel::table* table : kernel::tables()) {
      if (!kernel::runs_here(*table)) continue;
      CAPTURE(c.logits);
      CAPTURE(c.chain);
      CAPTURE(table->name);
      auto rules = parse_rules(c.chain, {.vocabulary = logits.size()});
      REQUIRE(rules);
      auto s = sampler::make(std::move(*rules), 0, logits.size(), *table);
      REQUIRE(s);
      for (const token_id token : file.history)
        s->accept(token);
      const auto got = s->distribution(logits);
      REQUIRE(got);
      CHECK(got->size() == c.survivors);
      check_top(*got, c.top);
    }
  }
}
