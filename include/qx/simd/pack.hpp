// SPDX-License-Identifier: MIT
/// \file
/// `pack<T>`: sixteen lanes on every machine — one 512-bit register of floats, two of 256 bits or
/// four of 128. Because the width is the same everywhere, sums are added in the same order and
/// elementwise arithmetic is the same to the bit on every arch.
#pragma once

#include <qx/core/config.hpp>
#include <qx/core/dtype.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace qx::simd::inline QX_ARCH {

inline constexpr std::size_t lanes = 16;

/// Element types with packs of their own; every other type is computed in one of these.
template <class T>
concept Lane =
    std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, std::int32_t>;

template <Lane T>
struct mask;
template <class T>
struct pack;

template <Lane T>
struct pack<T> {
  using value_type = T;
  using mask_type = mask<T>;
  using batch = xsimd::batch<T>;
  static constexpr std::size_t width = batch::size, parts = lanes / width;
  batch part[parts];

  pack() = default;
  QX_INLINE pack(T value) {  // NOLINT: a number is a pack of that number
    *this = generate([&](std::size_t) { return batch(value); });
  }

  /// Unrolled by name: at -O2, which users build with, parts would be walked through memory.
  template <class F>
  [[nodiscard]] QX_INLINE static pack generate(F f) {
    pack r;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < parts; ++i)
      r.part[i] = f(i);
    return r;
  }

  [[nodiscard]] QX_INLINE static pack load(const T* source) {
    return generate([&](std::size_t i) { return batch::load_unaligned(source + i * width); });
  }
  QX_INLINE void store(T* target) const {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < parts; ++i)
      part[i].store_unaligned(target + i * width);
  }
  /// 0, 1, 2 … 15.
  [[nodiscard]] QX_INLINE static pack iota() {
    static constexpr T numbers[lanes] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return load(numbers);
  }
  [[nodiscard]] QX_INLINE T lane(std::size_t i) const {
    alignas(64) T buffer[lanes];
    store(buffer);
    return buffer[i];
  }

  QX_INLINE friend pack operator+(pack a, pack b) {
    return generate([&](std::size_t i) { return a.part[i] + b.part[i]; });
  }
  QX_INLINE friend pack operator-(pack a, pack b) {
    return generate([&](std::size_t i) { return a.part[i] - b.part[i]; });
  }
  QX_INLINE friend pack operator*(pack a, pack b) {
    return generate([&](std::size_t i) { return a.part[i] * b.part[i]; });
  }
  QX_INLINE friend pack operator/(pack a, pack b)
    requires std::is_floating_point_v<T>
  {
    return generate([&](std::size_t i) { return a.part[i] / b.part[i]; });
  }
  QX_INLINE friend pack operator-(pack a) {
    return generate([&](std::size_t i) { return -a.part[i]; });
  }
  QX_INLINE friend mask<T> operator<(pack a, pack b) {
    return mask<T>::generate([&](std::size_t i) { return a.part[i] < b.part[i]; });
  }
  QX_INLINE friend mask<T> operator<=(pack a, pack b) {
    return mask<T>::generate([&](std::size_t i) { return a.part[i] <= b.part[i]; });
  }
  QX_INLINE friend mask<T> operator>(pack a, pack b) { return b < a; }
  QX_INLINE friend mask<T> operator>=(pack a, pack b) { return b <= a; }
  QX_INLINE friend mask<T> operator==(pack a, pack b) {
    return mask<T>::generate([&](std::size_t i) { return a.part[i] == b.part[i]; });
  }
  QX_INLINE friend mask<T> operator!=(pack a, pack b) {
    return !(a == b);  // true for NaN, which xsimd's own comparison is not on every arch
  }
};

/// One truth value a lane, from comparisons.
template <Lane T>
struct mask {
  using value_type = bool;
  using lane_type = T;
  using batch = xsimd::batch_bool<T>;
  static constexpr std::size_t parts = pack<T>::parts;
  batch part[parts];

  template <class F>
  [[nodiscard]] QX_INLINE static mask generate(F f) {
    mask r;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < parts; ++i)
      r.part[i] = f(i);
    return r;
  }
  /// Lanes [0, n) are true.
  [[nodiscard]] QX_INLINE static mask first(std::size_t n) {
    return pack<T>::iota() < pack<T>(static_cast<T>(n));
  }
  [[nodiscard]] QX_INLINE bool any() const {
    bool r = false;
    for (std::size_t i = 0; i < parts; ++i)
      r = r || xsimd::any(part[i]);
    return r;
  }
  QX_INLINE friend mask operator&&(mask a, mask b) {
    return generate([&](std::size_t i) { return a.part[i] & b.part[i]; });
  }
  QX_INLINE friend mask operator||(mask a, mask b) {
    return generate([&](std::size_t i) { return a.part[i] | b.part[i]; });
  }
  QX_INLINE friend mask operator!(mask a) {
    return generate([&](std::size_t i) { return !a.part[i]; });
  }
};

