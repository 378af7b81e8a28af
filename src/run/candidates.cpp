// SPDX-License-Identifier: MIT
#include "arch_ops.hpp"

#include <qx/core/message.hpp>
#include <qx/run/candidates.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace qx::sampling {
namespace {

constexpr float lowest = -std::numeric_limits<float>::infinity();
constexpr float infinite = std::numeric_limits<float>::infinity();

/// A number between two, by value where they are near each other; where they are not, by the order
/// of their bits, so that the range of floats is crossed in a few steps.
float between(float low, float high) {
  constexpr float near = 1e6f;
  if (low > -near && high < near) return low + (high - low) / 2;
  const auto key = [](float x) {
    const auto bits = std::bit_cast<std::int32_t>(x);
    return bits < 0 ? -static_cast<std::int64_t>(bits & 0x7fffffff) : std::int64_t{bits};
  };
  const std::int64_t middle = (key(low) + key(high)) / 2;
  return middle < 0 ? -std::bit_cast<float>(static_cast<std::int32_t>(-middle))
                    : std::bit_cast<float>(static_cast<std::int32_t>(middle));
}

std::size_t blocks_in(std::size_t n) { return (n + candidates::block - 1) / candidates::block; }

}  // namespace

candidates::candidates(std::size_t vocabulary, const kernel::table& kernels)
    : ops_(run::ops_of(kernels).sampler), values_(vocabulary + vector_ops::slack),
      ids_(values_.size()), weights_(vocabulary), scratch_(values_.size()), active_(values_.size()),
      active_weights_(values_.size()), block_largest_(blocks_in(vocabulary)),
      block_weights_(blocks_in(vocabulary)), vocabulary_(vocabulary) {}

result<void> candidates::begin(std::span<const float> logits) {
  if (logits.size() != vocabulary_)
    return fail(errc::shape,
                message(logits.size(), " logits for a vocabulary of ", vocabulary_, " tokens"));
  borrowed_ = logits.data();
  size_ = logits.size();
  scale_ = 1.0f;
  all_ = true;
  return check();
}

result<void> candidates::settle() {
  if (size_ == 0) return fail(errc::range, "the rules of the sampler leave no token to draw");
  return edited_ ? check() : result<void>();
}

result<void> candidates::check() {
  edited_ = false;
  blocks_known_ = false;
  largest_ = lowest;
  for (const float x : block_largest())
    largest_ = x > largest_ || x != x ? x : largest_;
  if (std::abs(largest_) < infinite) return {};
  if (largest_ == lowest)
    return fail(errc::range, "every logit is -infinity: there is no token to draw");
  const float* const x = values();
  std::size_t i = 0;
  while (i + 1 < size_ && x[i] < infinite)
    ++i;  // neither NaN nor +infinity is less
  return fail(errc::range,
              message("the logit of token ", id(i), " is ",
                      x[i] != x[i] ? "not a number" : "infinite",
                      ": logits are finite, or -infinity for a token that must not be drawn"));
}

candidates::const_view candidates::logits() const {
  return {values(), make_extents<axes<axis_names::candidate>>(axis_names::candidate(size_))};
}

void candidates::own() {
  if (borrowed_ == nullptr) return;
  std::copy_n(borrowed_, size_, values_.data());
  borrowed_ = nullptr;
}

candidates::view candidates::edit() {
  if (scale_ != 1.0f) {
    ops_->multiply({values(), size_}, scale_, std::span(values_).first(size_));
    borrowed_ = nullptr;
    scale_ = 1.0f;
  }
  own();
  edited_ = true;
  return {values_.data(), make_extents<axes<axis_names::candidate>>(axis_names::candidate(size_))};
}

std::span<const float> candidates::block_largest() {
  const auto known = std::span(block_largest_).first(blocks_in(size_));
  if (!blocks_known_) ops_->block_largest({values(), size_}, known);
  blocks_known_ = true;
  return known;
}

std::size_t candidates::gather(float least) {
  const auto blocks = block_largest();
  std::size_t n = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::size_t first = b * block;
    if (blocks[b] >= least)
      n +=
          ops_->keep({values() + first, std::min(block, size_ - first)}, least, active_.data() + n);
  }
  return n;
}

cut candidates::kth_largest(std::size_t k) {
  const auto blocks = block_largest();
  float least = lowest;
  if (k <= blocks.size()) {
    // The k-th largest of their maxima: that many blocks have an element that is not below it.
    float* const found = active_.data();
    std::copy(blocks.begin(), blocks.end(), found);
    std::nth_element(found, found + (k - 1), found + blocks.size(), std::greater<>());
    least = found[k - 1];
  } else if (const float smallest = std::ranges::min(blocks); gather(smallest) >= k) {
    least = smallest;  // few blocks, but enough elements that are not below any of their maxima
  }
  return fewest(0.0, k, least);
}

