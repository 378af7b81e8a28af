// SPDX-License-Identifier: MIT
// Matmuls with dense weights against sums in double precision, with epilogues and prologues.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <tests/support/fill.hpp>
#include <utility>
#include <vector>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"out"> out;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"dim"> dim;

template <class T>
T filled(T x, std::uint32_t seed) {
  qx::test::numbers(seed).fill(x.elements());
  return x;
}

/// Σ_k w[r, k] x[c, k] in double precision for flat row-major operands.
template <class W>
std::vector<double> product(const W& w, std::size_t rows, std::span<const float> x,
                            std::size_t columns, std::size_t n) {
  std::vector<double> y(rows * columns);
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < n; ++i)
        y[c * rows + r] += double(static_cast<float>(w.data()[r * n + i])) * double{x[c * n + i]};
  return y;
}

template <class T>
qx::tensor<T, out, model> weights(std::size_t rows, std::size_t n) {
  const auto f = filled(qx::tensor<float, out, model>(out(rows), model(n)), 3);
  qx::tensor<T, out, model> w(out(rows), model(n));
  qx::eval(w <<= f);
  return w;
}

/// What a matmul with weights of type T reads: BF16 where the machine multiplies BF16 with BF16.
template <class T>
qx::tensor<float, token, model> as_read(qx::tensor<float, token, model> x) {
  const auto& ops = qx::kernel::best_table().matmul[static_cast<std::size_t>(qx::dtype_of<T>)];
  if (ops.input == qx::kernel::activation::bf16)
    for (float& element : x.elements())
      element = static_cast<float>(qx::bf16::from(element));
  return x;
}

template <class T>
void multiplies(double most) {
  for (const std::size_t rows : {1, 15, 16, 64, 100})
    for (const std::size_t columns : {1, 3, 70})
      for (const std::size_t n : {1, 31, 32, 96}) {
        const auto w = weights<T>(rows, n);
        const auto x = filled(qx::tensor<float, token, model>(token(columns), model(n)), 4);
        const qx::tensor<float, token, out> y = matmul(w, x);
        const auto read = as_read<T>(x);
        REQUIRE(qx::test::apart(y.elements(), product(w, rows, read.elements(), columns, n)) <=
                most);
        qx::tensor<float, out, token> turned(token(columns), out(rows));
        qx::eval(turned <<= matmul(w, x));
        REQUIRE(turned[rows - 1, columns - 1] == y[columns - 1, rows - 1]);
      }
}

// 96 products up to 4, each rounded, added in chains: 96 · 4 · 2^-24 is 2e-5; half of it for luck.
TEST_CASE("float, f16 and bf16 weights of every shape") {
  multiplies<float>(1e-5);
  multiplies<qx::f16>(1e-5);
  multiplies<qx::bf16>(1e-5);
}

TEST_CASE("residual, bias, gate and norm around a matmul") {
  const std::size_t n = 48;
  const auto w = weights<float>(70, n);
  auto v = weights<float>(70, n);
  for (float& e : v.elements())
    e = 0.3f - e;
  const auto x = filled(qx::tensor<float, token, model>(token(5), model(n)), 5);
  const auto bias = filled(qx::tensor<float, out>(out(70)), 6);
  const auto old = filled(qx::tensor<float, token, out>(token(5), out(70)), 7);
  auto y = old;
  qx::eval(y <<= y + silu(matmul(w, x)) * matmul(v, x) + bias);
  const auto gate = product(w, 70, x.elements(), 5, n);
  const auto up = product(v, 70, x.elements(), 5, n);
  std::vector<double> want(gate.size());
  for (std::size_t i = 0; i < want.size(); ++i)
    want[i] = double{old.data()[i]} + gate[i] / (1 + std::exp(-gate[i])) * up[i] +
              double{bias.data()[i % 70]};
  CHECK(qx::test::apart(y.elements(), want) <= 2e-5);

  qx::tensor<float, model> weight(model(48));
  for (float& e : weight.elements())
    e = 1.25f;
  const auto h = rms_norm(x, weight, 1e-5f);
  const qx::tensor<float, token, model> normed = h;
  qx::tensor<float, token, out> first(token(5), out(70));
  qx::tensor<float, token, out> second(token(5), out(70));
  qx::context ctx(2);
  qx::eval(ctx, first <<= matmul(w, h), second <<= matmul(v, h) * 2);
  CHECK(ctx.counters().stages == 1);
  CHECK(qx::test::apart(first.elements(), product(w, 70, normed.elements(), 5, n)) <= 1e-5);
  CHECK(qx::test::apart(second.elements(), [&] {
          auto p = product(v, 70, normed.elements(), 5, n);
          for (double& e : p)
            e *= 2;
          return p;
        }()) <= 1e-5);
}

