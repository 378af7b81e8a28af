// SPDX-License-Identifier: MIT
/// \file
/// Blocks built by hand: each field lands where the layout says, and rounding is as documented.
/// Formats are usable in constant expressions, so that much is checked by the compiler.
#include <qx/quant/iq4_nl.hpp>
#include <qx/quant/q2_k.hpp>
#include <qx/quant/q3_k.hpp>
#include <qx/quant/q4_0.hpp>
#include <qx/quant/q4_1.hpp>
#include <qx/quant/q4_k.hpp>
#include <qx/quant/q5_0.hpp>
#include <qx/quant/q5_1.hpp>
#include <qx/quant/q5_k.hpp>
#include <qx/quant/q6_k.hpp>
#include <qx/quant/q8_0.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

using namespace qx::quant;

namespace {

template <Block B>
constexpr std::array<float, B::elements> decoded(const B& block) {
  std::array<float, B::elements> out{};
  decode(block, std::span<float, B::elements>(out));
  return out;
}

template <EncodableBlock B, std::size_t N = B::elements>
constexpr B encoded(const std::array<float, N>& in) {
  B block{};
  encode(std::span<const float, N>(in), block);
  return block;
}

/// -16 … 15, in order.
constexpr std::array<float, 32> ramp = [] {
  std::array<float, 32> out{};
  for (std::size_t i = 0; i < 32; ++i)
    out[i] = static_cast<float>(i) - 16.0f;
  return out;
}();

constexpr qx::f16 half(float x) { return qx::f16::from(x); }

}  // namespace

// Five bits hold a ramp of 32 steps exactly; Q8_0 does where its scale is a power of two.
static_assert(decoded(encoded<q5_0>(ramp)) == ramp);
static_assert(decoded(encoded<q5_1>(ramp)) == ramp);
static_assert(encoded<q4_0>(ramp).scale == half(2.0f));
static_assert(encoded<q4_0>(ramp).codes[0] == (8 << 4 | 0));
static_assert(encoded<q4_1>(ramp).lowest == half(-16.0f));
static_assert(iq4_nl::levels[0] == -127 && iq4_nl::levels[15] == 113);

TEST_CASE("Q4_0 puts elements 0–15 into low nibbles and 16–31 into high ones") {
  q4_0 block{half(0.5f), {}};
  block.codes[3] = 0xf2;
  const auto out = decoded(block);
  CHECK(out[3] == (2 - 8) * 0.5f);
  CHECK(out[19] == (15 - 8) * 0.5f);
  CHECK(out[4] == -8 * 0.5f);
}

TEST_CASE("Q5_0 and Q5_1 take the fifth bit of element i from bit i") {
  q5_0 block{half(1.0f), {}, {}};
  block.fifths[2] = 1 << 3;  // element 19
  CHECK(decoded(block)[19] == 0.0f);
  CHECK(decoded(block)[3] == -16.0f);
  q5_1 affine{half(2.0f), half(-1.0f), {}, {}};
  affine.fifths[0] = 1;
  affine.codes[0] = 0x31;
  CHECK(decoded(affine)[0] == 17 * 2.0f - 1.0f);
  CHECK(decoded(affine)[16] == 3 * 2.0f - 1.0f);
}

TEST_CASE("Q8_0 rounds to nearest, ties away from zero") {
  std::array<float, 32> in{};
  in[0] = 127.0f;  // scale 1
  in[1] = 0.5f;
  in[2] = -0.5f;
  in[3] = 2.5f;
  in[4] = 0.49999997f;
  in[5] = -3.49f;
  const q8_0 block = encoded<q8_0>(in);
  CHECK(block.scale == half(1.0f));
  CHECK(block.codes[0] == 127);
  CHECK(block.codes[1] == 1);
  CHECK(block.codes[2] == -1);
  CHECK(block.codes[3] == 3);
  CHECK(block.codes[4] == 0);
  CHECK(block.codes[5] == -3);
}

