// SPDX-License-Identifier: MIT
/// \file
/// Sixteen complex numbers: their real and their imaginary parts as two packs. In memory the parts
/// alternate.
#pragma once

#include <qx/core/complex.hpp>
#include <qx/simd/math.hpp>
#include <qx/simd/partial.hpp>

#include <cstddef>
#include <cstring>
#include <utility>

namespace qx::simd::inline QX_ARCH {

namespace detail {
/// Lanes 0, 2, 4 … (or 1, 3, 5 …) of two registers one after the other.
template <bool Odd, class T, class Register, std::size_t... I>
[[nodiscard]] QX_INLINE Register every_second(Register a, Register b, std::index_sequence<I...>) {
  using vector = typename vector_of<T, sizeof...(I)>::type;
  return __builtin_bit_cast(
      Register, __builtin_shufflevector(__builtin_bit_cast(vector, a), __builtin_bit_cast(vector, b),
                                        static_cast<int>(2 * I + (Odd ? 1 : 0))...));
}
/// The lower (or upper) halves of two registers, lanes alternating.
template <bool Upper, class T, class Register, std::size_t... I>
[[nodiscard]] QX_INLINE Register alternated(Register a, Register b, std::index_sequence<I...>) {
  using vector = typename vector_of<T, sizeof...(I)>::type;
  constexpr std::size_t n = sizeof...(I);
  return __builtin_bit_cast(
      Register,
      __builtin_shufflevector(__builtin_bit_cast(vector, a), __builtin_bit_cast(vector, b),
                              static_cast<int>((Upper ? n / 2 : 0) + I / 2 + I % 2 * n)...));
}
}  // namespace detail

template <Lane R>
struct pack<std::complex<R>> {
  using value_type = std::complex<R>;
  using mask_type = mask<R>;
  using parts_type = pack<R>;
  static constexpr std::size_t width = parts_type::width;
  parts_type re, im;

  pack() = default;
  QX_INLINE pack(value_type number) : re(number.real()), im(number.imag()) {}  // NOLINT: as pack
  QX_INLINE pack(parts_type a, parts_type b) : re(a), im(b) {}
  [[nodiscard]] QX_INLINE parts_type real() const { return re; }
  [[nodiscard]] QX_INLINE parts_type imag() const { return im; }

  [[nodiscard]] QX_INLINE static pack load(const value_type* source) {
    const R* const from = reinterpret_cast<const R*>(source);
    constexpr auto all = std::make_index_sequence<width>{};
    pack r;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < parts_type::parts; ++i) {
      const auto a = batch::load_unaligned(from + 2 * i * width);
      const auto b = batch::load_unaligned(from + (2 * i + 1) * width);
      r.re.part[i] = batch(detail::every_second<false, R>(reg(a), reg(b), all));
      r.im.part[i] = batch(detail::every_second<true, R>(reg(a), reg(b), all));
    }
    return r;
  }
  QX_INLINE void store(value_type* target) const {
    R* const to = reinterpret_cast<R*>(target);
    constexpr auto all = std::make_index_sequence<width>{};
#pragma GCC unroll 16
    for (std::size_t i = 0; i < parts_type::parts; ++i) {
      const reg a(re.part[i]);
      const reg b(im.part[i]);
      batch(detail::alternated<false, R>(a, b, all)).store_unaligned(to + 2 * i * width);
      batch(detail::alternated<true, R>(a, b, all)).store_unaligned(to + (2 * i + 1) * width);
    }
  }
  [[nodiscard]] QX_INLINE static pack iota() { return {parts_type::iota(), parts_type(R(0))}; }
  [[nodiscard]] QX_INLINE value_type lane(std::size_t i) const { return {re.lane(i), im.lane(i)}; }