/// The kernels of this machine, counting the panels of F32 weights that are multiplied.
std::atomic<std::size_t> multiplied = 0;
void (*counted_tile)(const std::byte*, std::size_t, std::size_t, const std::byte*, std::size_t,
                     std::size_t, float*, std::size_t) = nullptr;
qx::kernel::table counting() {
  qx::kernel::table kernels = qx::kernel::best_table();
  auto& tile = kernels.matmul[static_cast<std::size_t>(qx::dtype::f32)].tile;
  counted_tile = tile;
  tile = [](const std::byte* panels, std::size_t count, std::size_t k, const std::byte* x,
            std::size_t x_bytes, std::size_t columns, float* y, std::size_t stride) {
    multiplied += count;
    counted_tile(panels, count, k, x, x_bytes, columns, y, stride);
  };
  return kernels;
}

TEST_CASE("a product that is named several times is multiplied once") {
  const auto w = weights<float>(70, 48);  // five panels
  const auto v = weights<float>(70, 48);  // the same numbers elsewhere
  const auto x = filled(qx::tensor<float, token, model>(token(9), model(48)), 5);
  const qx::kernel::table kernels = counting();
  qx::context ctx(1, kernels);
  const auto panels_of = [&](const auto& e) {
    qx::tensor<float, token, out> y(token(9), out(70));
    multiplied = 0;
    qx::eval(ctx, y <<= e);
    return std::pair(multiplied.load(), y);
  };
  const auto p = product(w, 70, x.elements(), 9, 48);
  const auto agrees = [&](const auto& y, auto f) {
    std::vector<double> want = p;
    for (double& e : want)
      e = f(e);
    return qx::test::apart(y.elements(), want) <= 2e-5;
  };
  const auto m = matmul(w, x);
  const auto [one, swish] = panels_of(m * sigmoid(m));
  CHECK(one == 5);
  CHECK(agrees(swish, [](double e) { return e / (1 + std::exp(-e)); }));
  const auto [thrice, cube] = panels_of(m * m * matmul(w, x));
  CHECK(thrice == 5);
  CHECK(agrees(cube, [](double e) { return e * e * e; }));
  // Other weights, or other columns, are another product.
  const auto [two, square] = panels_of(m * matmul(v, x));
  CHECK(two == 10);
  CHECK(agrees(square, [](double e) { return e * e; }));
  const auto z = x;
  CHECK(panels_of(m * matmul(w, z)).first == 10);
  // First and third are the same, the second is not: the third reads the first one's tile.
  const auto [mixed, sum] = panels_of(m + matmul(v, x) * m);
  CHECK(mixed == 10);
  CHECK(agrees(sum, [](double e) { return e + e * e; }));
}

