// SPDX-License-Identifier: MIT
/// \file
/// The first few of sixteen lanes from and to memory, with masks where the machine has them: ends
/// of rows cost about what whole packs do. Nothing past them is touched.
#pragma once

#include <qx/simd/pack.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace qx::simd::inline QX_ARCH {

namespace detail {
#if defined(__AVX512F__)
[[nodiscard]] QX_INLINE __mmask16 first_lanes_mask(std::size_t n) {
  return static_cast<__mmask16>((1u << n) - 1u);
}
#elif defined(__AVX2__)
/// All bits of the first n - 8 i lanes of part i.
[[nodiscard]] QX_INLINE __m256i first_lanes_mask(std::size_t n, std::size_t i) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n) - static_cast<int>(8 * i)), lane);
}
#endif
}  // namespace detail

/// The first `n` lanes from memory, zeros behind; n may be 0 … 16.
template <Lane T>
[[nodiscard]] QX_INLINE pack<T> load_first(const T* source, std::size_t n) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>)
    return pack<T>::generate([&](std::size_t) {
      return xsimd::batch<T>(_mm512_maskz_loadu_ps(detail::first_lanes_mask(n), source));
    });
  if constexpr (std::is_same_v<T, std::int32_t>)
    return pack<T>::generate([&](std::size_t) {
      return xsimd::batch<T>(_mm512_maskz_loadu_epi32(detail::first_lanes_mask(n), source));
    });
#elif defined(__AVX2__)
  if constexpr (std::is_same_v<T, float>)
    return pack<T>::generate([&](std::size_t i) {
      return xsimd::batch<T>(_mm256_maskload_ps(source + 8 * i, detail::first_lanes_mask(n, i)));
    });
  if constexpr (std::is_same_v<T, std::int32_t>)
    return pack<T>::generate([&](std::size_t i) {
      return xsimd::batch<T>(_mm256_maskload_epi32(source + 8 * i, detail::first_lanes_mask(n, i)));
    });
#endif
  alignas(64) T buffer[lanes] = {};
  std::memcpy(buffer, source, n * sizeof(T));
  return pack<T>::load(buffer);
}

/// The first `n` lanes to memory.
template <Lane T>
QX_INLINE void store_first(T* target, pack<T> value, std::size_t n) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>)
    return _mm512_mask_storeu_ps(target, detail::first_lanes_mask(n), value.part[0]);
  if constexpr (std::is_same_v<T, std::int32_t>)
    return _mm512_mask_storeu_epi32(target, detail::first_lanes_mask(n), value.part[0]);
#elif defined(__AVX2__)
  if constexpr (std::is_same_v<T, float>) {
    for (std::size_t i = 0; i < 2; ++i)
      _mm256_maskstore_ps(target + 8 * i, detail::first_lanes_mask(n, i), value.part[i]);
    return;
  }
  if constexpr (std::is_same_v<T, std::int32_t>) {
    for (std::size_t i = 0; i < 2; ++i)
      _mm256_maskstore_epi32(target + 8 * i, detail::first_lanes_mask(n, i), value.part[i]);
    return;
  }
#endif
  alignas(64) T buffer[lanes];
  value.store(buffer);
  std::memcpy(target, buffer, n * sizeof(T));
}

}  // namespace qx::simd::inline QX_ARCH
