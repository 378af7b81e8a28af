// SPDX-License-Identifier: MIT
#include "chain_rules.hpp"
#include "rules/breakers.hpp"

#include <qx/run/rules.hpp>

#include <algorithm>
#include <array>

namespace qx::sampling {
namespace {

constexpr double most_whole = 0x1p31;

using arguments = const rule_arguments&;
using context = const chain_context&;

float number(arguments a, std::size_t i) { return static_cast<float>(a.numbers[i]); }
std::size_t whole(arguments a, std::size_t i) { return static_cast<std::size_t>(a.numbers[i]); }
/// -1 is the whole text.
window_length window(arguments a, std::size_t i) {
  return a.numbers[i] < 0 ? whole_text : whole(a, i);
}

constexpr argument_spec min_keep{"min_keep", 1, 0, most_whole, true};
constexpr std::array dry_arguments{argument_spec{"multiplier", 0, 0},
                                   argument_spec{"base", 1.75, 1},
                                   argument_spec{"allowed_length", 2, 1, most_whole, true},
                                   argument_spec{"last_n", 64, -1, most_whole, true}};
constexpr std::array dynatemp_arguments{argument_spec{"temp", 0.8, 0}, argument_spec{"range", 0, 0},
                                        argument_spec{"exponent", 1, 0}};
constexpr std::array min_p_arguments{argument_spec{"p", 0.05, 0, 1}, min_keep};
constexpr std::array mirostat_arguments{argument_spec{"tau", 5, 0}, argument_spec{"eta", 0.1, 0},
                                        argument_spec{"m", 100, 2, most_whole, true}};
constexpr std::array penalty_arguments{argument_spec{"last_n", 64, -1, most_whole, true},
                                       argument_spec{"repeat", 1, 1e-6},
                                       argument_spec{"frequency", 0}, argument_spec{"presence", 0}};
constexpr std::array temperature_arguments{argument_spec{"value", 0.8, 0}};
constexpr std::array top_k_arguments{argument_spec{"k", 40, 0, most_whole, true}};
constexpr std::array sigma_arguments{argument_spec{"n", -1}};
constexpr std::array top_p_arguments{argument_spec{"p", 0.95, 0, 1}, min_keep};
constexpr std::array typical_arguments{argument_spec{"p", 1, 0, 1}, min_keep};
constexpr std::array xtc_arguments{argument_spec{"probability", 0, 0, 1},
                                   argument_spec{"threshold", 0.1, 0, 1}, min_keep,
                                   argument_spec{"seed", 0, 0, 0x1p53, true}};

any_rule make_dry(arguments a, context c) {
  const std::vector<std::string> usual{"\n", ":", "\"", "*"};
  const auto& texts = a.breakers_given ? a.breakers : usual;
  const bool off = a.numbers[0] == 0;
  auto breakers =
      c.words == nullptr || off ? std::vector<dry::breaker>() : find_breakers(*c.words, texts);
  return dry({number(a, 0), number(a, 1), whole(a, 2)}, window(a, 3), std::move(breakers));
}

any_rule make_xtc(arguments a, context c) {
  // A stream of its own, unlike that of the draw, which has the chain's seed.
  const std::uint64_t seed = a.given[3] ? static_cast<std::uint64_t>(a.numbers[3]) : ~c.seed;
  return xtc{number(a, 0), number(a, 1), whole(a, 2), random_stream(seed)};
}

/// Nothing to do: what a chain ends in.
struct draw {
  [[nodiscard]] result<void> apply(candidates&) const { return {}; }
};

constexpr std::array specs{
    rule_spec{"draw",
              "dist",
              false,
              false,
              false,
              {},
              [](arguments, context) -> any_rule { return draw{}; }},
    rule_spec{"dry", "", false, false, true, dry_arguments, make_dry},
    rule_spec{"dynatemp", "temp_ext", true, false, false, dynatemp_arguments,
              [](arguments a, context) -> any_rule {
                return dynamic_temperature{number(a, 0), number(a, 1), number(a, 2)};
              }},
    rule_spec{"greedy",
              "",
              false,
              false,
              false,
              {},
              [](arguments, context) -> any_rule { return greedy{}; }},
    rule_spec{"logit_bias",
              "",
              false,
              true,
              false,
              {},
              [](arguments a, context) -> any_rule { return logit_bias{a.biases}; }},
    rule_spec{"min_p", "", true, false, false, min_p_arguments,
              [](arguments a, context) -> any_rule { return min_p{number(a, 0), whole(a, 1)}; }},
    rule_spec{"mirostat", "mirostat_1", false, false, false, mirostat_arguments,
              [](arguments a, context) -> any_rule {
                return mirostat(number(a, 0), number(a, 1), whole(a, 2));
              }},
    rule_spec{
        "mirostat_2", "mirostat_v2", false, false, false, std::span(mirostat_arguments).first<2>(),
        [](arguments a, context) -> any_rule { return mirostat_2(number(a, 0), number(a, 1)); }},
    rule_spec{"penalties", "", false, false, false, penalty_arguments,
              [](arguments a, context) -> any_rule {
                return penalties({number(a, 1), number(a, 2), number(a, 3)}, window(a, 0));
              }},
    rule_spec{"temperature", "temp", true, false, false, temperature_arguments,
              [](arguments a, context) -> any_rule { return temperature{number(a, 0)}; }},
    rule_spec{"top_k", "", true, false, false, top_k_arguments,
              [](arguments a, context) -> any_rule { return top_k{whole(a, 0)}; }},
    rule_spec{"top_n_sigma", "", true, false, false, sigma_arguments,
              [](arguments a, context) -> any_rule { return top_n_sigma{number(a, 0)}; }},
    rule_spec{"top_p", "", true, false, false, top_p_arguments,
              [](arguments a, context) -> any_rule { return top_p{number(a, 0), whole(a, 1)}; }},
    rule_spec{"typical", "typ_p", true, false, false, typical_arguments,
              [](arguments a, context) -> any_rule { return typical(number(a, 0), whole(a, 1)); }},
    rule_spec{"xtc", "", false, false, false, xtc_arguments, make_xtc},
};

}  // namespace

std::span<const rule_spec> rule_specs() { return specs; }

const rule_spec* find_rule(std::string_view name) {
  const auto at = std::ranges::find_if(specs, [&](const rule_spec& s) {
    return s.name == name || (!s.alias.empty() && s.alias == name);
  });
  return at == specs.end() ? nullptr : &*at;
}

}  // namespace qx::sampling