/// Lane by lane: `m ? a : b`.
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> select(mask<T> m, pack<T> a, pack<T> b) {
  return pack<T>::generate(
      [&](std::size_t i) { return xsimd::select(m.part[i], a.part[i], b.part[i]); });
}

/// Every arch agrees about NaN: the second operand wins, as it does in the instructions of x86.
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> max(pack<T> a, pack<T> b) {
#if defined(__SSE4_1__)
  return pack<T>::generate([&](std::size_t i) { return xsimd::max(a.part[i], b.part[i]); });
#else
  return select(a > b, a, b);
#endif
}
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> min(pack<T> a, pack<T> b) {
#if defined(__SSE4_1__)
  return pack<T>::generate([&](std::size_t i) { return xsimd::min(a.part[i], b.part[i]); });
#else
  return select(a < b, a, b);
#endif
}

template <Lane T>
[[nodiscard]] QX_INLINE pack<T> abs(pack<T> a) {
  return pack<T>::generate([&](std::size_t i) { return xsimd::abs(a.part[i]); });
}
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> floor(pack<T> a) {
  return pack<T>::generate([&](std::size_t i) { return xsimd::floor(a.part[i]); });
}
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> sqrt(pack<T> a) {
  return pack<T>::generate([&](std::size_t i) { return xsimd::sqrt(a.part[i]); });
}

namespace detail {
template <Lane T>
struct lane_buffer {
  alignas(64) T value[lanes];
  QX_INLINE explicit lane_buffer(pack<T> p) { p.store(value); }
};
}  // namespace detail

/// Applies a scalar function to the first `n` lanes, for operations that know no packs; the other
/// lanes are zero. A truth value gives a mask.
template <class F, Lane First, Lane... T>
[[nodiscard]] QX_INLINE auto lanewise_first(std::size_t n, const F& f, pack<First> first,
                                            pack<T>... x) {
  using R = std::remove_cvref_t<decltype(f(First{}, T{}...))>;
  using L = std::conditional_t<
      std::is_same_v<R, bool>, First,
      std::conditional_t<Lane<R>, R,
                         std::conditional_t<std::is_integral_v<R>, std::int32_t, float>>>;
  alignas(64) L out[lanes] = {};
  [&](const auto&... buffer) {
    for (std::size_t i = 0; i < n; ++i)
      out[i] = static_cast<L>(f(buffer.value[i]...));
  }(detail::lane_buffer<First>(first), detail::lane_buffer<T>(x)...);
  if constexpr (std::is_same_v<R, bool>)
    return pack<L>::load(out) != pack<L>(L(0));
  else
    return pack<L>::load(out);
}
template <class F, Lane... T>
[[nodiscard]] QX_INLINE auto lanewise(const F& f, pack<T>... x) {
  return lanewise_first(lanes, f, x...);
}

/// Lane by lane conversion between lane types; float to int truncates.
template <Lane To, Lane From>
[[nodiscard]] QX_INLINE pack<To> convert(pack<From> a) {
  if constexpr (std::is_same_v<To, From>) {
    return a;
  } else if constexpr (std::is_same_v<To, std::int32_t> && std::is_same_v<From, float>) {
    return pack<To>::generate(
        [&](std::size_t i) { return xsimd::batch_cast<std::int32_t>(a.part[i]); });
  } else if constexpr (std::is_same_v<To, float> && std::is_same_v<From, std::int32_t>) {
    return pack<To>::generate([&](std::size_t i) { return xsimd::batch_cast<float>(a.part[i]); });
  } else {
    alignas(64) From in[lanes];
    alignas(64) To out[lanes];
    a.store(in);
    for (std::size_t i = 0; i < lanes; ++i)
      out[i] = static_cast<To>(in[i]);
    return pack<To>::load(out);
  }
}

/// Ones where the mask is true, zeros elsewhere.
template <Lane To, Lane From>
[[nodiscard]] QX_INLINE pack<To> convert(mask<From> m) {
  return convert<To>(select(m, pack<From>(From(1)), pack<From>(From(0))));
}
/// The same truth values beside lanes of another type.
template <Lane To, Lane From>
[[nodiscard]] QX_INLINE mask<To> mask_for(mask<From> m) {
  if constexpr (std::is_same_v<To, From>)
    return m;
  else
    return convert<To>(m) != pack<To>(To(0));
}
template <Lane A, Lane B>
  requires(!std::is_same_v<A, B>)
[[nodiscard]] QX_INLINE mask<A> operator&&(mask<A> a, mask<B> b) {
  return a && mask_for<A>(b);
}
template <Lane A, Lane B>
  requires(!std::is_same_v<A, B>)
[[nodiscard]] QX_INLINE mask<A> operator||(mask<A> a, mask<B> b) {
  return a || mask_for<A>(b);
}

}  // namespace qx::simd::inline QX_ARCH
