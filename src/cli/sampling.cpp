// SPDX-License-Identifier: MIT
#include "sampling.hpp"

#include <qx/platform/mapped_file.hpp>
#include <qx/run/chain.hpp>
#include <qx/run/rules/constrained.hpp>

#include <filesystem>
#include <limits>
#include <random>
#include <utility>

namespace qx::cli {

void declare_sampling(options& o, sampling_choices& into) {
  o.number({"--temp", "T", "0 takes the likeliest token, more is more varied (default 0.8)"},
           into.rules.temperature);
  o.whole({"--top-k", "K", "draw from the K likeliest tokens, 0: from all (default 40)"},
          into.rules.top_k);
  o.number({"--top-p", "P", "draw from the likeliest with probability P together (default 0.95)"},
           into.rules.top_p, {0.0f, 1.0f});
  o.number(
      {"--min-p", "P", "only tokens at least P times as likely as the likeliest (default 0.05)"},
      into.rules.min_p, {0.0f, 1.0f});
  o.text({"--chain", "RULES", "rules of sampling instead of these, as qx sample --help shows them"},
         into.chain);
  o.text({"--grammar", "TEXT|FILE", "write only what this grammar allows (GBNF)"}, into.grammar);
  o.text({"--json-schema", "TEXT|FILE", "write only JSON that fits this schema"}, into.schema);
  o.whole({"--seed", "S", "the same seed draws the same text (default: a new one each time)"},
          into.seed, {0, std::numeric_limits<std::uint64_t>::max()});
}

std::uint64_t chosen_seed(const sampling_choices& c) {
  return c.seed ? *c.seed : std::random_device{}();
}

namespace {

/// What the option says, or what the file of that name holds.
result<std::string> text_or_file(const std::string& given) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(given, problem)) return given;
  const auto file = platform::mapped_file::open(given);
  if (!file) return std::unexpected(file.error());
  const auto bytes = file->bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

result<text::grammar> grammar_of(const sampling_choices& c) {
  if (c.grammar && c.schema)
    return fail(errc::argument, "--grammar and --json-schema both say what the text must be: "
                                "leave out one");
  auto given = text_or_file(c.grammar ? *c.grammar : *c.schema);
  if (given && c.schema) given = text::grammar_of_schema(*given);
  if (!given) return std::unexpected(given.error());
  return text::grammar::parse(*given);
}

result<std::vector<sampling::any_rule>> rules_of(const sampling_choices& c, std::uint64_t seed,
                                                 const text::tokenizer& words,
                                                 std::size_t vocabulary) {
  if (c.chain) {
    sampler_options untouched;
    untouched.seed = c.rules.seed;
    if (c.rules != untouched)
      return fail(errc::argument, "--chain says all there is to say of sampling: leave out --temp, "
                                  "--top-k, --top-p and --min-p");
    return parse_rules(*c.chain, {vocabulary, seed, &words});
  }
  if (auto sound = check(c.rules); !sound) return std::unexpected(sound.error());
  return chain_of(c.rules);
}

}  // namespace

result<sampler> make_sampler(const sampling_choices& c, std::uint64_t seed,
                             const text::tokenizer& words, std::size_t vocabulary,
                             const settings& with, sampler_watch* watch) {
  auto rules = rules_of(c, seed, words, vocabulary);
  if (!rules) return std::unexpected(rules.error());
  if (c.grammar || c.schema) {
    auto grammar = grammar_of(c);
    if (!grammar) return std::unexpected(grammar.error());
    auto masks = std::make_shared<text::token_masks>(words, std::move(*grammar));
    // The usual chain begins with top-k, or is greedy.
    const std::size_t enough = c.chain ? 0 : c.rules.temperature == 0.0f ? 1 : c.rules.top_k;
    rules->insert(rules->begin(), sampling::constrained(masks, enough));
    if (watch != nullptr) watch->grammar = std::move(masks);
  }
  if (watch != nullptr && watch->log_probabilities) {
    watch->recorded = std::make_shared<sampling::record>();
    rules->insert(rules->begin(), sampling::recorder(*watch->log_probabilities, watch->recorded));
  }
  return sampler::make(std::move(*rules), seed, vocabulary, *with.kernels);
}

}  // namespace qx::cli
