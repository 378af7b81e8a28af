// SPDX-License-Identifier: MIT
#include "arch_ops.hpp"

#include <qx/core/message.hpp>
#include <qx/run/candidates.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace qx::sampling {
namespace {

constexpr float lowest = -std::numeric_limits<float>::infinity();
constexpr float infinite = std::numeric_limits<float>::infinity();

std::size_t blocks_in(std::size_t n) { return (n + candidates::block - 1) / candidates::block; }

}  // namespace

candidates::candidates(std::size_t vocabulary, const kernel::table& kernels)
    : ops_(run::ops_of(kernels).sampler), values_(vocabulary), ids_(vocabulary),
      weights_(vocabulary), scratch_(vocabulary), block_largest_(blocks_in(vocabulary)),
      block_weights_(blocks_in(vocabulary)) {}

result<void> candidates::begin(std::span<const float> logits) {
  if (logits.size() != values_.size())
    return fail(errc::shape,
                message(logits.size(), " logits for a vocabulary of ", values_.size(), " tokens"));
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

cut candidates::kth_largest(std::size_t k) {
  const auto blocks = block_largest();
  const float* const x = values();
  float* const found = weights_.data();
  float least = lowest;
  if (k <=
      blocks.size()) {  // k blocks have an element of at least the k-th largest of their maxima
    std::copy(blocks.begin(), blocks.end(), found);
    std::nth_element(found, found + (k - 1), found + blocks.size(), std::greater<>());
    least = found[k - 1];
  }
  std::size_t n = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (blocks[b] < least) continue;
    const std::size_t end = std::min(size_, (b + 1) * block);
    for (std::size_t i = b * block; i < end; ++i)
      if (x[i] >= least) found[n++] = x[i];
  }
  std::nth_element(found, found + (k - 1), found + n, std::greater<>());
  const float at = found[k - 1];
  const auto above = std::count_if(found, found + (k - 1), [=](float v) { return v > at; });
  return {at, k - static_cast<std::size_t>(above)};
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
    if (blocks[b] < at.logit) continue;
    const std::size_t end = std::min(size_, (b + 1) * block);
    for (std::size_t i = b * block; i < end; ++i) {
      // Written before it is known whether it stays: no branch depends on the data.
      const float value = x[i];
      const bool tie = value == at.logit && at.ties != 0;
      at.ties -= tie ? 1 : 0;
      ids_[kept] = id(i);
      values_[kept] = value;
      kept += value > at.logit || tie ? 1 : 0;
    }
  }
  size_ = kept;
  borrowed_ = nullptr;
  all_ = false;
  blocks_known_ = false;
}

}  // namespace qx::sampling
