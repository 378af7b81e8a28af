// SPDX-License-Identifier: MIT
// Floats to blocks and back in expressions, for every type that weights have.
#include <qx/quant/codec.hpp>
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"k"> k;

constexpr std::size_t rows = 21, columns = 512;

struct sample {
  qx::tensor<float, row, k> x{row(rows), k(columns)};
  qx::tensor<float, token, k> input{token(3), k(columns)};
  sample() {
    qx::test::numbers(7).fill(x.elements());
    qx::test::numbers(8).fill(input.elements());
  }
};

TEST_CASE("what blocks cannot hold is refused, with its place") {
  sample s;
  qx::context ctx(2);
  qx::block_tensor<row, k> w(qx::dtype::q8_0, row(rows), k(columns));
  s.x[20, 511] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH_AS(eval(ctx, w <<= s.x), "row 20, column 511 is NaN", std::domain_error);
  s.x[20, 511] = -std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH_AS(eval(ctx, w <<= s.x), "row 20, column 511 is -infinity", std::domain_error);
  s.x[20, 511] = 70000.0f;
  CHECK_THROWS_WITH_AS(eval(ctx, w <<= s.x),
                       "row 20, column 511 is 70000, beyond what q8_0 can hold", std::domain_error);
  s.x[20, 511] = 65504.0f;
  CHECK_NOTHROW(eval(ctx, w <<= s.x));
  // Plain elements hold what floats do.
  s.x[20, 511] = std::numeric_limits<float>::infinity();
  qx::block_tensor<row, k> plain(qx::dtype::f32, row(rows), k(columns));
  CHECK_NOTHROW(eval(ctx, plain <<= s.x));
}

TEST_CASE("a block tensor holds what the encoder writes, and every reader decodes it") {
  const sample s;
  qx::context ctx(2);
  for (std::size_t t = 0; t < qx::weight_type_count; ++t) {
    const auto type = static_cast<qx::dtype>(t);
    CAPTURE(qx::name(type));
    qx::block_tensor<row, k> w(type, row(rows), k(columns));
    eval(ctx, w <<= s.x * 2);

    std::vector<float> twice(columns), want(columns);
    std::vector<std::byte> bytes(qx::bytes_of(type, columns));
    const qx::tensor<float, row, k> back = decoded(w);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t i = 0; i < columns; ++i)
        twice[i] = s.x[r, i] * 2;
      REQUIRE(qx::quant::encode_row(type, twice.data(), columns, bytes.data()));
      qx::quant::decode_row(type, bytes.data(), columns, want.data());
      for (std::size_t i = 0; i < columns; ++i)
        REQUIRE(back[r, i] == want[i]);
    }

    const qx::tensor<float, row> totals = sum(decoded(w), over(k));
    const qx::tensor<float, token, row> y = matmul(w, s.input);
    const qx::tensor<float, token, row> exact = matmul(back, s.input);
    double error = 0, size = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      error += std::pow(double{y.elements()[i]} - double{exact.elements()[i]}, 2);
      size += std::pow(double{exact.elements()[i]}, 2);
    }
    CHECK(error <= size * 1e-4);  // activations are rounded to eight bits
    double total = 0;
    for (std::size_t i = 0; i < columns; ++i)
      total += double{back[20, i]};
    CHECK(double{totals[20]} == doctest::Approx(total).epsilon(1e-3));
  }
}

TEST_CASE("a block tensor beside other outputs, and one that is read while it is written") {
  const sample s;
  qx::context ctx(2);
  qx::block_tensor<row, k> w(qx::dtype::q8_0, row(rows), k(columns));
  qx::tensor<float, row> largest(row(rows));
  eval(ctx, w <<= s.x, largest <<= max(decoded(w), over(k)));  // in the order written
  eval(ctx, w <<= decoded(w) * 0.5f);
  const qx::tensor<float, row> halves = max(decoded(w), over(k));
  for (std::size_t r = 0; r < rows; ++r)
    CHECK(halves[r] == doctest::Approx(largest[r] / 2).epsilon(0.01));
}

TEST_CASE("rows that are no whole blocks and types that are no weights are refused") {
  CHECK_THROWS_WITH_AS((qx::block_tensor<row, k>(qx::dtype::q4_k, row(2), k(100))),
                       "axis 'k': extent 100 is not a multiple of the 256 elements of a block",
                       qx::shape_error);
  CHECK_THROWS_AS((qx::block_tensor<row, k>(qx::dtype::i32, row(2), k(100))), qx::shape_error);
  const qx::tensor<float, row, k> other(row(3), k(columns));
  qx::block_tensor<row, k> w(qx::dtype::q4_0, row(2), k(columns));
  CHECK_THROWS_AS(qx::eval(w <<= other), qx::shape_error);
}

}  // namespace
