// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/run/sampler.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace qx {

result<void> check(const sampler_options& options) {
  // Negated comparisons refuse NaN as well.
  if (!(options.temperature >= 0.0f &&
        options.temperature < std::numeric_limits<float>::infinity()))
    return fail(errc::argument,
                message("--temp ", options.temperature,
                        ": the temperature is 0 (greedy) or a number above it, usually 0.5 … 1.5"));
  if (!(options.top_p >= 0.0f && options.top_p <= 1.0f))
    return fail(errc::argument,
                message("--top-p ", options.top_p, ": a probability between 0 and 1 (1 is off)"));
  if (!(options.min_p >= 0.0f && options.min_p <= 1.0f))
    return fail(errc::argument,
                message("--min-p ", options.min_p, ": a share between 0 (off) and 1"));
  return {};
}

std::vector<sampling::any_rule> chain_of(const sampler_options& options) {
  std::vector<sampling::any_rule> chain;
  if (options.temperature == 0.0f) {
    chain.emplace_back(sampling::greedy{});
    return chain;
  }
  chain.emplace_back(sampling::top_k{options.top_k});
  chain.emplace_back(sampling::top_p{options.top_p});
  chain.emplace_back(sampling::min_p{options.min_p});
  chain.emplace_back(sampling::temperature{options.temperature});
  return chain;
}

result<sampler> sampler::make(const sampler_options& options, std::size_t vocabulary,
                              const kernel::table& kernels) {
  if (auto sound = check(options); !sound) return std::unexpected(std::move(sound).error());
  return make(chain_of(options), options.seed, vocabulary, kernels);
}

result<sampler> sampler::make(std::vector<sampling::any_rule> chain, std::uint64_t seed,
                              std::size_t vocabulary, const kernel::table& kernels) {
  if (vocabulary == 0 ||
      vocabulary > static_cast<std::size_t>(std::numeric_limits<token_id>::max()))
    return fail(errc::argument, message("a sampler for a vocabulary of ", vocabulary, " tokens"));
  return sampler(std::move(chain), seed, vocabulary, kernels);
}

sampler::sampler(std::vector<sampling::any_rule> chain, std::uint64_t seed, std::size_t vocabulary,
                 const kernel::table& kernels)
    : vocabulary_(vocabulary), chain_(std::move(chain)), candidates_(vocabulary, kernels),
      random_(seed) {}

result<void> sampler::narrow(std::span<const float> logits) {
  if (auto begun = candidates_.begin(logits); !begun) return begun;
  for (sampling::any_rule& rule : chain_) {
    if (auto applied = rule.apply(candidates_); !applied) return applied;
    if (auto settled = candidates_.settle(); !settled) return settled;
  }
  return {};
}

likelihood sampler::pick() {
  const auto sums = candidates_.block_weights();
  const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
  double rest = random_.uniform() * total;
  // Rounding may leave a rest behind the last weight: the last token that has any is drawn then.
  std::size_t block = 0, last = 0;
  for (; block < sums.size(); ++block) {
    const auto sum = static_cast<double>(sums[block]);
    if (sum > 0.0) last = block;
    if (rest < sum) break;
    rest -= sum;
  }
  const bool past = block == sums.size();
  const auto weights = candidates_.weights_of_block(past ? last : block);
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto weight = static_cast<double>(weights[i]);
    if (weight > 0.0) chosen = i;
    if (!past && rest < weight) break;
    rest -= weight;
  }
  return {candidates_.id((past ? last : block) * sampling::candidates::block + chosen),
          static_cast<float>(static_cast<double>(weights[chosen]) / total)};
}

result<token_id> sampler::draw(std::span<const float> logits) {
  if (auto narrowed = narrow(logits); !narrowed)
    return std::unexpected(std::move(narrowed).error());
  last_ = pick();
  for (sampling::any_rule& rule : chain_)
    rule.drawn(last_.token, last_.probability);
  return last_.token;
}

result<std::span<const likelihood>> sampler::distribution(std::span<const float> logits) {
  if (auto narrowed = narrow(logits); !narrowed)
    return std::unexpected(std::move(narrowed).error());
  const double total = candidates_.total_weight();
  const auto order = candidates_.order();
  const auto weights = candidates_.weights();
  const auto logit = candidates_.logits();
  shown_.clear();
  for (const token_id i : order) {
    // What a rule has set to minus infinity is as good as removed.
    if (logit[i] == -std::numeric_limits<float>::infinity()) break;
    const auto at = static_cast<std::size_t>(i);
    shown_.push_back(
        {candidates_.id(at), static_cast<float>(static_cast<double>(weights[at]) / total)});
  }
  return shown_;
}

void sampler::accept(token_id token) {
  for (sampling::any_rule& rule : chain_)
    rule.accept(token);
}

void sampler::forget() {
  for (sampling::any_rule& rule : chain_)
    rule.forget();
}

}  // namespace qx