TEST_CASE("a product that two outputs have in common is multiplied once") {
  const auto w = weights<float>(70, 48);  // five panels
  const auto v = weights<float>(70, 48);
  const auto u = weights<float>(30, 48);  // two panels
  const auto x = filled(qx::tensor<float, token, model>(token(9), model(48)), 5);
  const qx::kernel::table kernels = counting();
  qx::tensor<float, token, out> a(token(9), out(70)), b = a, c = a, less(token(9), out(30));
  const auto p = product(w, 70, x.elements(), 9, 48);
  const auto q = product(u, 30, x.elements(), 9, 48);
  const auto agrees = [](const auto& y, std::vector<double> want, auto f) {
    for (double& e : want)
      e = f(e);
    return qx::test::apart(y.elements(), want) <= 2e-5;
  };
  const auto negated = [](double e) { return -e; };
  const auto twice = [](double e) { return 2 * e; };
  const auto m = matmul(w, x);
  for (const std::size_t threads : {1, 2}) {
    qx::context ctx(threads, kernels);
    const auto panels_of = [&](const auto&... all) {
      multiplied = 0;
      qx::eval(ctx, all...);
      return multiplied.load();
    };
    CHECK(panels_of(a <<= m * 2, b <<= -m) == 5);
    CHECK(agrees(a, p, twice));
    CHECK(agrees(b, p, negated));
    CHECK(ctx.counters().stages == 1);
    // Of three, two have a product in common; the third one's is its own.
    CHECK(panels_of(a <<= -m, b <<= matmul(v, x) * 2, c <<= m * matmul(v, x)) == 10);
    CHECK(agrees(a, p, negated));
    CHECK(agrees(b, p, twice));
    CHECK(agrees(c, p, [](double e) { return e * e; }));
    // Nothing in common, or not of one size: each by itself.
    CHECK(panels_of(a <<= m, b <<= matmul(v, x)) == 10);
    CHECK(panels_of(a <<= m * 2, less <<= matmul(u, x)) == 7);
    CHECK(agrees(a, p, twice));
    CHECK(agrees(less, q, [](double e) { return e; }));
    // One reads what the other writes: one after the other, as it stands there.
    CHECK(panels_of(a <<= m, b <<= m + a) == 10);
    CHECK(agrees(b, p, twice));
  }
}

TEST_CASE("the activations may be the target, strided or of several axes") {
  const auto w = weights<float>(32, 32);
  auto x = filled(qx::tensor<float, token, model>(token(3), model(32)), 8);
  const auto want = product(w, 32, x.elements(), 3, 32);
  qx::tensor_view<float, token, out> in_place(x.data(), qx::extents<qx::axes<token, out>>({3, 32}));
  qx::eval(in_place <<= matmul(w, x));
  CHECK(qx::test::apart(x.elements(), want) <= 1e-5);

  const auto wide = filled(qx::tensor<float, out, head, dim>(out(20), head(3), dim(7)), 9);
  const auto z = filled(qx::tensor<float, head, token, dim>(token(4), head(3), dim(7)), 10);
  const qx::tensor<float, token, out> y = matmul(wide, z);
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t o = 0; o < 20; ++o) {
      double s = 0;
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 7; ++j)
          s += double{wide[o, i, j]} * double{z[i, t, j]};
      CHECK(std::abs(double{y[t, o]} - s) <= 1e-5);
    }
}

TEST_CASE("no rows, no columns, nothing to add up") {
  qx::tensor<float, out, model> w(out(3), model(0));
  qx::tensor<float, token, model> x(token(2), model(0));
  qx::tensor<float, token, out> y(token(2), out(3));
  for (float& v : y.elements())
    v = 9.0f;
  qx::eval(y <<= matmul(w, x));
  for (const float v : y.elements())
    CHECK(v == 0.0f);
  const auto empty = weights<float>(0, 8);
  const qx::tensor<float, token, out> no_rows =
      matmul(empty, qx::tensor<float, token, model>(token(2), model(8)));
  CHECK(no_rows.size() == 0);
  const auto some = weights<float>(4, 8);
  const qx::tensor<float, token, out> no_columns =
      matmul(some, qx::tensor<float, token, model>(token(0), model(8)));
  CHECK(no_columns.size() == 0);
}

TEST_CASE("shapes and blocks that do not fit") {
  const auto w = weights<float>(4, 8);
  const qx::tensor<float, token, model> x(token(2), model(9));
  qx::tensor<float, token, out> y(token(2), out(4));
  CHECK_THROWS_WITH_AS(qx::eval(y <<= matmul(w, x)), "axis 'model': extent 8 here, 9 there",
                       qx::shape_error);
  const std::vector<std::byte> bytes(4 * 34);
  const qx::weight<out, model> blocks{qx::dtype::q8_0, bytes.data(), nullptr,
                                      qx::extents<qx::axes<out, model>>({4, 9})};
  CHECK_THROWS_WITH_AS(qx::eval(y <<= matmul(blocks, x)),
                       "axis 'model': extent 9 is not a multiple of the 32 elements of a block",
                       qx::shape_error);
}

}  // namespace
