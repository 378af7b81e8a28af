// SPDX-License-Identifier: MIT
/// \file
/// The formats of 32 elements, whose sums are integers: exact sums at the ends of every range, a
/// bound that only the few float operations of a block explain, and numbers that are none.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace {

using namespace qx;
using namespace qx::kernel;
using namespace qx::kernel::test;

constexpr std::array types{dtype::q4_0, dtype::q4_1,   dtype::q5_0, dtype::q5_1,
                           dtype::q8_0, dtype::iq4_nl, dtype::mxfp4};
constexpr bool has_lowest(dtype type) { return type == dtype::q4_1 || type == dtype::q5_1; }

/// A product of `weights` with `x`, and what the kernel read of both.
struct product {
  std::size_t k, rows, columns, stride;
  std::vector<float> w, x, out;
};
product multiply(const table& t, dtype type, const std::vector<std::byte>& weights,
                 const std::vector<float>& x, std::size_t k) {
  const auto activations = written(input_ops(t, type), x, k);
  const auto panels = packed(t, type, weights, k);
  product p{k, weights.size() / bytes_of(type, k), x.size() / k, 0, {}, {}, {}};
  const std::size_t panel_count = (p.rows + panel_rows - 1) / panel_rows;
  const std::size_t row = input_ops(t, type).row_bytes(k);
  p.stride = panel_count * panel_rows;
  p.w = decoded(t, type, weights, k);
  p.x = seen(activation::q8, activations, row, k);
  p.out.assign(p.columns * p.stride, 7.0f);
  ops(t, type).tile(panels.data(), panel_count, k, activations.data(), row, p.columns, p.out.data(),
                    p.stride);
  return p;
}

/// Float operations err by 2^-24 of their result at most. A block has two, or three with a lowest
/// value, and the sum of blocks is at most the sum of all sizes; the decoded weight and the scaled
/// code that the oracle multiplies are rounded too. With a lowest value a weight is the difference
/// of parts that are larger than itself by as much.
void check_sums(const product& p, dtype type) {
  const double operations = static_cast<double>(p.k / 32) * (has_lowest(type) ? 2 : 1) + 6;
  const double lowest = has_lowest(type) ? 0.02 : 0;  // at most, in random_weights()
  for (std::size_t c = 0; c < p.columns; ++c)
    for (std::size_t r = 0; r < p.rows; ++r) {
      double exact = 0, size = 0;
      for (std::size_t i = 0; i < p.k; ++i) {
        const double w = p.w[r * p.k + i], x = p.x[c * p.k + i];
        exact += w * x;
        size += (std::abs(w) + 2 * lowest) * std::abs(x);
      }
      REQUIRE(std::abs(p.out[c * p.stride + r] - exact) <= operations * 0x1p-24 * size);
    }
}

/// Scale 1 and, where there is one, lowest value 1; every code has all bits of `code`.
std::vector<std::byte> uniform_blocks(dtype type, std::size_t count, int code) {
  std::vector<std::byte> r(count * info(type).block_bytes, static_cast<std::byte>(code));
  const f16 one = f16::from(1.0f);
  for (std::size_t at = 0; at < r.size(); at += info(type).block_bytes) {
    if (type == dtype::mxfp4) r[at] = std::byte{128};
    for (const std::size_t offset : half_offsets(type))
      std::memcpy(r.data() + at + offset, &one, sizeof one);
  }
  return r;
}

}  // namespace

TEST_CASE(
    "1 to 20 columns of every format, tails of rows and of blocks, in three roundings a block") {
  std::mt19937 random(21);
  for (const table* t : runnable_tables())
    for (const dtype type : types)
      for (std::size_t columns = 1; columns <= 20; ++columns) {
        CAPTURE(std::string(t->name));
        CAPTURE(std::string(name(type)));
        CAPTURE(columns);
        const std::size_t k = columns % 2 == 0 ? 512 : 480, rows = columns % 3 == 0 ? 37 : 64;
        check_sums(multiply(*t, type, random_weights(type, rows, k, random),
                            random_floats(columns * k, random), k),
                   type);
      }
}

