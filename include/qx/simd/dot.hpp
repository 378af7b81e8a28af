// SPDX-License-Identifier: MIT
/// \file
/// Integer dot products of sixteen rows: each step multiplies four weights of every row with the
/// same four int8 activations and adds up in the row's own lane.
///
/// Which instruction serves decides how weights are stored at rest: `vpdpbusd` multiplies unsigned
/// with signed bytes, so weights carry an offset whose share (offset · Σx) is the accumulator's
/// start value; without it `pmaddubsw` adds pairs in 16 bits and saturates, so wide weights keep
/// their sign and lend it to the activations.
#pragma once

#include <qx/simd/lanes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::simd::inline QX_ARCH {

/// Four bytes of each of sixteen rows.
struct quads {
  vi part[parts];
};

QX_INLINE quads load_quads(const void* p) {
  const char* bytes = static_cast<const char*>(p);
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i) r.part[i] = i_load(bytes + i * width * 4);
  return r;
}
/// The lower and the upper half of every byte.
QX_INLINE quads low_nibbles(const quads& a) {
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i) r.part[i] = i_and(a.part[i], i_all(0x0f0f0f0f));
  return r;
}
QX_INLINE quads high_nibbles(const quads& a) {
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i) r.part[i] = i_and(i_right<4>(a.part[i]), i_all(0x0f0f0f0f));
  return r;
}

#if defined(__AVX512VNNI__)

inline constexpr bool has_vnni = true;
QX_INLINE vi i_dot(vi sum, vi weights, vi x) { return _mm512_dpbusd_epi32(sum, weights, x); }

#elif defined(QX_NATIVE_X86)

inline constexpr bool has_vnni = false;
#if defined(__AVX512BW__)
QX_INLINE vi i_pairs(vi weights, vi x) { return _mm512_maddubs_epi16(weights, x); }
QX_INLINE vi i_pairs_of_pairs(vi a) { return _mm512_madd_epi16(a, _mm512_set1_epi16(1)); }
QX_INLINE vi i_add16(vi a, vi b) { return _mm512_add_epi16(a, b); }
QX_INLINE vi i_magnitude(vi a) { return _mm512_abs_epi8(a); }
QX_INLINE vi i_with_sign(vi x, vi sign) {
  return _mm512_mask_sub_epi8(x, _mm512_movepi8_mask(sign), _mm512_setzero_si512(), x);
}
#elif defined(__AVX2__)
QX_INLINE vi i_pairs(vi weights, vi x) { return _mm256_maddubs_epi16(weights, x); }
QX_INLINE vi i_pairs_of_pairs(vi a) { return _mm256_madd_epi16(a, _mm256_set1_epi16(1)); }
QX_INLINE vi i_add16(vi a, vi b) { return _mm256_add_epi16(a, b); }
QX_INLINE vi i_magnitude(vi a) { return _mm256_abs_epi8(a); }
QX_INLINE vi i_with_sign(vi x, vi sign) { return _mm256_sign_epi8(x, sign); }
#else
QX_INLINE vi i_pairs(vi weights, vi x) { return _mm_maddubs_epi16(weights, x); }
QX_INLINE vi i_pairs_of_pairs(vi a) { return _mm_madd_epi16(a, _mm_set1_epi16(1)); }
QX_INLINE vi i_add16(vi a, vi b) { return _mm_add_epi16(a, b); }
QX_INLINE vi i_magnitude(vi a) { return _mm_abs_epi8(a); }
QX_INLINE vi i_with_sign(vi x, vi sign) { return _mm_sign_epi8(x, sign); }
#endif

#else

inline constexpr bool has_vnni = true;  // plain integers: nothing saturates
QX_INLINE vi i_dot(vi sum, vi weights, vi x) {
  std::uint8_t w[16];
  std::int8_t a[16];
  std::memcpy(w, &weights, 16);
  std::memcpy(a, &x, 16);
  for (int i = 0; i < 16; ++i) sum[i / 4] += w[i] * a[i];
  return sum;
}
#endif

/// Unsigned weights of four bits against 32 activations. Without `vpdpbusd` the sum of a whole
/// block stays in 16 bits: 8 steps · 2 products · 15 · 127 = 30480.
struct dot_u4 {
  struct sum {
    vi part[parts];
  };
  static QX_INLINE sum start(std::int32_t correction) {
    sum r;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) r.part[i] = i_all(has_vnni ? correction : 0);
    return r;
  }
  static QX_INLINE quads prepare(const quads& weights) { return weights; }
  static QX_INLINE void add(sum& s, const quads& weights, std::int32_t x) {
    const vi all = i_all(x);
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) {
      if constexpr (has_vnni)
        s.part[i] = i_dot(s.part[i], weights.part[i], all);
      else
        s.part[i] = i_add16(s.part[i], i_pairs(weights.part[i], all));
    }
  }
  static QX_INLINE i32x16 total(const sum& s, std::int32_t correction) {
    i32x16 r;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) {
      if constexpr (has_vnni)
        r.part[i] = s.part[i];
      else
        r.part[i] = i_add(i_pairs_of_pairs(s.part[i]), i_all(correction));
    }
    return r;
  }
};

/// Weights of eight bits, stored with `offset` added. Activations lie within ±127, so that
/// |weight| · x of a pair stays in 16 bits: 2 · 128 · 127 = 32512.
struct dot_s8 {
  static constexpr int offset = has_vnni ? 128 : 0;
  struct sum {
    vi part[parts];
  };
  struct prepared {
    quads weights;
    quads magnitude;  ///< without `vpdpbusd` only
  };
  static QX_INLINE sum start(std::int32_t correction) {
    sum r;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) r.part[i] = i_all(has_vnni ? correction : 0);
    return r;
  }
  static QX_INLINE prepared prepare(const quads& weights) {
    prepared r{weights, weights};
    if constexpr (!has_vnni) {
#pragma GCC unroll 4
      for (int i = 0; i < parts; ++i) r.magnitude.part[i] = i_magnitude(weights.part[i]);
    }
    return r;
  }
  static QX_INLINE void add(sum& s, const prepared& w, std::int32_t x) {
    const vi all = i_all(x);
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) {
      if constexpr (has_vnni) {
        s.part[i] = i_dot(s.part[i], w.weights.part[i], all);
      } else {
        const vi pairs = i_pairs(w.magnitude.part[i], i_with_sign(all, w.weights.part[i]));
        s.part[i] = i_add(s.part[i], i_pairs_of_pairs(pairs));
      }
    }
  }
  static QX_INLINE i32x16 total(const sum& s, std::int32_t) {
    i32x16 r;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) r.part[i] = s.part[i];
    return r;
  }
};

}  // namespace qx::simd::inline QX_ARCH
