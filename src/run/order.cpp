// SPDX-License-Identifier: MIT
/// \file
/// All candidates by likelihood: a radix sort, three passes of eleven bits.
#include <qx/run/candidates.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace qx::sampling {
namespace {

constexpr std::size_t digit_bits = 11, digits = std::size_t{1} << digit_bits, passes = 3;

/// Ascends where the logit descends.
std::uint32_t descending_key(float logit) {
  const auto bits = std::bit_cast<std::uint32_t>(logit + 0.0f);  // -0 is 0
  return bits >> 31 != 0 ? bits : ~bits & 0x7fffffff;
}

std::size_t digit_of(std::uint64_t key, std::size_t pass) {
  return static_cast<std::size_t>(key >> (32 + pass * digit_bits)) % digits;
}

/// Stable, so that equals stay in the order of their ids.
void sort_by_digit(std::span<const std::uint64_t> from, std::span<std::uint64_t> to,
                   std::size_t pass) {
  std::array<std::size_t, digits> begin{};
  for (const std::uint64_t key : from)
    ++begin[digit_of(key, pass)];
  std::size_t sum = 0;
  for (std::size_t& b : begin)
    sum += std::exchange(b, sum);
  for (const std::uint64_t key : from)
    to[begin[digit_of(key, pass)]++] = key;
}

}  // namespace

std::span<const token_id> candidates::order() {
  for (auto& keys : keys_)
    keys.resize(vocabulary_);
  order_.resize(vocabulary_);
  const float* const x = values();
  auto from = std::span(keys_[0]).first(size_), to = std::span(keys_[1]).first(size_);
  for (std::size_t i = 0; i < size_; ++i)
    from[i] = std::uint64_t{descending_key(x[i])} << 32 | i;
  for (std::size_t pass = 0; pass < passes; ++pass) {
    sort_by_digit(from, to, pass);
    std::swap(from, to);
  }
  for (std::size_t i = 0; i < size_; ++i)
    order_[i] = static_cast<token_id>(from[i] & 0xffffffff);
  return std::span(order_).first(size_);
}

}  // namespace qx::sampling
