// SPDX-License-Identifier: MIT
/// \file
/// MXFP4 against its definition: an element is read bit by bit as the OCP specification has it.
#include <qx/quant/mxfp4.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>

using namespace qx::quant;

namespace {

/// Section 5.3.3: a sign, two bits of exponent with bias 1, one of mantissa, subnormal where the
/// exponent is 0.
double e2m1(int code) {
  const int exponent = code >> 1 & 3, mantissa = code & 1;
  const double magnitude =
      exponent == 0 ? 0.5 * mantissa : std::ldexp(1.0 + 0.5 * mantissa, exponent - 1);
  return (code & 8) != 0 ? -magnitude : magnitude;
}
/// Section 5.4.1: a power of two with bias 127.
double e8m0(int exponent) { return std::ldexp(1.0, exponent - 127); }

std::array<float, 32> decoded(const mxfp4& block) {
  std::array<float, 32> out{};
  decode(block, std::span<float, 32>(out));
  return out;
}
mxfp4 encoded(const std::array<float, 32>& in) {
  mxfp4 block{};
  encode(std::span<const float, 32>(in), block);
  return block;
}

}  // namespace

TEST_CASE("every code under every scale is the number of the specification") {
  for (int exponent = 0; exponent < 256; ++exponent)
    for (int code = 0; code < 16; ++code) {
      CAPTURE(exponent);
      CAPTURE(code);
      mxfp4 block{static_cast<std::uint8_t>(exponent), {}};
      block.codes[5] = static_cast<std::uint8_t>(code | (code ^ 8) << 4);
      const auto out = decoded(block);
      if (exponent == 255) {
        CHECK(std::isnan(out[5]));
        CHECK(std::isnan(out[21]));
        continue;
      }
      // Twice the largest scale and more is beyond floats: infinity.
      CHECK(out[5] == static_cast<float>(e2m1(code) * e8m0(exponent)));
      CHECK(out[21] == -out[5]);
      CHECK(out[6] == 0.0f);
    }
}

TEST_CASE("encoding takes the scale of section 6.3 and the nearest element, saturating") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (int round = 0; round < 270; ++round) {
    std::array<float, 32> in{};
    const float size = std::ldexp(1.0f, round - 150);
    float largest = 0.0f;
    for (float& x : in) {
      x = normal(random) * size;
      largest = std::max(largest, std::abs(x));
    }
    const mxfp4 block = encoded(in);
    const int power = largest > 0.0f ? std::ilogb(largest) : -200;
    CHECK(block.exponent == std::max(power - 2 + 127, 0));
    const auto out = decoded(block);
    for (std::size_t i = 0; i < 32; ++i) {
      double nearest = 1e300;
      for (int code = 0; code < 16; ++code)
        nearest = std::min(nearest, std::abs(e2m1(code) * e8m0(block.exponent) - in[i]));
      REQUIRE(std::abs(static_cast<double>(out[i]) - in[i]) <= nearest);
      REQUIRE((out[i] == 0.0f || std::signbit(out[i]) == std::signbit(in[i])));
    }
  }
}

TEST_CASE("ties go towards zero, zero has no sign, what is not finite saturates") {
  std::array<float, 32> in{};
  in[0] = 4.0f;  // scale 1
  in[1] = 0.25f;
  in[2] = -0.25f;
  in[3] = -2.5f;
  in[4] = 5.0f;
  in[5] = -0.0f;
  const mxfp4 block = encoded(in);
  CHECK(block.exponent == 127);
  const int expected[] = {6, 0, 0, 8 | 4, 6, 0};
  for (std::size_t i = 0; i < 6; ++i)
    CHECK((block.codes[i] & 15) == expected[i]);
  in[7] = HUGE_VALF;
  in[8] = -HUGE_VALF;
  in[9] = std::nanf("");
  const auto huge = decoded(encoded(in));
  CHECK(huge[7] == 6 * 0x1p125f);
  CHECK(huge[8] == -huge[7]);
  CHECK(huge[9] == 0.0f);
}