TEST_CASE("scales and minima of Q4_K and Q5_K come back from their twelve bytes") {
  // s = 8 j + 1, m = 63 - 5 j, packed by hand as the format says.
  std::array<int, 8> s{}, m{};
  for (int j = 0; j < 8; ++j) {
    s[static_cast<std::size_t>(j)] = 8 * j + 1;
    m[static_cast<std::size_t>(j)] = 63 - 5 * j;
  }
  k_groups groups{};
  for (std::size_t j = 0; j < 4; ++j) {
    groups.packed[j] = static_cast<std::uint8_t>(s[j] | (s[j + 4] >> 4) << 6);
    groups.packed[j + 4] = static_cast<std::uint8_t>(m[j] | (m[j + 4] >> 4) << 6);
    groups.packed[j + 8] = static_cast<std::uint8_t>((s[j + 4] & 15) | (m[j + 4] & 15) << 4);
  }
  for (std::size_t j = 0; j < 8; ++j) {
    CHECK(groups.scale(j) == s[j]);
    CHECK(groups.minimum(j) == m[j]);
  }
  const q4_k four{half(1.0f), half(2.0f), groups, {}};
  CHECK(decoded(four)[5 * 32] == -2.0f * static_cast<float>(m[5]));
  q5_k five{half(1.0f), half(0.0f), groups, {}, {}};
  five.fifths[7] = 1 << 6;
  CHECK(decoded(five)[6 * 32 + 7] == 16.0f * static_cast<float>(s[6]));
  CHECK(decoded(five)[5 * 32 + 7] == 0.0f);
}

TEST_CASE("scales of Q3_K come back from their twelve bytes") {
  q3_k block{};
  block.groups[2] = 0x5a;          // low bits: group 2 has 10, group 10 has 5
  block.groups[8 + 2] = 0b100111;  // high bits of groups 2, 6, 10: 3, 1, 2
  CHECK(block.group_scale(2) == (10 | 3 << 4) - 32);
  CHECK(block.group_scale(6) == (1 << 4) - 32);
  CHECK(block.group_scale(10) == (5 | 2 << 4) - 32);
  CHECK(block.group_scale(14) == -32);
}

TEST_CASE_TEMPLATE("inputs that are not numbers, infinite or huge give defined blocks", B, q4_0,
                   q4_1, q5_0, q5_1, q8_0) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::array<float, 32> zeros{}, odd{};
  odd.fill(nan);
  CHECK(decoded(encoded<B>(odd)) == decoded(encoded<B>(zeros)));
  for (const float extreme : {infinity, -infinity, 3e38f, -3e38f, 1e-45f, -1e-45f, 1e-39f}) {
    CAPTURE(extreme);
    odd = ramp;
    odd[7] = extreme;
    odd[20] = -extreme;
    odd[9] = nan;
    for (const float x : decoded(encoded<B>(odd)))
      CHECK(std::isfinite(x));
  }
  odd = ramp;
  odd[7] = nan;
  std::array<float, 32> zeroed = ramp;
  zeroed[7] = 0.0f;
  CHECK(decoded(encoded<B>(odd)) == decoded(encoded<B>(zeroed)));
}

TEST_CASE_TEMPLATE("rounding costs at most half a step, and something", B, q4_0, q4_1, q5_0, q5_1,
                   q8_0) {
  std::array<float, 32> in{};
  for (std::size_t i = 0; i < in.size(); ++i)
    in[i] = std::sin(static_cast<float>(i) * 1.7f);
  const auto out = decoded(encoded<B>(in));
  const float steps = B::elements == sizeof(B) - 2 ? 127.0f : sizeof(B) >= 22 ? 15.5f : 7.5f;
  float worst = 0.0f;
  for (std::size_t i = 0; i < in.size(); ++i)
    worst = std::max(worst, std::abs(in[i] - out[i]));
  CHECK(worst > 0.1f / steps);
  // The code of the end opposite to the extreme may be cut by a whole step in Q4_0 and Q5_0.
  CHECK(worst < 1.05f / steps);
}
