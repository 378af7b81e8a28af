// SPDX-License-Identifier: MIT
#include "sampling.hpp"

#include <qx/run/chain.hpp>

#include <limits>
#include <random>

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
  o.whole({"--seed", "S", "the same seed draws the same text (default: a new one each time)"},
          into.seed, {0, std::numeric_limits<std::uint64_t>::max()});
}

std::uint64_t chosen_seed(const sampling_choices& c) {
  return c.seed ? *c.seed : std::random_device{}();
}

result<sampler> make_sampler(const sampling_choices& c, std::uint64_t seed,
                             const text::tokenizer& words, std::size_t vocabulary,
                             const settings& with) {
  sampler_options options = c.rules;
  options.seed = seed;
  if (!c.chain) return sampler::make(options, vocabulary, *with.kernels);
  if (options != sampler_options{.seed = seed})
    return fail(errc::argument, "--chain says all there is to say of sampling: leave out --temp, "
                                "--top-k, --top-p and --min-p");
  auto rules = parse_rules(*c.chain, {vocabulary, seed, &words});
  if (!rules) return std::unexpected(rules.error());
  return sampler::make(std::move(*rules), seed, vocabulary, *with.kernels);
}

}  // namespace qx::cli
