// SPDX-License-Identifier: MIT
/// \file
/// Rows of activations: padding, rounding, and numbers that do not fit eight bits.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace {

using namespace qx;
using namespace qx::kernel;
using namespace qx::kernel::test;

const activation_ops& q8(const table& t) {
  return t.activations[static_cast<std::size_t>(activation::q8)];
}
q8_chunk_layout chunk_of(std::span<const std::byte> row, std::size_t i) {
  q8_chunk_layout chunk;
  std::memcpy(&chunk, row.data() + i * sizeof chunk, sizeof chunk);
  return chunk;
}
const activation_ops& q8_k(const table& t) {
  return t.activations[static_cast<std::size_t>(activation::q8_k)];
}
q8_k_block_layout block_of(std::span<const std::byte> row, std::size_t i) {
  q8_k_block_layout block;
  std::memcpy(&block, row.data() + i * sizeof block, sizeof block);
  return block;
}

}  // namespace

TEST_CASE("f32 rows are copies with zeros behind") {
  std::mt19937 random(3);
  for (const table* t : runnable_tables())
    for (const std::size_t k : {1, 16, 17, 100}) {
      const auto& a = t->activations[static_cast<std::size_t>(activation::f32)];
      const auto x = random_floats(k, random);
      const auto row = written(a, x, k);
      CHECK(row.size() % line_bytes == 0);
      CHECK(std::memcmp(row.data(), x.data(), k * sizeof(float)) == 0);
      for (std::size_t i = k * sizeof(float); i < row.size(); ++i)
        CHECK(row[i] == std::byte{0});
    }
}

TEST_CASE("bf16 rows are rounded to nearest even with zeros behind") {
  std::mt19937 random(3);
  for (const table* t : runnable_tables())
    for (const std::size_t k : {1, 16, 31, 32, 33, 100}) {
      const auto& a = t->activations[static_cast<std::size_t>(activation::bf16)];
      auto x = random_floats(k, random);
      x[0] = 0x1.01p0f;  // halfway: to even, down
      const auto row = written(a, x, k);
      REQUIRE(row.size() % line_bytes == 0);
      std::vector<bf16> values(row.size() / sizeof(bf16));
      std::memcpy(values.data(), row.data(), row.size());
      CHECK(static_cast<float>(values[0]) == 1.0f);
      for (std::size_t i = 0; i < values.size(); ++i)
        CHECK(std::abs(static_cast<float>(values[i]) - (i < k ? x[i] : 0.0f)) <=
              0x1p-8f * (i < k ? std::abs(x[i]) : 0.0f));
    }
}

TEST_CASE("q8 codes are within half a step, the largest is ±127, sums are right") {
  std::mt19937 random(4);
  for (const table* t : runnable_tables())
    for (const std::size_t k : {1, 31, 32, 33, 64, 96, 256, 288, 2048}) {
      const auto x = random_floats(k, random);
      const auto row = written(q8(*t), x, k);
      REQUIRE(row.size() % line_bytes == 0);
      double worst = 0;
      for (std::size_t begin = 0; begin < q8_chunks(k) * q8_chunk; begin += q8_block) {
        const q8_chunk_layout chunk = chunk_of(row, begin / q8_chunk);
        const std::size_t block = begin / q8_block % q8_chunk_blocks;
        int sum = 0, largest = 0;
        for (std::size_t i = 0; i < q8_block; ++i) {
          const int code = chunk.code[block * q8_block + i];
          const double value = begin + i < k ? x[begin + i] : 0.0;
          const double error = std::abs(value - static_cast<double>(chunk.scale[block]) * code);
          REQUIRE(error <= 0.5001 * chunk.scale[block]);
          if (chunk.scale[block] > 0) worst = std::max(worst, error / chunk.scale[block]);
          sum += code;
          largest = std::max(largest, std::abs(code));
        }
        CHECK(largest == (begin < k ? 127 : 0));
        CHECK(chunk.minus_sum[block] == -sum);
        CHECK(chunk.scaled_sum[block] == chunk.scale[block] * static_cast<float>(sum));
      }
      if (k >= 2048) CHECK(worst > 0.49);
    }
}

