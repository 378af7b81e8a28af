// SPDX-License-Identifier: MIT
/// \file
/// The sampler against the reference cases, on every table that runs here.
#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
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

/// The file has one form, that of its maker; no more JSON than that is understood here.
std::vector<reference> read_cases(std::string_view text) {
  std::vector<reference> cases;
  std::size_t at = 0;
  for (auto name = after(text, "\"logits\":\"", at); !name.empty();
       name = after(text, "\"logits\":\"", at)) {
    reference c;
    c.logits = name.substr(0, name.find('"'));
    const auto chain = after(text, "\"chain\":\"", at);
    c.chain = chain.substr(0, chain.find("\",\"survivors\""));
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
  return cases;
}

std::map<std::string_view, float> arguments(std::string_view rule) {
  std::map<std::string_view, float> values;
  for (std::size_t eq = rule.find('='); eq != std::string_view::npos; eq = rule.find('=', eq + 1)) {
    const std::size_t space = rule.find_last_of(' ', eq);
    const std::size_t first = space == std::string_view::npos ? 0 : space + 1;
    auto rest = rule.substr(eq + 1);
    values[rule.substr(first, eq - first)] = number<float>(rest);
  }
  return values;
}

/// The rules of a chain, or nothing where it has one that is not here yet.
std::optional<std::vector<sampling::any_rule>> rules_of(std::string_view chain) {
  std::vector<sampling::any_rule> rules;
  while (!chain.empty()) {
    const std::size_t end = std::min(chain.find("; "), chain.size());
    const std::string_view rule = chain.substr(0, end);
    chain.remove_prefix(std::min(end + 2, chain.size()));
    const std::string_view name = rule.substr(0, rule.find_first_of(" ="));
    if (name != "temperature" && name != "top_k" && name != "top_p" && name != "min_p")
      return std::nullopt;
    auto value = arguments(rule);
    const auto min_keep = static_cast<std::size_t>(value["min_keep"]);
    if (name == "temperature") rules.emplace_back(sampling::temperature{value[name]});
    if (name == "top_k") rules.emplace_back(sampling::top_k{static_cast<std::size_t>(value[name])});
    if (name == "top_p") rules.emplace_back(sampling::top_p{value[name], min_keep});
    if (name == "min_p") rules.emplace_back(sampling::min_p{value[name], min_keep});
  }
  return rules;
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
  const auto cases = read_cases({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE(cases.size() == 69);
  std::size_t checked = 0;
  for (const reference& c : cases) {
    const auto logits = test::read_array<float>(*root / "samplers" / (c.logits + ".logits.f32"));
    for (const kernel::table* table : kernel::tables()) {
      auto rules = rules_of(c.chain);
      if (!rules || !kernel::runs_here(*table)) continue;
      CAPTURE(c.logits);
      CAPTURE(c.chain);
      CAPTURE(table->name);
      auto s = sampler::make(std::move(*rules), 0, logits.size(), *table);
      REQUIRE(s);
      const auto got = s->distribution(logits);
      REQUIRE(got);
      CHECK(got->size() == c.survivors);
      check_top(*got, c.top);
      checked += table == kernel::tables().front() ? 1 : 0;
    }
  }
  CHECK(checked == 36);  // 12 of the 23 chains, on three sets of logits
}
