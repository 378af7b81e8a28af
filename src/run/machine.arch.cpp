// SPDX-License-Identifier: MIT
/// \file
/// Loops that show what the machine could do: every kernel is measured against them.
#include "arch.hpp"

#include <qx/simd/dot.hpp>

#include <array>
#include <cstring>

namespace qx::run::inline QX_ARCH {
namespace {

// Independent chains: enough to hide the latency of a multiply-add (4 cycles, two a cycle),
// few enough for sixteen registers.
constexpr std::size_t chains = 8;
constexpr auto lanes = static_cast<std::size_t>(simd::width);

template <class T>
std::int32_t used(const std::array<T, chains>& sums) {
  std::int32_t result = 0;
  for (const T& sum : sums) {
    std::int32_t bits;
    std::memcpy(&bits, &sum, sizeof bits);
    result ^= bits;
  }
  return result;
}

std::int32_t multiply_int8(std::size_t rounds) {
  std::array<simd::vi, chains> sum;
  for (std::size_t i = 0; i < chains; ++i)
    sum[i] = simd::i_all(static_cast<std::int32_t>(i) * 0x01030507);
  const simd::vi weights = simd::i_all(0x0f070301);
  for (std::size_t r = 0; r < rounds; ++r) {
    // Each chain multiplies what its neighbour had a round ago: nothing can be hoisted.
    const simd::vi first = sum[0];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < chains; ++i)
      sum[i] = simd::u4_step(sum[i], weights, i + 1 < chains ? sum[i + 1] : first);
  }
  return used(sum);
}

std::int32_t multiply_f32(std::size_t rounds) {
  std::array<simd::vf, chains> sum;
  for (std::size_t i = 0; i < chains; ++i)
    sum[i] = simd::f_all(static_cast<float>(i));
  // Converges to 1: no infinities, no subnormal numbers.
  const simd::vf factor = simd::f_all(0.75f), term = simd::f_all(0.25f);
  for (std::size_t r = 0; r < rounds; ++r)
#pragma GCC unroll 8
    for (std::size_t i = 0; i < chains; ++i)
      sum[i] = simd::f_fma(sum[i], factor, term);
  return used(sum);
}

std::int32_t read(std::span<const std::byte> bytes) {
  constexpr std::size_t step = lanes * 4;
  std::array<simd::vi, chains> sum;
  sum.fill(simd::i_all(0));
  for (std::size_t at = 0; at + chains * step <= bytes.size(); at += chains * step)
#pragma GCC unroll 8
    for (std::size_t i = 0; i < chains; ++i)
      sum[i] = simd::i_add(sum[i], simd::i_load(bytes.data() + at + i * step));
  return used(sum);
}

}  // namespace

constinit const machine_ops machine_loops{
    .read = read,
    .int8 = {chains * lanes * 4, multiply_int8},
    .f32 = {chains * lanes, multiply_f32},
};

}  // namespace qx::run::inline QX_ARCH
