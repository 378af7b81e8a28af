// SPDX-License-Identifier: MIT
// How often things happen: exponentials per softmax, statistics under a broadcast, allocations in
// steady state; and that the number of threads changes no bit.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <tests/runtime/run/counted_new.hpp>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"out"> out;

int calls = 0;
float counted(float x) {
  ++calls;
  return std::exp(x);
}

qx::tensor<float, token, model> filled(std::size_t rows, std::size_t n) {
  qx::tensor<float, token, model> x(token(rows), model(n));
  qx::test::numbers(1).fill(x.elements());
  return x;
}

TEST_CASE("an operand of a lazy softmax is evaluated twice for each element, as its plan says") {
  const auto x = filled(1, 128);
  calls = 0;
  const auto p = softmax(qx::map([](float v) { return counted(v); }, x), over(model));
  CHECK(calls == 0);
  static_assert(qx::plan_of<decltype(p)>.sweeps == 3);
  const qx::tensor<float, token, model> y = p;
  CHECK(calls == 2 * 128);
}

/// Softmax whose exponentials are counted, lane by lane.
struct counted_softmax : qx::rule::softmax {
  struct row_rule : qx::rule::softmax::row_rule {
    template <class T, class V>
    V value(const qx::exponent<T>& e, V x) const {
      return qx::simd::lanewise(counted, x - V(e.largest));
    }
  };
  row_rule in_rows() const { return {}; }
};

TEST_CASE("softmax calls exp as often as its plan says: once for each element") {
  const auto x = filled(3, 128);
  const qx::rowwise_node<counted_softmax, model, qx::node_t<decltype((x))>> p{
      {}, {}, qx::as_node(x)};
  static_assert(qx::plan_of<decltype(p)>.transcendental == 1);
  calls = 0;
  qx::tensor<float, token, model> y(token(3), model(128));
  qx::eval(y <<= p);
  CHECK(calls == 3 * 128);
  // Under another operation the row is kept in scratch memory instead of the destination.
  calls = 0;
  qx::tensor<float, token, model> z(token(3), model(128));
  qx::eval(z <<= p * 2.0f);
  CHECK(calls == 3 * 128);
  CHECK(z[2, 127] == 2.0f * y[2, 127]);
  // In place, and rows that are the same for several others.
  qx::tensor<float, token, model> in_place = x;
  qx::eval(in_place <<= softmax(in_place, over(model)));
  const qx::tensor<float, token, model> want = softmax(x, over(model));
  CHECK(qx::test::apart(in_place.elements(), want.elements()) == 0.0);
  qx::tensor<float, token, out, model> cube(token(3), out(4), model(128));
  calls = 0;
  qx::eval(cube <<= p + 0.0f);
  CHECK(calls == 3 * 128);
  CHECK(cube[2, 3, 5] == y[2, 5]);
}

TEST_CASE("a statistic is computed once, however wide it is broadcast") {
  const auto x = filled(6, 40);
  const auto e = qx::map([](float v) { return counted(v); }, x);
  calls = 0;
  qx::tensor<float, token, model> y(token(6), model(40));
  qx::eval(y <<= x / sum(e, over(model)));
  CHECK(calls == 240);
  calls = 0;
  qx::eval(y <<= x / sum(e, over(token)));
  CHECK(calls == 240);
  calls = 0;
  qx::tensor<float, token, model> wide(token(6), model(40));
  const auto row = x.view().at(token, 0);
  qx::eval(wide <<= x - sum(qx::map([](float v) { return counted(v); }, row), over(model)));
  CHECK(calls == 40);
  calls = 0;
  qx::tensor<float, out, token, model> cube(out(5), token(6), model(40));
  qx::eval(cube <<= x + max(e, over(model)));
  CHECK(calls == 240);
}

