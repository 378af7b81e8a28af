// SPDX-License-Identifier: MIT
// Rows by number, columns that go to matrices of their own, rows that are added up, and norms of
// the heads of a projection: what a mixture of experts and Q/K norms are made of.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"pair"> pair;
inline constexpr qx::axis<"expert"> expert;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"dim"> dim;

template <class T>
T filled(T x, std::uint32_t seed) {
  qx::test::numbers(seed).fill(x.elements());
  return x;
}

/// Matrices of a tensor [expert, rows, columns], unpacked or packed for the machine's kernels.
template <auto Rows, auto Columns>
struct stack {
  qx::tensor<float, expert, Rows, Columns> dense;
  std::vector<std::byte> memory;
  qx::weight_stack<expert, Rows, Columns> weight;

  stack(std::size_t experts, std::size_t rows, std::size_t columns, bool packed)
      : dense(filled(qx::tensor<float, expert, Rows, Columns>(expert(experts), Rows(rows),
                                                             Columns(columns)),
                     static_cast<std::uint32_t>(rows))),
        weight{qx::dtype::f32, reinterpret_cast<const std::byte*>(dense.data()), nullptr,
               dense.shape()} {
    if (!packed) return;
    const auto& ops = qx::kernel::best_table().matmul[0];
    const std::size_t panel = ops.panel_bytes(columns);
    const std::size_t panels = (rows + 15) / 16;
    memory.resize(experts * panels * panel + 64);
    std::byte* const first =
        memory.data() + (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64);
    for (std::size_t e = 0; e < experts; ++e)
      for (std::size_t p = 0; p < panels; ++p)
        ops.pack(reinterpret_cast<const std::byte*>(dense.data() + (e * rows + p * 16) * columns),
                 columns * sizeof(float), std::min<std::size_t>(16, rows - p * 16), columns,
                 first + (e * panels + p) * panel);
    weight.panels = first;
  }
};

/// Tokens 0 … 4 with two experts each of four, the last of which nobody wants.
const std::vector<std::int32_t> starts{0, 4, 5, 10, 10};
const std::vector<std::int32_t> tokens{0, 1, 3, 4, 2, 0, 1, 2, 3, 4};
constexpr std::size_t experts = 4, columns = 5;

struct mixture {
  stack<ff, model> up;
  stack<model, ff> down;
  qx::tensor<float, token, model> x;
  qx::tensor<float, pair> share;

  mixture(std::size_t wide, std::size_t hidden, bool packed)
      : up(experts, hidden, wide, packed), down(experts, wide, hidden, packed),
        x(filled(qx::tensor<float, token, model>(token(columns), model(wide)), 3)),
        share(filled(qx::tensor<float, pair>(pair(tokens.size())), 4)) {}

  /// x + Σ share · down_e silu(up_e x), on `threads`.
  qx::tensor<float, token, model> run(std::size_t threads) const {
    qx::context ctx(threads);
    auto y = x;
    qx::tensor<float, pair, ff> f(pair(tokens.size()), ff(up.weight.shape[1]));
    qx::eval(ctx, f <<= silu(matmul(up.weight, pick(x, over(token), tokens, pair), starts)));
    qx::eval(ctx, qx::add_rows<pair>(y.view(), tokens) <<=
                  share * matmul(down.weight, f, starts));
    CHECK(ctx.counters().stages == 2);
    return y;
  }
  std::vector<double> want() const {
    const std::size_t wide = up.weight.shape[2], hidden = up.weight.shape[1];
    std::vector<double> y(x.elements().begin(), x.elements().end());
    for (std::size_t e = 0; e < experts; ++e)
      for (auto p = static_cast<std::size_t>(starts[e]);
           p < static_cast<std::size_t>(starts[e + 1]); ++p) {
        const auto t = static_cast<std::size_t>(tokens[p]);
        for (std::size_t h = 0; h < hidden; ++h) {
          double s = 0;
          for (std::size_t i = 0; i < wide; ++i)
            s += double{up.dense[e, h, i]} * double{x[t, i]};
          s = s / (1 + std::exp(-s)) * double{share[p]};
          for (std::size_t i = 0; i < wide; ++i)
            y[t * wide + i] += s * double{down.dense[e, i, h]};
        }
      }
    return y;
  }
};

TEST_CASE("columns go to the matrices they are routed to, and their results to the rows they name") {
  for (const std::size_t wide : {8, 40, 130})
    for (const std::size_t hidden : {5, 48, 70}) {
      const mixture open(wide, hidden, false);
      const mixture packed(wide, hidden, true);
      const auto y = open.run(1);
      // Sums of up to 130 products that reach 4 · 8 · hidden: their rounding, relative.
      REQUIRE(qx::test::apart(y.elements(), open.want()) <= 1e-4);
      for (const std::size_t threads : {1, 2, 3, 7}) {
        const auto z = packed.run(threads);
        REQUIRE(std::memcmp(z.data(), y.data(), y.size() * sizeof(float)) == 0);
      }
    }
}

