// SPDX-License-Identifier: MIT
/// \file
/// The 256-element formats where their integers are largest, where numbers are broken, and from
/// table to table.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace {

using namespace qx;
using namespace qx::kernel;
using namespace qx::kernel::test;

constexpr std::array k_types{dtype::q2_k, dtype::q3_k, dtype::q4_k, dtype::q5_k, dtype::q6_k};

/// [columns, panels · 16]
std::vector<float> products(const table& t, dtype type, std::span<const std::byte> weights,
                            std::span<const float> x, std::size_t k) {
  const auto panels = packed(t, type, weights, k);
  const auto rows = written(input_ops(t, type), x, k);
  const std::size_t count = panels.size() / ops(t, type).panel_bytes(k), columns = x.size() / k;
  std::vector<float> out(columns * count * panel_rows);
  ops(t, type).tile(panels.data(), count, k, rows.data(), rows.size() / columns, columns,
                    out.data(), count * panel_rows);
  return out;
}

/// Sets the binary16 numbers of every block.
void set_scales(dtype type, std::span<std::byte> weights, f16 value) {
  for (std::size_t at = 0; at < weights.size(); at += info(type).block_bytes)
    for (const std::size_t offset : half_offsets(type))
      std::memcpy(weights.data() + at + offset, &value, sizeof value);
}

}  // namespace

TEST_CASE("integers at their ends do not overflow") {
  // Every byte the same: codes, group scales and minima at an end or in the middle. Activations of
  // ±127 have scale 1, so that all that is inexact is the sum of at most 16 products of a group sum
  // and a group scale, and three roundings more.
  for (const table* t : runnable_tables())
    for (const dtype type : k_types)
      for (const int byte : {0x00, 0x0f, 0x3f, 0x7f, 0x80, 0xf0, 0xff}) {
        CAPTURE(std::string(t->name));
        CAPTURE(std::string(name(type)));
        CAPTURE(byte);
        const std::size_t k = 256;
        std::vector<std::byte> weights(panel_rows * bytes_of(type, k),
                                       static_cast<std::byte>(byte));
        set_scales(type, weights, f16::from(1.0f));
        const auto w = decoded(*t, type, weights, k);
        for (const int pattern : {0, 1, 2}) {
          std::vector<float> x(k);
          for (std::size_t i = 0; i < k; ++i)
            x[i] = pattern == 0      ? 127.0f
                   : pattern == 1    ? -127.0f
                   : i / 16 % 2 == 0 ? 127.0f
                                     : -127.0f;
          double expected = 0;
          for (std::size_t i = 0; i < k; ++i)
            expected += static_cast<double>(w[i]) * x[i];
          // |code| · |s| · 127 · 256 of the largest format, Q6_K: 32 · 128 · 32512.
          for (const float value : products(*t, type, weights, x, k))
            CHECK(std::abs(value - expected) <= 20 * 0x1p-24 * 32 * 128 * 32512);
        }
      }
}

TEST_CASE("tables agree: to the bit where the machine fuses, within rounding elsewhere") {
  std::mt19937 random(21);
  const std::size_t k = 1024, rows = 48, columns = 14;
  const auto x = random_floats(columns * k, random);
  for (const dtype type : k_types) {
    const auto weights = random_weights(type, rows, k, random);
    const table* fused = nullptr;
    for (const table* t : runnable_tables()) {
      CAPTURE(std::string(t->name));
      CAPTURE(std::string(name(type)));
      if (t->name == "baseline") continue;
      if (fused == nullptr) fused = t;
      const auto want = products(*fused, type, weights, x, k);
      const auto got = products(*t, type, weights, x, k);
      REQUIRE(std::memcmp(got.data(), want.data(), got.size() * sizeof(float)) == 0);
    }
    const table* base = find_table("baseline");
    if (fused == nullptr || base == nullptr) continue;
    const auto want = products(*fused, type, weights, x, k);
    const auto got = products(*base, type, weights, x, k);
    double error = 0, norm = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      error += std::pow(static_cast<double>(got[i]) - want[i], 2);
      norm += std::pow(static_cast<double>(want[i]), 2);
    }
    CHECK(std::sqrt(error / norm) < 1e-6);  // a dozen roundings of 2^-24
  }
}

TEST_CASE("outliers cost accuracy, never a NaN") {
  std::mt19937 random(22);
  const std::size_t k = 2048, rows = 32;
  for (const table* t : runnable_tables())
    for (const dtype type : k_types)
      for (const bool huge : {false, true}) {
        CAPTURE(std::string(t->name));
        CAPTURE(std::string(name(type)));
        const auto weights = random_weights(type, rows, k, random);
        auto x = random_floats(3 * k, random);
        for (std::size_t i = 17; i < x.size(); i += 500)
          x[i] = huge ? 1e4f : x[i] * 20.0f;
        const auto w = decoded(*t, type, weights, k);
        const auto out = products(*t, type, weights, x, k);
        double error = 0, norm = 0;
        for (std::size_t c = 0; c < 3; ++c)
          for (std::size_t r = 0; r < rows; ++r) {
            double value = 0;
            for (std::size_t i = 0; i < k; ++i)
              value += static_cast<double>(w[r * k + i]) * x[c * k + i];
            REQUIRE(std::isfinite(out[c * rows + r]));
            error += std::pow(out[c * rows + r] - value, 2);
            norm += value * value;
          }
        // A step of a 127th of the largest of 256, evenly spread, beside a typical value of 1:
        // outliers of 20 to 40 make that 5 to 10 % of the plain part and less of the whole.
        CHECK(std::sqrt(error / norm) < 0.06);
      }
}

TEST_CASE("a broken scale of a weight shows in its row and nowhere else") {
  std::mt19937 random(23);
  const std::size_t k = 512;
  for (const table* t : runnable_tables())
    for (const dtype type : k_types)
      for (const float broken : {std::nanf(""), HUGE_VALF}) {
        auto weights = random_weights(type, 32, k, random);
        const std::size_t row = bytes_of(type, k);
        set_scales(type, std::span(weights).subspan(20 * row, row), f16::from(broken));
        const auto out = products(*t, type, weights, random_floats(9 * k, random), k);
        for (std::size_t i = 0; i < out.size(); ++i)
          CHECK(std::isfinite(out[i]) == (i % 32 != 20));
      }
}
