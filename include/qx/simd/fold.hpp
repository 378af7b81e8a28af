// SPDX-License-Identifier: MIT
/// \file
/// Lanes exchanged in registers, and sixteen of them made one: lanes i and i + 8, then i + 4,
/// i + 2, i + 1, on every arch.
#pragma once

#include <qx/simd/pack.hpp>

#include <cstddef>
#include <utility>

namespace qx::simd::inline QX_ARCH {

namespace detail {
template <class T, std::size_t N>
struct vector_of {
  typedef T type [[gnu::vector_size(N * sizeof(T))]];
};
template <class T, std::size_t Flip, class Register, std::size_t... I>
[[nodiscard]] QX_INLINE Register flipped(Register r, std::index_sequence<I...>) {
  using vector = typename vector_of<T, sizeof...(I)>::type;
  const vector v = __builtin_bit_cast(vector, r);
  return __builtin_bit_cast(Register, __builtin_shufflevector(v, v, static_cast<int>(I ^ Flip)...));
}
}  // namespace detail

/// Lane i of the result is lane `i ^ Flip`: neighbours, pairs, … exchanged.
template <std::size_t Flip, Lane T>
[[nodiscard]] QX_INLINE pack<T> flip(pack<T> a) {
  using P = pack<T>;
  return P::generate([&](std::size_t i) {
    if constexpr (Flip >= P::width)
      return a.part[i ^ (Flip / P::width)];
    else
      return typename P::batch(detail::flipped<T, Flip>(typename P::batch::register_type(a.part[i]),
                                                        std::make_index_sequence<P::width>{}));
  });
}
/// Lanes 2i and 2i + 1 exchanged.
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> swap_adjacent(pack<T> a) {
  return flip<1>(a);
}
template <Lane T>
[[nodiscard]] QX_INLINE T first_lane(pack<T> a) {
  using P = pack<T>;
  using vector = typename detail::vector_of<T, P::width>::type;
  return __builtin_bit_cast(vector, typename P::batch::register_type(a.part[0]))[0];
}

/// Joins the lanes of several packs at once: `merge(a, b)` is given all of them.
template <class Packs, class Merge>
[[nodiscard]] QX_INLINE Packs fold(Packs all, Merge merge) {
  const auto step = [&]<std::size_t Half>(std::integral_constant<std::size_t, Half>)
                        QX_INLINE_LAMBDA {
                          Packs other;
                          for (std::size_t f = 0; f < all.size(); ++f)
                            other[f] = flip<Half>(all[f]);
                          all = merge(all, other);
                        };
  step(std::integral_constant<std::size_t, 8>{});
  step(std::integral_constant<std::size_t, 4>{});
  step(std::integral_constant<std::size_t, 2>{});
  step(std::integral_constant<std::size_t, 1>{});
  return all;
}

namespace detail {
template <Lane T, class Combine>
[[nodiscard]] QX_INLINE T fold_one(pack<T> a, Combine combine) {
  a = combine(a, flip<8>(a));
  a = combine(a, flip<4>(a));
  a = combine(a, flip<2>(a));
  return first_lane(combine(a, flip<1>(a)));
}
}  // namespace detail
template <Lane T>
[[nodiscard]] QX_INLINE T sum_lanes(pack<T> a) {
  return detail::fold_one(a, [](pack<T> x, pack<T> y) QX_INLINE_LAMBDA { return x + y; });
}
/// Of two lanes of which one is NaN, the later one.
template <Lane T>
[[nodiscard]] QX_INLINE T hmax(pack<T> a) {
  return detail::fold_one(a, [](pack<T> x, pack<T> y) QX_INLINE_LAMBDA { return max(x, y); });
}
template <Lane T>
[[nodiscard]] QX_INLINE T hmin(pack<T> a) {
  return detail::fold_one(a, [](pack<T> x, pack<T> y) QX_INLINE_LAMBDA { return min(x, y); });
}

}  // namespace qx::simd::inline QX_ARCH
