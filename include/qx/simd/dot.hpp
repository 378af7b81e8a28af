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
  for (int i = 0; i < parts; ++i)
    r.part[i] = i_load(bytes + i * width * 4);
  return r;
}
/// The lower and the upper half of every byte.
QX_INLINE quads low_nibbles(const quads& a) {
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    r.part[i] = i_and(a.part[i], i_all(0x0f0f0f0f));
  return r;
}
QX_INLINE quads high_nibbles(const quads& a) {
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    r.part[i] = i_and(i_right<4>(a.part[i]), i_all(0x0f0f0f0f));
  return r;
}

// The steps of the two dot products on native registers: `u4` for weights of four bits, `s8` for
// weights of eight. A sum begins with *_start, takes eight steps a block and ends in *_total.
#if defined(__AVX512VNNI__)

inline constexpr int s8_offset = 128;
QX_INLINE vi u4_start(std::int32_t correction) { return i_all(correction); }
QX_INLINE vi u4_step(vi sum, vi weights, vi x) { return _mm512_dpbusd_epi32(sum, weights, x); }
QX_INLINE vi u4_total(vi sum, std::int32_t) { return sum; }
QX_INLINE vi s8_start(std::int32_t correction) { return i_all(correction); }
QX_INLINE vi s8_magnitude(vi weights) { return weights; }
QX_INLINE vi s8_step(vi sum, vi weights, vi, vi x) { return _mm512_dpbusd_epi32(sum, weights, x); }

#elif defined(QX_NATIVE_X86)

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

// The sum of a whole block of four-bit weights stays in 16 bits: 8 steps · 2 · 15 · 127 = 30480.
// Of eight-bit weights one pair does, when the activations take the sign: 2 · 128 · 127 = 32512.
inline constexpr int s8_offset = 0;
QX_INLINE vi u4_start(std::int32_t) { return i_all(0); }
QX_INLINE vi u4_step(vi sum, vi weights, vi x) { return i_add16(sum, i_pairs(weights, x)); }
QX_INLINE vi u4_total(vi sum, std::int32_t correction) {
  return i_add(i_pairs_of_pairs(sum), i_all(correction));
}
QX_INLINE vi s8_start(std::int32_t) { return i_all(0); }
QX_INLINE vi s8_magnitude(vi weights) { return i_magnitude(weights); }
QX_INLINE vi s8_step(vi sum, vi weights, vi magnitude, vi x) {
  return i_add(sum, i_pairs_of_pairs(i_pairs(magnitude, i_with_sign(x, weights))));
}

#else

inline constexpr int s8_offset = 128;
QX_INLINE vi u4_start(std::int32_t correction) { return i_all(correction); }
QX_INLINE vi u4_step(vi sum, vi weights, vi x) {
  std::uint8_t w[16];
  std::int8_t a[16];
  std::memcpy(w, &weights, 16);
  std::memcpy(a, &x, 16);
  for (int i = 0; i < 16; ++i)
    sum[i / 4] += w[i] * a[i];
  return sum;
}
QX_INLINE vi u4_total(vi sum, std::int32_t) { return sum; }
QX_INLINE vi s8_start(std::int32_t correction) { return i_all(correction); }
QX_INLINE vi s8_magnitude(vi weights) { return weights; }
QX_INLINE vi s8_step(vi sum, vi weights, vi, vi x) { return u4_step(sum, weights, x); }

#endif

/// Unsigned weights of four bits against a block of 32 activations; `correction` is added once.
struct dot_u4 {
  using weights = quads;
  QX_INLINE static weights prepare(const quads& w) { return w; }
  QX_INLINE static i32x16 start(std::int32_t correction) {
    return each_integer([&](int) QX_INLINE_LAMBDA { return u4_start(correction); });
  }
  QX_INLINE static i32x16 add(const i32x16& s, const weights& w, std::int32_t x) {
    return each_integer([&](int i)
                            QX_INLINE_LAMBDA { return u4_step(s.part[i], w.part[i], i_all(x)); });
  }
  QX_INLINE static i32x16 total(const i32x16& s, std::int32_t correction) {
    return each_integer([&](int i) QX_INLINE_LAMBDA { return u4_total(s.part[i], correction); });
  }
};

/// Weights of eight bits, stored with `s8_offset` added, whose share `correction` takes out again
/// (it is ignored where the offset is 0).
struct dot_s8 {
  struct weights {
    quads value;
    quads magnitude;
  };
  QX_INLINE static weights prepare(const quads& w) {
    weights r{w, w};
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i)
      r.magnitude.part[i] = s8_magnitude(w.part[i]);
    return r;
  }
  QX_INLINE static i32x16 start(std::int32_t correction) {
    return each_integer([&](int) QX_INLINE_LAMBDA { return s8_start(correction); });
  }
  QX_INLINE static i32x16 add(const i32x16& s, const weights& w, std::int32_t x) {
    return each_integer([&](int i) QX_INLINE_LAMBDA {
      return s8_step(s.part[i], w.value.part[i], w.magnitude.part[i], i_all(x));
    });
  }
  QX_INLINE static i32x16 total(const i32x16& s, std::int32_t) { return s; }
};

}  // namespace qx::simd::inline QX_ARCH
