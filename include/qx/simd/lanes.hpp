// SPDX-License-Identifier: MIT
/// \file
/// Sixteen lanes on every instruction set, one lane per row of a panel: `f32x16` holds floats,
/// `u8x16` the sixteen byte codes of one column of a panel. Beside `pack.hpp` because kernels need
/// integers of 8 and 16 bits, fused multiply-add, and functions that are inlined in any build.
#pragma once

#include <qx/simd/native.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::simd::inline QX_ARCH {

inline constexpr int parts = 16 / width;  ///< native registers per sixteen lanes

struct f32x16 {
  vf part[parts];
};

template <class F>
QX_INLINE f32x16 each_part(F f) {
  f32x16 r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    r.part[i] = f(i);
  return r;
}

QX_INLINE f32x16 load16(const float* p) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_load(p + i * width); });
}
QX_INLINE void store16(float* p, const f32x16& a) {
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    f_store(p + i * width, a.part[i]);
}
QX_INLINE f32x16 all16(float a) {
  const vf v = f_all(a);
  return each_part([&](int) QX_INLINE_LAMBDA { return v; });
}
QX_INLINE f32x16 operator+(const f32x16& a, const f32x16& b) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_add(a.part[i], b.part[i]); });
}
QX_INLINE f32x16 operator-(const f32x16& a, const f32x16& b) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_sub(a.part[i], b.part[i]); });
}
QX_INLINE f32x16 operator*(const f32x16& a, const f32x16& b) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_mul(a.part[i], b.part[i]); });
}
QX_INLINE f32x16 max16(const f32x16& a, const f32x16& b) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_max(a.part[i], b.part[i]); });
}
/// a · b + c, fused where the machine has it.
QX_INLINE f32x16 fma16(const f32x16& a, const f32x16& b, const f32x16& c) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_fma(a.part[i], b.part[i], c.part[i]); });
}

/// Sum of the lanes, folded in the same order on every instruction set.
QX_INLINE float sum16(const f32x16& a) { return f_sum(a.part); }

/// Sixteen 32-bit integers.
struct i32x16 {
  vi part[parts];
};
template <class F>
QX_INLINE i32x16 each_integer(F f) {
  i32x16 r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    r.part[i] = f(i);
  return r;
}
QX_INLINE f32x16 to_float(const i32x16& a) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_of(a.part[i]); });
}

/// Rounded to nearest, ties to even.
QX_INLINE i32x16 round16(const f32x16& a) {
  return each_integer([&](int i) QX_INLINE_LAMBDA { return i_round(a.part[i]); });
}
/// The bits of |a|: as integers they are ordered as the numbers are, infinities and NaN on top.
QX_INLINE i32x16 magnitude_bits(const f32x16& a) {
  return each_integer([&](int i)
                          QX_INLINE_LAMBDA { return i_and(i_bits(a.part[i]), i_all(0x7fffffff)); });
}
QX_INLINE i32x16 max16(const i32x16& a, const i32x16& b) {
  return each_integer([&](int i) QX_INLINE_LAMBDA { return i_max(a.part[i], b.part[i]); });
}
QX_INLINE i32x16 operator+(const i32x16& a, const i32x16& b) {
  return each_integer([&](int i) QX_INLINE_LAMBDA { return i_add(a.part[i], b.part[i]); });
}
QX_INLINE std::int32_t sum16(const i32x16& a) { return i_sum(a.part); }
QX_INLINE std::int32_t largest16(const i32x16& a) { return i_largest(a.part); }

/// Sixteen binary16 values (32 bytes) as floats.
QX_INLINE f32x16 load16_f16(const void* p) {
  const char* bytes = static_cast<const char*>(p);
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_from_f16(bytes + i * width * 2); });
}
/// Sixteen bfloat16 values (32 bytes) as floats.
QX_INLINE f32x16 load16_bf16(const void* p) {
  const char* bytes = static_cast<const char*>(p);
  return each_part([&](int i) QX_INLINE_LAMBDA {
    return f_bits(i_left<16>(i_from_u16(bytes + i * width * 2)));
  });
}

/// Sixteen bytes, one code of each row.
struct u8x16 {
  b16 value;
};
QX_INLINE u8x16 load_bytes(const void* p) { return {b_load(p)}; }
/// As signed bytes, clamped.
QX_INLINE void store_bytes(std::int8_t* p, const i32x16& a) {
  const b16 bytes = b_from_i32(a.part);
  std::memcpy(p, &bytes, sizeof bytes);
}
QX_INLINE u8x16 operator|(u8x16 a, u8x16 b) { return {b_or(a.value, b.value)}; }
/// Bits [N, N + Width) of every byte, moved to bit To.
template <int N, int Width, int To = 0>
QX_INLINE u8x16 bits(u8x16 a) {
  constexpr int mask = ((1 << Width) - 1) << To;
  return {b_and(b_shift<N - To>(a.value), b_all(static_cast<char>(mask)))};
}
/// Sixteen entries of `table` chosen by bytes below sixteen.
QX_INLINE u8x16 look_up(const std::int8_t* table, u8x16 index) {
  return {b_look_up(b_load(table), index.value)};
}
QX_INLINE f32x16 to_float(u8x16 a) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_from_u8(a.value, i); });
}
/// The bytes as signed numbers.
QX_INLINE f32x16 to_float_signed(u8x16 a) {
  return each_part([&](int i) QX_INLINE_LAMBDA { return f_from_i8(a.value, i); });
}

/// 2^(byte − 127), subnormal for 0; 255 gives infinity.
QX_INLINE f32x16 exponents_of_bytes(u8x16 a) {
  return each_part([&](int i) QX_INLINE_LAMBDA {
    return f_bits(i_max(i_left<23>(i_from_u8(a.value, i)), i_all(0x00400000)));
  });
}

}  // namespace qx::simd::inline QX_ARCH
