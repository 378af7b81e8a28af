// SPDX-License-Identifier: MIT
/// \file
/// 256 elements as a search for scales wants them: groups side by side, with weights, in a range
/// where squares neither vanish nor overflow.
#pragma once

#include "lanes.hpp"

#include <qx/quant/block.hpp>

#include <algorithm>
#include <cmath>

namespace qx::quant {

inline constexpr std::size_t chunk_elements = 256;

/// Element i of eight groups of `N`, and how much its error counts.
template <std::size_t N>
struct eight_groups {
  lanes x[N];
  lanes w[N];
};

/// 256 elements in groups of `N`.
template <std::size_t N>
struct chunk {
  static constexpr std::size_t eights = chunk_elements / (lanes::count * N);

  eight_groups<N> part[eights];
  float unit;  ///< what 1 stands for: x was divided by this power of two

  /// A scale as the file will hold it.
  [[nodiscard]] f16 stored(float scale) const { return f16::from(detail::storable(scale * unit)); }
  /// What a decoder will make of it, in units.
  [[nodiscard]] float loaded(f16 scale) const { return static_cast<float>(scale) / unit; }
};

/// An element as it is counted: NaN is 0, and what no format can hold is cut, so that the squares
/// of its neighbours do not vanish beside it.
[[nodiscard]] inline float counted(float x) {
  constexpr float most = 0x1p30f;
  const float v = detail::finite(x);
  return v > most ? most : v < -most ? -most : v;
}

/// The power of two that brings the largest magnitude of `in` between 1 and 2, as far as floats can
/// hold its inverse too; 1 for zeros.
[[nodiscard]] inline float unit_of(const float* in) {
  float largest = 0.0f;
  for (std::size_t i = 0; i < chunk_elements; ++i) {
    const float size = detail::magnitude(counted(in[i]));
    if (largest < size) largest = size;
  }
  if (largest == 0.0f) return 1.0f;
  return std::ldexp(1.0f, std::max(std::ilogb(largest), -120));
}

/// `weights` has one number, finite and not negative, for each element, or is null, which is 1 for
/// all. They are divided by their mean: only their ratios count.
template <std::size_t N>
void load(const float* in, const float* weights, chunk<N>& out) {
  out.unit = unit_of(in);
  const float factor = 1.0f / out.unit;
  double sum = 0.0;
  for (std::size_t i = 0; weights != nullptr && i < chunk_elements; ++i)
    sum += static_cast<double>(weights[i]);
  const double share = sum > 0.0 ? static_cast<double>(chunk_elements) / sum : 0.0;
  for (std::size_t i = 0; i < chunk_elements; ++i) {
    eight_groups<N>& part = out.part[i / (lanes::count * N)];
    const std::size_t lane = i / N % lanes::count;
    part.x[i % N].set(lane, counted(in[i]) * factor);
    part.w[i % N].set(
        lane, share == 0.0 ? 1.0f : static_cast<float>(static_cast<double>(weights[i]) * share));
  }
}

}  // namespace qx::quant
