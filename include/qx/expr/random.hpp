// SPDX-License-Identifier: MIT
/// \file
/// Random numbers as an expression: element i of a stream is a function of the seed and of i alone,
/// so that any number of threads, any width and any order of evaluation give the same numbers.
#pragma once

#include <qx/core/reshape.hpp>
#include <qx/expr/functions.hpp>
#include <qx/expr/operators.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::inline QX_ARCH {

/// Number i of a stream, equally distributed in [0, 1): 24 bits of SplitMix64 (Steele, Lea and
/// Flood 2014).
[[nodiscard]] QX_INLINE constexpr float random_number(std::uint64_t seed, std::uint64_t i) {
  std::uint64_t z = seed + (i + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return static_cast<float>(z >> 40) * 0x1p-24f;
}

/// Element i, counted in row-major order, is number i of the stream.
template <class Axes>
struct random_node : node_tag {
  using axes_type = Axes;
  using value_type = float;
  static constexpr bool keeps_places = true;
  static constexpr op_cost cost{8, 0};
  static constexpr std::string_view name = "random";
  std::uint64_t seed;
  extents<Axes> size;
  [[nodiscard]] QX_INLINE constexpr const extents<Axes>& shape() const { return size; }
};

/// `random_uniform(seed, token(4), model(64))`: equally distributed in [0, 1).
template <class... Parts>
[[nodiscard]] QX_INLINE constexpr auto random_uniform(std::uint64_t seed, Parts... parts) {
  using list = axes<detail::axis_of_part<Parts>...>;
  return random_node<list>{{}, seed, extents<list>({given_extent(parts)...})};
}

/// Normally distributed with mean 0 and deviation 1 (Box and Muller 1958).
template <class... Parts>
[[nodiscard]] QX_INLINE constexpr auto random_normal(std::uint64_t seed, Parts... parts) {
  // Two streams that do not meet; 1 - u lies in (0, 1], where the logarithm is finite.
  const auto u = random_uniform(seed, parts...);
  const auto v = random_uniform(~seed * 0xd1342543de82ef95u, parts...);
  return sqrt(log(1.0f - u) * -2.0f) * cos(v * 6.28318530718f);
}

}  // namespace qx::inline QX_ARCH