TEST_CASE("two outputs of one stack, routed alike and differently") {
  const mixture m(24, 40, true);
  const auto x = pick(m.x, over(token), tokens, pair);
  const std::vector<std::int32_t> other{0, 1, 2, 3, 10};
  qx::tensor<float, pair, ff> a(pair(tokens.size()), ff(40)), b = a, want_a = a, want_b = a;
  for (const auto& second : {starts, other}) {
    qx::eval(want_a <<= matmul(m.up.weight, x, starts) * 2);
    qx::eval(want_b <<= -matmul(m.up.weight, x, second));
    qx::eval(a <<= matmul(m.up.weight, x, starts) * 2, b <<= -matmul(m.up.weight, x, second));
    CHECK(std::memcmp(a.data(), want_a.data(), a.size() * sizeof(float)) == 0);
    CHECK(std::memcmp(b.data(), want_b.data(), b.size() * sizeof(float)) == 0);
  }
}

TEST_CASE("routes that do not fit") {
  const mixture m(8, 16, false);
  qx::tensor<float, pair, ff> f(pair(tokens.size()), ff(16));
  const auto x = pick(m.x, over(token), tokens, pair);
  CHECK_THROWS_AS(qx::eval(f <<= matmul(m.up.weight, x, std::vector<std::int32_t>{0, 10})),
                  qx::shape_error);
  for (const std::vector<std::int32_t>& bad : {std::vector<std::int32_t>{0, 4, 3, 10, 10},
                                               std::vector<std::int32_t>{0, 1, 2, 3, 9},
                                               std::vector<std::int32_t>{1, 1, 2, 3, 10}})
    CHECK_THROWS_AS(qx::eval(f <<= matmul(m.up.weight, x, bad)), qx::shape_error);
  const std::vector<std::int32_t> other = starts;
  CHECK_THROWS_AS(
      qx::eval(f <<= matmul(m.up.weight, x, starts) * matmul(m.up.weight, x, other)),
      qx::shape_error);
  const std::vector<std::int32_t> outside{0, 5};
  CHECK_THROWS_WITH_AS((void)pick(m.x, over(token), outside, pair).shape(),
                       doctest::Contains("token"), qx::shape_error);
}

TEST_CASE("elements by number along outer and inner axes, and of expressions") {
  const auto x = filled(qx::tensor<float, token, model>(token(6), model(37)), 8);
  const std::vector<std::int32_t> rows{5, 0, 0, 3};
  const qx::tensor<float, pair, model> y = pick(x * 2, over(token), rows, pair);
  std::vector<std::int32_t> lanes(50);
  for (std::size_t i = 0; i < lanes.size(); ++i)
    lanes[i] = static_cast<std::int32_t>(i * 7 % 37);
  const qx::tensor<float, token, pair> z =
      pick(softmax(x, over(model)), over(model), lanes, pair);
  const qx::tensor<float, token, model> p = softmax(x, over(model));
  for (std::size_t j = 0; j < 37; ++j)
    for (std::size_t i = 0; i < rows.size(); ++i)
      REQUIRE(y[i, j] == 2 * x[static_cast<std::size_t>(rows[i]), j]);
  for (std::size_t t = 0; t < 6; ++t)
    for (std::size_t i = 0; i < lanes.size(); ++i)
      REQUIRE(z[t, i] == p[t, static_cast<std::size_t>(lanes[i])]);
}

TEST_CASE("the norm of each head is taken where the matmul leaves it") {
  for (const std::size_t n : {6, 48, 64, 200})
    for (const std::size_t heads : {1, 3, 5}) {
      const auto w =
          filled(qx::tensor<float, head, dim, model>(head(heads), dim(n), model(32)), 9);
      const auto x = filled(qx::tensor<float, token, model>(token(4), model(32)), 10);
      const auto weight = filled(qx::tensor<float, dim>(dim(n)), 11);
      const auto cosine = filled(qx::tensor<float, token, dim>(token(4), dim(n)), 12);
      const auto sine = filled(qx::tensor<float, token, dim>(token(4), dim(n)), 13);
      const qx::rotation<qx::tensor_view<const float, token, dim>> angles{
          cosine.view(), sine.view(), n, qx::rope_pairs::halves};
      const auto q = rope(rms_norm(matmul(w, x), weight, 1e-6f), angles);
      static_assert(qx::plan_of<decltype(q)>.stages == 1);
      qx::tensor<float, token, head, dim> fused(token(4), head(heads), dim(n));
      qx::context ctx(3);
      qx::eval(ctx, fused <<= q);
      CHECK(ctx.counters().stages == 1);
      const qx::tensor<float, token, head, dim> product = matmul(w, x);
      const qx::tensor<float, token, head, dim> apart =
          rope(rms_norm(product, weight, 1e-6f), angles);
      REQUIRE(std::memcmp(fused.data(), apart.data(), fused.size() * sizeof(float)) == 0);
    }
}

TEST_CASE("a norm across the tiles of a matmul takes a stage of its own") {
  const auto w = filled(qx::tensor<float, ff, model>(ff(300), model(32)), 9);
  const auto x = filled(qx::tensor<float, token, model>(token(2), model(32)), 10);
  const auto weight = filled(qx::tensor<float, ff>(ff(300)), 11);
  qx::context ctx(2);
  qx::tensor<float, token, ff> y(token(2), ff(300));
  qx::eval(ctx, y <<= rms_norm(matmul(w, x), weight, 1e-6f));
  CHECK(ctx.counters().stages > 1);
  const qx::tensor<float, token, ff> product = matmul(w, x);
  const qx::tensor<float, token, ff> want = rms_norm(product, weight, 1e-6f);
  CHECK(std::memcmp(y.data(), want.data(), y.size() * sizeof(float)) == 0);
}

}  // namespace
