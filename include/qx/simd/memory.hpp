// SPDX-License-Identifier: MIT
/// \file
/// Packs from and to memory of any element type: each storage type has the lane type it is
/// computed in. 16-bit floats are computed in float, small integers in int32.
#pragma once

#include <qx/simd/complex.hpp>
#include <qx/simd/partial.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace qx::simd::inline QX_ARCH {

template <class T>
struct lane_type {
  using type = std::conditional_t<std::is_integral_v<T>, std::int32_t, float>;
};
template <>
struct lane_type<double> {
  using type = double;
};
template <Complex T>
struct lane_type<T> {
  using type = T;
};
/// The type that elements of storage type T are computed in.
template <class T>
using lane_t = typename lane_type<T>::type;

/// Sixteen consecutive elements.
template <class T>
[[nodiscard]] QX_INLINE pack<lane_t<T>> load(const T* source) {
  using L = lane_t<T>;
  if constexpr (std::is_same_v<T, L>) {
    return pack<L>::load(source);
#if defined(__AVX512F__)
  } else if constexpr (std::is_same_v<T, f16>) {
    alignas(64) float out[lanes];
    _mm512_store_ps(out, _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(source))));
    return pack<float>::load(out);
#elif defined(__F16C__)
  } else if constexpr (std::is_same_v<T, f16>) {
    alignas(64) float out[lanes];
    for (std::size_t i = 0; i < lanes; i += 8)
      _mm256_store_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(source + i))));
    return pack<float>::load(out);
#endif
  } else {
    alignas(64) L out[lanes];
    for (std::size_t i = 0; i < lanes; ++i) out[i] = static_cast<L>(source[i]);
    return pack<L>::load(out);
  }
}

template <class T, class L>
[[nodiscard]] QX_INLINE T to_storage(L value) {
  if constexpr (std::is_same_v<T, f16> || std::is_same_v<T, bf16>)
    return T::from(static_cast<float>(value));
  else
    return number_as<T>(value);
}

/// The first `n` elements, zeros behind them.
template <class T>
[[nodiscard]] QX_INLINE pack<lane_t<T>> load(const T* source, std::size_t n) {
  using L = lane_t<T>;
  if constexpr (std::is_same_v<T, L>) {
    return load_first(source, n);
  } else {
    alignas(64) L out[lanes] = {};
    for (std::size_t i = 0; i < n; ++i)
      out[i] = static_cast<L>(source[i]);
    return pack<L>::load(out);
  }
}
/// Elements `stride` apart.
template <class T>
[[nodiscard]] QX_INLINE pack<lane_t<T>> load_strided(const T* source, std::ptrdiff_t stride, std::size_t n) {
  using L = lane_t<T>;
  alignas(64) L out[lanes] = {};
  for (std::size_t i = 0; i < n; ++i)
    out[i] = static_cast<L>(source[static_cast<std::ptrdiff_t>(i) * stride]);
  return pack<L>::load(out);
}

template <class T, class L>
QX_INLINE void store(T* target, pack<L> value, std::size_t n) {
  if constexpr (std::is_same_v<T, L>) {
    store_first(target, value, n);
  } else {
    alignas(64) L in[lanes];
    value.store(in);
    for (std::size_t i = 0; i < n; ++i)
      target[i] = to_storage<T>(in[i]);
  }
}
template <class T, class L>
QX_INLINE void store(T* target, pack<L> value) {
  if constexpr (std::is_same_v<T, L>) {
    value.store(target);
#if defined(__F16C__)
  } else if constexpr (std::is_same_v<T, f16> && std::is_same_v<L, float>) {
    alignas(64) float in[lanes];
    value.store(in);
    for (std::size_t i = 0; i < lanes; i += 8)
      _mm_storeu_si128(reinterpret_cast<__m128i*>(target + i),
                       _mm256_cvtps_ph(_mm256_load_ps(in + i), _MM_FROUND_TO_NEAREST_INT));
#endif
  } else {
    store(target, value, lanes);
  }
}
template <class T, class L>
QX_INLINE void store_strided(T* target, std::ptrdiff_t stride, pack<L> value, std::size_t n) {
  alignas(64) L in[lanes];
  value.store(in);
  for (std::size_t i = 0; i < n; ++i) target[static_cast<std::ptrdiff_t>(i) * stride] = to_storage<T>(in[i]);
}

}  // namespace qx::simd::inline QX_ARCH