TEST_CASE("a second evaluation allocates nothing") {
  const auto x = filled(7, 64);
  qx::tensor<float, out, model> w(out(50), model(64));
  qx::test::numbers(2).fill(w.elements());
  qx::tensor<float, model> weight(model(64));
  qx::tensor<float, token, out> y(token(7), out(50));
  qx::tensor<float, token, model> z(token(7), model(64));
  for (const std::size_t threads : {1, 3}) {
    qx::context ctx(threads);
    const auto once = [&] {
      qx::eval(ctx, y <<= silu(matmul(w, rms_norm(x, weight, 1e-5f))) + y,
               z <<= softmax(x / 0.5f, over(token)));
      qx::eval(ctx, z <<= z - mean(z, over(model)));
    };
    once();
    const std::size_t before = qx::test::allocations();
    once();
    CHECK(qx::test::allocations() == before);
  }
}

TEST_CASE("a fused expression allocates nothing, not even the first time") {
  const qx::tensor<float, qx::fixed<token, 8>, qx::fixed<model, 16>> x;
  const qx::tensor<float, qx::fixed<model, 16>, qx::fixed<out, 32>> w;
  qx::tensor<float, qx::fixed<token, 8>, qx::fixed<out, 32>> y;
  const std::size_t before = qx::test::allocations();
  qx::eval(y <<= silu(contract(softmax(x, over(model)), w, over(model))) + y);
  CHECK(qx::test::allocations() == before);
  // Dynamic extents, in a context that has done nothing yet.
  const auto a = filled(5, 100);
  qx::tensor<float, token, model> b(token(5), model(100));
  qx::context ctx(1);
  const std::size_t then = qx::test::allocations();
  qx::eval(ctx, b <<= softmax(a / 0.8f, over(model)));
  qx::eval(ctx, b <<= b * a - max(a, over(model)));
  CHECK(qx::test::allocations() == then);
}

template <class T>
std::vector<std::uint32_t> bits(const T& x) {
  std::vector<std::uint32_t> b(x.size());
  std::memcpy(b.data(), x.data(), x.size() * sizeof(float));
  return b;
}

TEST_CASE("1, 2, 3 and 7 threads give the same bits") {
  const auto x = filled(53, 700);
  qx::tensor<float, out, model> w(out(130), model(700));
  qx::test::numbers(2).fill(w.elements());
  std::vector<std::vector<std::uint32_t>> first;
  for (const std::size_t threads : {1, 2, 3, 7}) {
    qx::context ctx(threads);
    qx::tensor<float, token, model> a(token(53), model(700));
    qx::tensor<float, token, model> b(token(53), model(700));
    qx::tensor<float, token, out> c(token(53), out(130));
    qx::tensor<float, model> d(model(700));
    qx::eval(ctx, a <<= softmax(x, over(model)), b <<= softmax(exp(x), over(token)),
             c <<= matmul(w, x * 0.5f), d <<= sum(x, over(token)));
    const std::vector<std::vector<std::uint32_t>> all{bits(a), bits(b), bits(c), bits(d)};
    if (threads == 1) first = all;
    CHECK(all == first);
  }
}

TEST_CASE("attention over a span that grows by pieces allocates nothing") {
  constexpr qx::axis<"head"> head;
  constexpr qx::axis<"kv_head"> kv_head;
  constexpr qx::axis<"slot"> slot;
  constexpr qx::axis<"dim"> dim;
  qx::tensor<float, slot, kv_head, dim> cache(slot(1500), kv_head(1), dim(16));
  qx::test::numbers(1).fill(cache.elements());
  const qx::tensor_ref<slot, kv_head, dim> kv(
      qx::dtype::f32, reinterpret_cast<std::byte*>(cache.elements().data()), cache.shape());
  qx::tensor<float, token, head, dim> q(token(1), head(64), dim(16));
  qx::tensor<float, token, head, dim> y(token(1), head(64), dim(16));
  qx::test::numbers(2).fill(q.elements());
  qx::context ctx(3);
  qx::attention_span span{0, 100};
  const auto once = [&] { qx::eval(ctx, y <<= attention(q, kv, kv, {&span, 1}, 0.1f)); };
  once();
  const std::size_t before = qx::test::allocations();
  for (span.count = 500; span.count <= 1500; span.count += 500)
    once();
  CHECK(qx::test::allocations() == before);
}

}  // namespace