TEST_CASE("extreme codes on both sides do not overflow the integer sums") {
  const std::size_t k = 64;
  for (const table* t : runnable_tables())
    for (const dtype type : types)
      for (const int code : {0x00, 0x77, 0x80, 0x7f, 0xff})
        for (const int pattern : {0b11, 0b00, 0b01, 0b10}) {
          CAPTURE(std::string(t->name));
          CAPTURE(std::string(name(type)));
          CAPTURE(code);
          CAPTURE(pattern);
          std::vector<float> x(k);  // codes ±127, scale 1: the sum is exact
          for (std::size_t i = 0; i < k; ++i)
            x[i] = (pattern >> i % 2 & 1) != 0 ? 127.0f : -127.0f;
          const auto p = multiply(*t, type, uniform_blocks(type, panel_rows * k / 32, code), x, k);
          double exact = 0;
          for (std::size_t i = 0; i < k; ++i)
            exact += static_cast<double>(p.w[i]) * x[i];
          for (const float value : p.out)
            CHECK(value == exact);
        }
}

TEST_CASE("a scale that is no number spoils its own row, and only that") {
  std::mt19937 random(22);
  const std::size_t k = 96, rows = 40, spoilt = 19;
  for (const table* t : runnable_tables())
    for (const dtype type : types)
      for (const f16 bits : {f16{0x7e00}, f16{0x7c00}, f16{0xfc00}})  // NaN, ±infinity
        for (std::size_t field = 0; field < (has_lowest(type) ? 2 : 1); ++field) {
          CAPTURE(std::string(t->name));
          CAPTURE(std::string(name(type)));
          CAPTURE(bits.bits);
          auto weights = random_weights(type, rows, k, random);
          const auto x = random_floats(10 * k, random);
          const auto sound = multiply(*t, type, weights, x, k);
          std::byte* const block =
              weights.data() + spoilt * bytes_of(type, k) + info(type).block_bytes;
          if (type == dtype::mxfp4)
            *block = std::byte{255};
          else
            std::memcpy(block + 2 * field, &bits, sizeof bits);
          const auto broken = multiply(*t, type, weights, x, k);
          for (std::size_t c = 0; c < 10; ++c)
            for (std::size_t r = 0; r < rows; ++r) {
              const float before = sound.out[c * sound.stride + r];
              const float after = broken.out[c * broken.stride + r];
              if (r == spoilt)
                CHECK_FALSE(std::isfinite(after));
              else
                CHECK(after == before);
            }
        }
}

TEST_CASE("activations with outliers: the sums stay right and finite") {
  std::mt19937 random(23);
  const std::size_t k = 2048, columns = 7;
  for (const table* t : runnable_tables())
    for (const dtype type : types) {
      CAPTURE(std::string(t->name));
      CAPTURE(std::string(name(type)));
      auto x = random_floats(columns * k, random);
      for (std::size_t i = 0; i < x.size(); i += 500)
        x[i] *= 20.0f;
      x[77] = 1e4f;
      x[k + 5] = -1e30f;
      const auto p = multiply(*t, type, random_weights(type, 24, k, random), x, k);
      for (const float value : p.out)
        CHECK(std::isfinite(value));
      check_sums(p, type);
    }
}

TEST_CASE("the two ends of MXFP4's scales multiply as they decode") {
  const std::size_t k = 32;
  for (const table* t : runnable_tables())
    for (const int exponent : {0, 1, 2, 3, 126, 200, 252}) {
      CAPTURE(std::string(t->name));
      CAPTURE(exponent);
      auto weights = uniform_blocks(dtype::mxfp4, panel_rows, 0x25);  // 1 and 3
      for (std::size_t at = 0; at < weights.size(); at += 17)
        weights[at] = static_cast<std::byte>(exponent);
      const std::vector<float> x(k, 127.0f);
      const auto p = multiply(*t, dtype::mxfp4, weights, x, k);
      const double sum = std::ldexp(16 * (1.0 + 3.0) * 127.0, exponent - 127);
      for (const float value : p.out)
        CHECK(value == static_cast<float>(sum));
    }
}