cut candidates::fewest(double weight, std::size_t count, float least) {
  constexpr std::size_t few = 64;  // that many are sorted in less time than a sweep takes
  std::size_t n = gather(least);
  ops_->weights(std::span(active_).first(n), largest_, scale_, std::span(active_weights_).first(n));
  mass above{0.0, 0};
  float low = least, high = std::nextafter(largest_, infinite);
  while (n > few) {
    const float at = between(low, high);
    if (!(low < at && at < high)) break;  // all that are left are equal
    const auto left = std::span(active_).first(n);
    const mass upper = ops_->mass_from(left, active_weights_.data(), at);
    const bool suffices =
        above.weight + upper.weight >= weight && above.count + upper.count >= count;
    if (!suffices) above = {above.weight + upper.weight, above.count + upper.count};
    (suffices ? low : high) = at;
    n = ops_->split(left, active_weights_.data(), at, suffices);
  }
  return walk(n, above, weight, count);
}

cut candidates::walk(std::size_t n, mass above, double weight, std::size_t count) {
  const auto logit = [&](token_id i) { return active_[static_cast<std::size_t>(i)]; };
  const auto order = std::span(scratch_).first(n);
  std::iota(order.begin(), order.end(), 0);
  const auto larger = [&](token_id a, token_id b) { return logit(a) > logit(b); };
  if (!std::ranges::is_sorted(order, larger)) std::ranges::sort(order, larger);
  cut at{infinite, 0};
  for (std::size_t i = 0; i < n; ++i) {
    const float value = logit(order[i]);
    at = {value, value == at.logit ? at.ties + 1 : 1};
    above.weight += static_cast<double>(active_weights_[static_cast<std::size_t>(order[i])]);
    ++above.count;
    if (above.weight < weight || above.count < count) continue;
    if (i + 1 < n && logit(order[i + 1]) == value) return at;
    break;
  }
  return {at.logit, size_};  // no tie is left out: nobody needs to count them
}

double candidates::total_weight() {
  const auto sums = block_weights();
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

float candidates::logit_of_weight(double weight) const {
  return static_cast<float>(static_cast<double>(largest_) +
                            std::log(weight) / static_cast<double>(scale_));
}

std::size_t candidates::drawable() const { return ops_->moments({values(), size_}, 0.0f).count; }

double candidates::deviation() const {
  // Twice, so that the second time nothing cancels.
  moments m = ops_->moments({values(), size_}, largest_);
  if (m.count == 0) return 0.0;
  const auto count = static_cast<double>(m.count);
  const auto mean = static_cast<float>(static_cast<double>(largest_) + m.sum / count);
  m = ops_->moments({values(), size_}, mean);
  const double rest = m.sum / count;
  return std::sqrt(std::max(m.squares / count - rest * rest, 0.0));
}

std::span<token_id> candidates::at_least(float least) {
  const std::size_t n =
      ops_->keep_ids({values(), size_}, nullptr, 0, least, active_.data(), scratch_.data());
  return std::span(scratch_).first(n);
}

std::size_t candidates::find(token_id wanted) const {
  if (all_) return std::min(size_, static_cast<std::size_t>(wanted));
  const auto held = std::span(ids_).first(size_);
  const auto at = std::ranges::lower_bound(held, wanted);
  return at != held.end() && *at == wanted ? static_cast<std::size_t>(at - held.begin()) : size_;
}

void candidates::divide(float temperature) {
  // Colder than this is greedy to the last bit; it keeps the scale finite.
  constexpr float coldest = 1e-30f;
  scale_ = std::min(scale_ / std::max(temperature, coldest), 1.0f / coldest);
}

std::span<const float> candidates::weights() {
  const auto out = std::span(weights_).first(size_);
  ops_->weights({values(), size_}, largest_, scale_, out);
  return out;
}

std::span<const float> candidates::block_weights() {
  const auto out = std::span(block_weights_).first(blocks_in(size_));
  ops_->block_weights({values(), size_}, largest_, scale_, out);
  return out;
}

std::span<const float> candidates::weights_of_block(std::size_t index) {
  const std::size_t first = index * block;
  const std::size_t n = std::min(block, size_ - first);
  const auto out = std::span(weights_).first(n);
  ops_->weights({values() + first, n}, largest_, scale_, out);
  return out;
}

void candidates::keep(cut at) {
  const auto blocks = block_largest();
  const float* const x = values();
  std::size_t kept = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::size_t first = b * block;
    if (blocks[b] >= at.logit)
      kept += ops_->keep_ids({x + first, std::min(block, size_ - first)},
                             all_ ? nullptr : ids_.data() + first, static_cast<token_id>(first),
                             at.logit, values_.data() + kept, ids_.data() + kept);
  }
  if (at.ties < kept) kept = drop_ties(kept, at);
  narrowed_to(kept);
}

std::size_t candidates::drop_ties(std::size_t n, cut at) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < n; ++i) {
    // Written before it is known whether it stays: no branch depends on the data.
    const float value = values_[i];
    const bool tie = value == at.logit && at.ties != 0;
    at.ties -= tie ? 1 : 0;
    ids_[kept] = ids_[i];
    values_[kept] = value;
    kept += value > at.logit || tie ? 1 : 0;
  }
  return kept;
}

void candidates::keep_at(std::span<const token_id> positions) {
  const float* const x = values();
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto from = static_cast<std::size_t>(positions[i]);
    ids_[i] = id(from);
    values_[i] = x[from];
  }
  narrowed_to(positions.size());
  edited_ = true;  // the likeliest may be gone
}

void candidates::narrowed_to(std::size_t n) {
  size_ = n;
  borrowed_ = nullptr;
  all_ = false;
  blocks_known_ = false;
}

}  // namespace qx::sampling
