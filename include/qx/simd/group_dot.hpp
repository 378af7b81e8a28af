// SPDX-License-Identifier: MIT
/// \file
/// Integer dot products of groups of 16 or 32 elements: sixteen rows of unsigned codes, four at a
/// time, times the same four int8 activations, the sum of a row in the row's own lane.
///
/// `vpdpbusd` adds four products in 32 bits. Without it `pmaddubsw` adds two in 16 bits, where as
/// many steps are joined as the largest code allows: eight of Q4_K, four of Q5_K, two of Q6_K.
#pragma once

#include <qx/simd/lanes.hpp>
#include <qx/simd/native_dot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::simd::inline QX_ARCH {

/// sum + the products of the two 16-bit numbers in every lane.
#if defined(__AVX512VNNI__)
QX_INLINE vi i_dot_pairs(vi sum, vi a, vi b) { return _mm512_dpwssd_epi32(sum, a, b); }
#elif defined(__AVX512BW__)
QX_INLINE vi i_dot_pairs(vi sum, vi a, vi b) { return i_add(sum, _mm512_madd_epi16(a, b)); }
#elif defined(__AVX2__)
QX_INLINE vi i_dot_pairs(vi sum, vi a, vi b) { return i_add(sum, _mm256_madd_epi16(a, b)); }
#elif defined(QX_NATIVE_X86)
QX_INLINE vi i_dot_pairs(vi sum, vi a, vi b) { return i_add(sum, _mm_madd_epi16(a, b)); }
#else
QX_INLINE vi i_dot_pairs(vi sum, vi a, vi b) {
  std::int16_t p[8], q[8];
  std::memcpy(p, &a, 16);
  std::memcpy(q, &b, 16);
  for (int i = 0; i < 8; ++i)
    sum[i / 2] += p[i] * q[i];
  return sum;
}
#endif

#if defined(QX_NATIVE_X86) && !defined(__AVX512VNNI__)

/// Registers that a sum takes for each register of rows while it grows.
inline constexpr int group_sum_registers = 2;

/// `sum` of a group of `Quads` steps whose codes are at most `Top`.
template <int Top, std::size_t Quads>
class group_dot {
  /// Steps whose pairs stay below 2^15 together; activations are at most 127 in size.
  static constexpr std::size_t fitting = 32767 / (2 * Top * 127);
  static constexpr std::size_t joined = fitting < Quads ? fitting : Quads;
  static_assert(joined > 0);

 public:
  struct sum {
    vi wide[parts];
    vi narrow[parts];
  };
  QX_INLINE static sum start(std::int32_t correction) {
    sum s;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i)
      s.wide[i] = i_all(correction);
    return s;
  }
  template <std::size_t Step>
  QX_INLINE static void add(sum& s, const i32x16& codes, vi x) {
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) {
      const vi pairs = i_pairs(codes.part[i], x);
      s.narrow[i] = Step % joined == 0 ? pairs : i_pinned(i_add16(s.narrow[i], pairs));
      if constexpr (Step % joined == joined - 1 || Step == Quads - 1)
        s.wide[i] = i_dot_pairs(s.wide[i], s.narrow[i], i_all(0x00010001));
    }
  }
  QX_INLINE static i32x16 total(const sum& s) {
    return each_integer([&](int i) QX_INLINE_LAMBDA { return s.wide[i]; });
  }
};

#else

inline constexpr int group_sum_registers = 1;

/// `sum` of a group of `Quads` steps whose codes are at most `Top`.
template <int Top, std::size_t Quads>
struct group_dot {
  using sum = i32x16;
  QX_INLINE static sum start(std::int32_t correction) {
    return each_integer([&](int) QX_INLINE_LAMBDA { return i_all(correction); });
  }
  template <std::size_t Step>
  QX_INLINE static void add(sum& s, const i32x16& codes, vi x) {
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i)
      s.part[i] = i_dot(s.part[i], codes.part[i], x);
  }
  QX_INLINE static i32x16 total(const sum& s) { return s; }
};

#endif

/// sum + a · b of two 16-bit numbers in every lane.
QX_INLINE i32x16 dot_pairs(const i32x16& sum, const i32x16& a, std::int32_t b) {
  return each_integer(
      [&](int i) QX_INLINE_LAMBDA { return i_dot_pairs(sum.part[i], a.part[i], i_all(b)); });
}

/// Four bytes of each of sixteen rows, as they lie in memory.
QX_INLINE i32x16 load_words(const void* p) {
  const char* bytes = static_cast<const char*>(p);
  return each_integer([&](int i) QX_INLINE_LAMBDA { return i_load(bytes + i * width * 4); });
}
/// Two bytes of each of sixteen rows.
QX_INLINE i32x16 load_halves(const void* p) {
  const char* bytes = static_cast<const char*>(p);
  return each_integer([&](int i) QX_INLINE_LAMBDA { return i_from_u16(bytes + i * width * 2); });
}
/// Every lane shifted to the right by N bits (to the left where N is negative), then masked.
template <int N, std::uint32_t Mask>
QX_INLINE i32x16 shifted(const i32x16& a) {
  return each_integer([&](int i) QX_INLINE_LAMBDA {
    const vi mask = i_all(static_cast<std::int32_t>(Mask));
    if constexpr (N > 0) return i_and(i_right<N>(a.part[i]), mask);
    if constexpr (N < 0) return i_and(i_left<-N>(a.part[i]), mask);
    return i_and(a.part[i], mask);
  });
}

/// Of two words without a bit in common.
QX_INLINE i32x16 operator|(const i32x16& a, const i32x16& b) {
  return each_integer([&](int i) QX_INLINE_LAMBDA { return i_or(a.part[i], b.part[i]); });
}

}  // namespace qx::simd::inline QX_ARCH
