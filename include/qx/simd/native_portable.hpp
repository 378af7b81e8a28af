// SPDX-License-Identifier: MIT
/// \file
/// The names of `simd/native.hpp` for machines that have no section of their own there: four lanes
/// in plain C++, which compilers turn into whatever the machine has.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace qx::simd::inline QX_ARCH {

using vf = float __attribute__((vector_size(16)));
using vi = std::int32_t __attribute__((vector_size(16)));
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
QX_INLINE vf f_fma(vf a, vf b, vf c) { return a * b + c; }
QX_INLINE vf f_of(vi a) { return __builtin_convertvector(a, vf); }
QX_INLINE vi i_round(vf a) {
  vi r{};
  for (int i = 0; i < 4; ++i) r[i] = static_cast<std::int32_t>(__builtin_nearbyintf(a[i]));
  return r;
}
QX_INLINE vf f_bits(vi a) { return load_as<vf>(&a); }
QX_INLINE vi i_bits(vf a) { return load_as<vi>(&a); }
QX_INLINE vi i_load(const void* p) { return load_as<vi>(p); }
QX_INLINE void i_store(void* p, vi a) { std::memcpy(p, &a, sizeof a); }
QX_INLINE vi i_all(std::int32_t a) { return vi{a, a, a, a}; }
QX_INLINE vi i_and(vi a, vi b) { return a & b; }
QX_INLINE vi i_add(vi a, vi b) { return a + b; }
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

}  // namespace qx::simd::inline QX_ARCH
