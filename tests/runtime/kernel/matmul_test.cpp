// SPDX-License-Identifier: MIT
/// \file
/// Every table that runs here × every weight type × shapes, against sums in double precision.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <string>

namespace {

using namespace qx;
using namespace qx::kernel;
using namespace qx::kernel::test;

struct problem {
  const table& t;
  dtype type;
  std::size_t k, rows, columns;
  std::vector<float> w, x, seen_x;  ///< [rows, k], [columns, k], and x as the kernel reads it
  std::vector<std::byte> panels, activations;
  std::size_t x_stride;
  std::vector<float> out;  ///< [columns, padded rows]
  std::size_t out_stride;
};

problem solve(const table& t, dtype type, std::size_t k, std::size_t rows, std::size_t columns,
              unsigned seed = 1) {
  std::mt19937 random(seed);
  problem p{t, type, k, rows, columns, {}, {}, {}, {}, {}, 0, {}, 0};
  const auto weights = random_weights(type, rows, k, random);
  p.w = decoded(t, type, weights, k);
  p.x = random_floats(columns * k, random);
  p.panels = packed(t, type, weights, k);
  p.activations = written(input_ops(t, type), p.x, k);
  p.x_stride = input_ops(t, type).row_bytes(k);
  p.seen_x = seen(ops(t, type).input, p.activations, p.x_stride, k);
  const std::size_t panels = (rows + panel_rows - 1) / panel_rows;
  p.out_stride = panels * panel_rows + 3;
  p.out.assign(columns * p.out_stride, std::nanf(""));
  ops(t, type).tile(p.panels.data(), panels, k, p.activations.data(), p.x_stride, columns,
                    p.out.data(), p.out_stride);
  return p;
}

/// What an output should be, and the size of the sum: Σ |w · x|.
struct exact {
  double value = 0, size = 0;
};
exact sum_of(const problem& p, const std::vector<float>& x, std::size_t row, std::size_t column) {
  exact e;
  for (std::size_t i = 0; i < p.k; ++i) {
    const double product = static_cast<double>(p.w[row * p.k + i]) * x[column * p.k + i];
    e.value += product;
    e.size += std::abs(product);
  }
  return e;
}

/// The kernel must be what float arithmetic gives on the activations that it reads. Adding n
/// numbers one after the other errs by at most n · 2^-24 of the sum of their sizes.
void check_arithmetic(const problem& p) {
  const double bound = (static_cast<double>(p.k) + 4) * 0x1p-24;
  double largest = 0;
  for (std::size_t c = 0; c < p.columns; ++c)
    for (std::size_t r = 0; r < p.rows; ++r) {
      const exact e = sum_of(p, p.seen_x, r, c);
      const double error = std::abs(p.out[c * p.out_stride + r] - e.value) / e.size;
      REQUIRE(error <= bound);
      largest = std::max(largest, error);
    }
  // Exact to the bit everywhere would mean that the oracle is not one.
  if (p.k >= 96 && p.rows * p.columns >= 16) CHECK(largest > 0);
}

/// Against the activations as they were given: eight bits with a scale per 32 elements cost about
/// 0.5 % (an error of a 254th of the largest, evenly spread, of Gaussian numbers), with a scale per
/// 256 about 0.65 %, for the largest of more is larger.
void check_accuracy(const problem& p) {
  double error = 0, norm = 0;
  for (std::size_t c = 0; c < p.columns; ++c)
    for (std::size_t r = 0; r < p.rows; ++r) {
      const exact e = sum_of(p, p.x, r, c);
      error += std::pow(p.out[c * p.out_stride + r] - e.value, 2);
      norm += e.value * e.value;
    }
  const double relative = std::sqrt(error / norm);
  if (is_int8(ops(p.t, p.type).input)) {
    const bool wide = ops(p.t, p.type).input == activation::q8_k;
    CHECK(relative > (wide ? 0.003 : 0.002));
    CHECK(relative < (wide ? 0.011 : 0.009));
  } else if (ops(p.t, p.type).input == activation::bf16) {
    // A step is 2^-7 of the power of two below a number: 2^-7 / √12 over about 1.4.
    CHECK(relative > 0.001);
    CHECK(relative < 0.0023);
  } else {
    CHECK(relative < 2e-6);
  }
}

std::vector<std::size_t> widths_of(dtype type) {
  if (info(type).block_elements == 256) return {256, 512, 2048};
  if (info(type).block_elements == 32) return {32, 64, 96, 160, 576, 2048};
  return {1, 3, 17, 32, 96, 255, 257, 513, 2048};
}

/// Floats have tiles for 1…12 columns, beyond which they are split.
std::vector<std::size_t> columns_of(dtype type) {
  if (is_quantized(type)) return {1, 2, 3, 5, 8, 9, 17};
  std::vector<std::size_t> r(20);
  std::iota(r.begin(), r.end(), std::size_t{1});
  return r;
}

}  // namespace

TEST_CASE("every table multiplies every type at every shape") {
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types)
      for (const std::size_t k : widths_of(type))
        for (const std::size_t rows : {1, 16, 30, 48})
          for (const std::size_t columns : columns_of(type)) {
            CAPTURE(std::string(t->name));
            CAPTURE(std::string(name(type)));
            CAPTURE(k);
            CAPTURE(rows);
            CAPTURE(columns);
            check_arithmetic(solve(*t, type, k, rows, columns));
          }
}

TEST_CASE("the result is as near to exact as the activations allow") {
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types) {
      CAPTURE(std::string(t->name));
      CAPTURE(std::string(name(type)));
      check_accuracy(solve(*t, type, 1024, 64, 24));
    }
}

TEST_CASE("a column and a panel do not depend on their company, to the bit") {
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types)
      for (std::size_t columns = 2; columns <= 21; ++columns) {
        CAPTURE(std::string(t->name));
        CAPTURE(std::string(name(type)));
        CAPTURE(columns);
        const std::size_t k = is_quantized(type) ? 512 : 515;
        const problem p = solve(*t, type, k, 48, columns == 21 ? 300 : columns);
        std::vector<float> alone(panel_rows);
        for (std::size_t c = 0; c < p.columns; ++c)
          for (std::size_t panel = 0; panel < 3; ++panel) {
            ops(*t, type).tile(p.panels.data() + panel * ops(*t, type).panel_bytes(k), 1, k,
                               p.activations.data() + c * p.x_stride, p.x_stride, 1, alone.data(),
                               panel_rows);
            REQUIRE(std::memcmp(alone.data(), p.out.data() + c * p.out_stride + panel * panel_rows,
                                panel_rows * sizeof(float)) == 0);
          }
      }
}

TEST_CASE("nothing is written outside the rows of the panels") {
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types) {
      const problem p = solve(*t, type, 256, 20, 5);
      for (std::size_t c = 0; c < p.columns; ++c)
        for (std::size_t r = 32; r < p.out_stride; ++r)
          CHECK(std::isnan(p.out[c * p.out_stride + r]));
    }
}

TEST_CASE("packed weights take the bytes of the file, K formats up to 6 % more") {
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types) {
      const double bytes = static_cast<double>(panel_rows * bytes_of(type, 2048));
      const double share = static_cast<double>(ops(*t, type).panel_bytes(2048)) / bytes;
      CHECK(share >= 1.0);
      CHECK(share <= (info(type).block_elements == 256 ? 1.06 : 1.0));
      CHECK(ops(*t, type).panel_bytes(256) % line_bytes == 0);
      CHECK(ops(*t, type).panel_bytes(256) >= panel_rows * bytes_of(type, 256));
    }
}