TEST_CASE("q8_k codes are within half a step, the largest is ±127, sums are right") {
  std::mt19937 random(14);
  for (const table* t : runnable_tables())
    for (const std::size_t k : {1, 255, 256, 300, 2048}) {
      const auto x = random_floats(k, random);
      const auto row = written(q8_k(*t), x, k);
      REQUIRE(row.size() % line_bytes == 0);
      for (std::size_t b = 0; b < q8_k_blocks(k); ++b) {
        const q8_k_block_layout block = block_of(row, b);
        int sums[16] = {}, largest = 0;
        for (std::size_t i = 0; i < q8_k_block; ++i) {
          const std::size_t at = b * q8_k_block + i;
          const double value = at < k ? x[at] : 0.0;
          REQUIRE(std::abs(value - static_cast<double>(block.scale) * block.code[i]) <=
                  0.5001 * block.scale);
          sums[i / 16] += block.code[i];
          largest = std::max(largest, std::abs(block.code[i]));
        }
        CHECK(largest == 127);
        for (std::size_t g = 0; g < 16; ++g) {
          CHECK(block.sum_16[g] == sums[g]);
          CHECK(block.minus_32_sum[g] == -32 * sums[g]);
        }
        for (std::size_t g = 0; g < 8; ++g)
          CHECK(block.sum_32[g] == sums[2 * g] + sums[2 * g + 1]);
      }
    }
}

TEST_CASE("every table writes the same rows of integers") {
  std::mt19937 random(5);
  const auto x = random_floats(1000, random);
  for (const auto kind : {&q8, &q8_k}) {
    const auto first = written(kind(*tables().front()), x, 1000);
    for (const table* t : runnable_tables())
      CHECK(written(kind(*t), x, 1000) == first);
  }
}

TEST_CASE("zero, tiny, huge and broken blocks") {
  const float huge = std::numeric_limits<float>::max();
  for (const table* t : runnable_tables()) {
    std::vector<float> x(64);
    CHECK(chunk_of(written(q8(*t), x, 64), 0).scale[0] == 0.0f);
    x[5] = 1e-44f;  // a scale would be subnormal: a zero block
    CHECK(chunk_of(written(q8(*t), x, 64), 0).scale[0] == 0.0f);
    x[5] = huge;
    x[6] = -huge;
    const auto big = chunk_of(written(q8(*t), x, 64), 0);
    CHECK(big.code[5] == 127);
    CHECK(big.code[6] == -127);
    CHECK(big.scale[0] == huge / 127.0f);
    for (const float broken : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
      x[40] = broken;
      const auto chunk = chunk_of(written(q8(*t), x, 64), 0);
      CHECK(std::isnan(chunk.scale[1]));
      CHECK_FALSE(std::isnan(chunk.scale[0]));
    }
  }
}

TEST_CASE("zero, tiny, huge and broken blocks of 256") {
  const float huge = std::numeric_limits<float>::max();
  for (const table* t : runnable_tables()) {
    std::vector<float> x(512);
    CHECK(block_of(written(q8_k(*t), x, 512), 0).scale == 0.0f);
    x[5] = 1e-44f;
    CHECK(block_of(written(q8_k(*t), x, 512), 0).scale == 0.0f);
    x[5] = -huge;
    CHECK(block_of(written(q8_k(*t), x, 512), 0).code[5] == -127);
    CHECK(block_of(written(q8_k(*t), x, 512), 0).scale == huge / 127.0f);
    for (const float broken : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
      x[300] = broken;
      const auto row = written(q8_k(*t), x, 512);
      CHECK(std::isnan(block_of(row, 1).scale));
      CHECK_FALSE(std::isnan(block_of(row, 0).scale));
    }
  }
}

TEST_CASE("outliers and huge values do not become NaN, a NaN stays one in its own column") {
  for (const table* t : runnable_tables())
    for (const dtype type :
         {dtype::q4_0, dtype::q8_0, dtype::q5_1, dtype::mxfp4, dtype::q2_k, dtype::q3_k,
          dtype::q4_k, dtype::q5_k, dtype::q6_k, dtype::f32, dtype::f16, dtype::bf16}) {
      std::mt19937 random(6);
      const std::size_t k = 256;
      const auto panel = packed(*t, type, random_weights(type, 16, k, random), k);
      auto x = random_floats(3 * k, random);
      x[10] = 1e4f;
      x[k + 10] = 1e30f;
      x[2 * k + 10] = std::nanf("");
      const auto rows = written(input_ops(*t, type), x, k);
      float out[3 * panel_rows];
      ops(*t, type).tile(panel.data(), 1, k, rows.data(), rows.size() / 3, 3, out, panel_rows);
      for (std::size_t i = 0; i < 2 * panel_rows; ++i)
        CHECK(std::isfinite(out[i]));
      for (std::size_t i = 2 * panel_rows; i < 3 * panel_rows; ++i)
        CHECK(std::isnan(out[i]));
    }
}
