// SPDX-License-Identifier: MIT
/// \file
/// The names of `simd/native.hpp` for machines that have no section of their own there: four lanes
/// in plain C++, which compilers turn into whatever the machine has. Where NEON has an instruction
/// that they do not find, it is named.
#pragma once

#include <qx/core/config.hpp>
#include <qx/core/dtype.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace qx::simd::inline QX_ARCH {

#if defined(__ARM_NEON)
using vf = float32x4_t;
using vi = int32x4_t;
using b16 = uint8x16_t;
#else
using vf = float __attribute__((vector_size(16)));
using vi = std::int32_t __attribute__((vector_size(16)));
using b16 = std::uint8_t __attribute__((vector_size(16)));
#endif
inline constexpr int width = 4;

template <class T>
QX_INLINE T load_as(const void* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

QX_INLINE vf f_load(const float* p) { return load_as<vf>(p); }
QX_INLINE void f_store(float* p, vf a) { std::memcpy(p, &a, sizeof a); }
QX_INLINE vf f_all(float a) { return vf{a, a, a, a}; }
QX_INLINE vf f_add(vf a, vf b) { return a + b; }
QX_INLINE vf f_sub(vf a, vf b) { return a - b; }
QX_INLINE vf f_mul(vf a, vf b) { return a * b; }
QX_INLINE vf f_max(vf a, vf b) { return a > b ? a : b; }
QX_INLINE vf f_of(vi a) { return __builtin_convertvector(a, vf); }
QX_INLINE vf f_bits(vi a) { return load_as<vf>(&a); }
QX_INLINE vi i_bits(vf a) { return load_as<vi>(&a); }
QX_INLINE vi i_load(const void* p) { return load_as<vi>(p); }
QX_INLINE void i_store(void* p, vi a) { std::memcpy(p, &a, sizeof a); }
QX_INLINE vi i_all(std::int32_t a) { return vi{a, a, a, a}; }
QX_INLINE vi i_and(vi a, vi b) { return a & b; }
QX_INLINE vi i_add(vi a, vi b) { return a + b; }
QX_INLINE vi i_max(vi a, vi b) { return a > b ? a : b; }
template <int N>
QX_INLINE vi i_left(vi a) {
  return a << N;
}
template <int N>
QX_INLINE vi i_right(vi a) {
  using unsigned_lanes = std::uint32_t __attribute__((vector_size(16)));
  const unsigned_lanes shifted = load_as<unsigned_lanes>(&a) >> N;
  return load_as<vi>(&shifted);
}

QX_INLINE b16 b_load(const void* p) { return load_as<b16>(p); }
QX_INLINE b16 b_all(char a) { return b16{} + static_cast<std::uint8_t>(a); }
QX_INLINE b16 b_and(b16 a, b16 b) { return a & b; }
QX_INLINE b16 b_or(b16 a, b16 b) { return a | b; }
template <int Right>
QX_INLINE b16 b_shift(b16 a) {
  if constexpr (Right > 0) return a >> Right;
  if constexpr (Right < 0) return a << -Right;
  return a;
}

#if defined(__ARM_NEON)

QX_INLINE vf f_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
QX_INLINE vi i_round(vf a) { return vcvtnq_s32_f32(a); }
QX_INLINE b16 b_look_up(b16 table, b16 index) { return vqtbl1q_u8(table, index); }
/// Four of sixteen bytes, and what an extension of their sign or of zeros makes of them.
QX_INLINE vi i_from_u8(b16 a, int i) {
  const uint16x8_t eight = i < 2 ? vmovl_u8(vget_low_u8(a)) : vmovl_high_u8(a);
  return vreinterpretq_s32_u32(i % 2 == 0 ? vmovl_u16(vget_low_u16(eight)) : vmovl_high_u16(eight));
}
QX_INLINE vf f_from_u8(b16 a, int i) { return vcvtq_f32_s32(i_from_u8(a, i)); }
QX_INLINE vf f_from_i8(b16 a, int i) {
  const int8x16_t signs = vreinterpretq_s8_u8(a);
  const int16x8_t eight = i < 2 ? vmovl_s8(vget_low_s8(signs)) : vmovl_high_s8(signs);
  return vcvtq_f32_s32(i % 2 == 0 ? vmovl_s16(vget_low_s16(eight)) : vmovl_high_s16(eight));
}
QX_INLINE vi i_from_u16(const void* p) {
  return vreinterpretq_s32_u32(vmovl_u16(load_as<uint16x4_t>(p)));
}
QX_INLINE vf f_from_f16(const void* p) { return vcvt_f32_f16(load_as<float16x4_t>(p)); }
QX_INLINE b16 b_from_i32(const vi* part) {
  const int16x8_t low = vcombine_s16(vqmovn_s32(part[0]), vqmovn_s32(part[1]));
  const int16x8_t high = vcombine_s16(vqmovn_s32(part[2]), vqmovn_s32(part[3]));
  return vreinterpretq_u8_s8(vcombine_s8(vqmovn_s16(low), vqmovn_s16(high)));
}

#else

QX_INLINE vf f_fma(vf a, vf b, vf c) { return a * b + c; }
QX_INLINE vi i_round(vf a) {
  vi r{};
  for (int i = 0; i < 4; ++i)
    r[i] = static_cast<std::int32_t>(__builtin_nearbyintf(a[i]));
  return r;
}
QX_INLINE b16 b_look_up(b16 table, b16 index) {
  b16 r{};
  for (int i = 0; i < 16; ++i)
    r[i] = table[index[i] & 15];
  return r;
}
QX_INLINE vi i_from_u8(b16 a, int i) {
  return vi{a[4 * i], a[4 * i + 1], a[4 * i + 2], a[4 * i + 3]};
}
QX_INLINE vf f_from_u8(b16 a, int i) {
  vf r{};
  for (int j = 0; j < 4; ++j)
    r[j] = static_cast<float>(a[4 * i + j]);
  return r;
}
QX_INLINE vf f_from_i8(b16 a, int i) {
  vf r{};
  for (int j = 0; j < 4; ++j)
    r[j] = static_cast<float>(static_cast<std::int8_t>(a[4 * i + j]));
  return r;
}
QX_INLINE vi i_from_u16(const void* p) {
  vi r{};
  for (int j = 0; j < 4; ++j)
    r[j] = load_as<std::uint16_t>(static_cast<const char*>(p) + 2 * j);
  return r;
}
QX_INLINE vf f_from_f16(const void* p) {
  vf r{};
  for (int j = 0; j < 4; ++j)
    r[j] = static_cast<float>(load_as<f16>(static_cast<const char*>(p) + 2 * j));
  return r;
}
QX_INLINE b16 b_from_i32(const vi* part) {
  b16 r{};
  for (int i = 0; i < 16; ++i) {
    const std::int32_t v = part[i / 4][i % 4];
    r[i] = static_cast<std::uint8_t>(v < -128 ? -128 : v > 127 ? 127 : v);
  }
  return r;
}

#endif

QX_INLINE float f_sum(const vf* part) {
  const vf four = (part[0] + part[2]) + (part[1] + part[3]);
  return (four[0] + four[2]) + (four[1] + four[3]);
}
QX_INLINE std::int32_t i_sum(const vi* part) {
  const vi four = part[0] + part[1] + part[2] + part[3];
  return four[0] + four[1] + four[2] + four[3];
}
QX_INLINE std::int32_t i_largest(const vi* part) {
  const vi four = i_max(i_max(part[0], part[1]), i_max(part[2], part[3]));
  std::int32_t r = four[0];
  for (int i = 1; i < 4; ++i)
    r = four[i] > r ? four[i] : r;
  return r;
}

}  // namespace qx::simd::inline QX_ARCH