  QX_INLINE friend pack operator+(pack a, pack b) { return {a.re + b.re, a.im + b.im}; }
  QX_INLINE friend pack operator-(pack a, pack b) { return {a.re - b.re, a.im - b.im}; }
  QX_INLINE friend pack operator-(pack a) { return {-a.re, -a.im}; }
  QX_INLINE friend pack operator*(pack a, pack b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  /// Divided by the larger part of b first, so that no square overflows (Smith 1962).
  QX_INLINE friend pack operator/(pack a, pack b) {
    const mask_type m = qx::simd::abs(b.re) >= qx::simd::abs(b.im);
    const parts_type small = select(m, b.im, b.re);
    const parts_type large = select(m, b.re, b.im);
    const parts_type ratio = small / large;
    const parts_type scale = large + small * ratio;
    const parts_type real = select(m, a.re + a.im * ratio, a.re * ratio + a.im);
    const parts_type imag = select(m, a.im - a.re * ratio, a.im * ratio - a.re);
    return {real / scale, imag / scale};
  }
  QX_INLINE friend mask_type operator==(pack a, pack b) { return a.re == b.re && a.im == b.im; }
  QX_INLINE friend mask_type operator!=(pack a, pack b) { return !(a == b); }

 private:
  using batch = typename parts_type::batch;
  using reg = typename batch::register_type;
};

template <Lane R>
[[nodiscard]] QX_INLINE pack<std::complex<R>> select(mask<R> m, pack<std::complex<R>> a,
                                                     pack<std::complex<R>> b) {
  return {select(m, a.re, b.re), select(m, a.im, b.im)};
}
template <Complex To, Lane From>
[[nodiscard]] QX_INLINE auto mask_for(mask<From> m) {
  return mask_for<typename To::value_type>(m);
}
template <Lane R>
[[nodiscard]] QX_INLINE pack<std::complex<R>> conj(pack<std::complex<R>> a) {
  return {a.re, -a.im};
}
/// sqrt(re² + im²) without squares that overflow.
template <Lane R>
[[nodiscard]] QX_INLINE pack<R> abs(pack<std::complex<R>> a) {
  const pack<R> x = abs(a.re);
  const pack<R> y = abs(a.im);
  const pack<R> large = max(x, y);
  const pack<R> ratio = min(x, y) / large;
  const pack<R> size = large * sqrt(pack<R>(R(1)) + ratio * ratio);
  // Nothing to divide by, or two infinities; a part that is no number shows in the sum.
  return select(large == pack<R>(R(0)) || large == pack<R>(std::numeric_limits<R>::infinity()),
                x + y, size);
}
template <Lane R>
[[nodiscard]] QX_INLINE pack<std::complex<R>> exp(pack<std::complex<R>> a) {
  const pack<R> size = exp(a.re);
  return {size * cos(a.im), size * sin(a.im)};
}
/// A pack from its real and its imaginary parts.
template <Lane R>
[[nodiscard]] QX_INLINE pack<std::complex<R>> complex_of(pack<R> re, pack<R> im) {
  return {re, im};
}

template <Complex To, Lane From>
[[nodiscard]] QX_INLINE pack<To> convert(pack<From> a) {
  using R = typename To::value_type;
  return {convert<R>(a), pack<R>(R(0))};
}
template <Complex To, Lane From>
[[nodiscard]] QX_INLINE pack<To> convert(pack<std::complex<From>> a) {
  using R = typename To::value_type;
  return {convert<R>(a.re), convert<R>(a.im)};
}

template <std::size_t Flip, Lane R>
[[nodiscard]] QX_INLINE pack<std::complex<R>> flip(pack<std::complex<R>> a) {
  return {flip<Flip>(a.re), flip<Flip>(a.im)};
}
template <Lane R>
[[nodiscard]] QX_INLINE std::complex<R> first_lane(pack<std::complex<R>> a) {
  return {first_lane(a.re), first_lane(a.im)};
}

template <Lane R>
[[nodiscard]] QX_INLINE pack<std::complex<R>> load_first(const std::complex<R>* source,
                                                         std::size_t n) {
  alignas(64) std::complex<R> buffer[lanes] = {};
  std::memcpy(static_cast<void*>(buffer), source, n * sizeof *source);
  return pack<std::complex<R>>::load(buffer);
}
template <Lane R>
QX_INLINE void store_first(std::complex<R>* target, pack<std::complex<R>> value, std::size_t n) {
  alignas(64) std::complex<R> buffer[lanes];
  value.store(buffer);
  std::memcpy(static_cast<void*>(target), buffer, n * sizeof *target);
}

}  // namespace qx::simd::inline QX_ARCH
