// SPDX-License-Identifier: MIT
// Attention over spans of a cache against softmax(scale · q·kᵀ) v in double precision.
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"kv_head"> kv_head;
inline constexpr qx::axis<"slot"> slot;
inline constexpr qx::axis<"dim"> dim;

using heads = qx::tensor<float, token, head, dim>;
using cache = qx::tensor_ref<slot, kv_head, dim>;

/// Slots, heads and elements of a cache of either type, filled through a tensor_ref.
struct stored {
  qx::tensor<float, slot, kv_head, dim> values;  ///< as they are read back
  std::vector<std::byte> bytes;
  cache ref;

  stored(qx::dtype type, std::size_t slots, std::size_t count, std::size_t n, std::uint32_t seed)
      : values(slot(slots), kv_head(count), dim(n)), bytes(values.size() * 4),
        ref(type, bytes.data(), values.shape()) {
    qx::test::numbers(seed).fill(values.elements());
    qx::eval(ref <<= values);
    qx::eval(values <<= ref * 1);
  }
};

double attended_apart(const heads& y, const heads& q, const stored& k, const stored& v,
                      std::span<const qx::attention_span> spans, double scale) {
  const std::size_t group = q.extent(head) / k.values.extent(kv_head);
  std::vector<double> want(y.size());
  for (std::size_t t = 0; t < q.extent(token); ++t)
    for (std::size_t h = 0; h < q.extent(head); ++h) {
      std::vector<double> p;
      double total = 0;
      for (std::size_t s = spans[t].first; s < spans[t].first + spans[t].count; ++s) {
        double dot = 0;
        for (std::size_t j = 0; j < q.extent(dim); ++j)
          dot += double{q[t, h, j]} * double{k.values[s, h / group, j]};
        total += p.emplace_back(std::exp(scale * dot));
      }
      for (std::size_t i = 0; i < p.size(); ++i)
        for (std::size_t j = 0; j < q.extent(dim); ++j)
          want[(t * q.extent(head) + h) * q.extent(dim) + j] +=
              p[i] / total * double{v.values[spans[t].first + i, h / group, j]};
    }
  return qx::test::apart(y.elements(), want);
}

TEST_CASE("spans, grouped heads, float and f16 caches, and a target that is the query") {
  for (const qx::dtype type : {qx::dtype::f32, qx::dtype::f16})
    for (const std::size_t n : {8, 20, 64}) {
      const stored k(type, 30, 2, n, 1);
      const stored v(type, 30, 2, n, 2);
      heads q(token(4), head(6), dim(n));
      qx::test::numbers(3).fill(q.elements());
      const std::vector<qx::attention_span> spans{{0, 1}, {3, 17}, {10, 20}, {29, 1}};
      const double scale = 1.0 / std::sqrt(double(n));
      heads y(token(4), head(6), dim(n));
      qx::context three(3);
      qx::eval(three, y <<= attention(q, k.ref, v.ref, spans, static_cast<float>(scale)));
      CHECK(attended_apart(y, q, k, v, spans, scale) <= 5e-6);
      qx::eval(q <<= attention(q, k.ref, v.ref, spans, static_cast<float>(scale)));
      CHECK(qx::test::apart(q.elements(), y.elements()) == 0.0);
    }
}

TEST_CASE("long spans, cut for as many threads as there are, give the bits of one thread") {
  constexpr std::size_t slots = 1800;
  const stored k(qx::dtype::f16, slots, 1, 24, 1);
  const stored v(qx::dtype::f16, slots, 1, 24, 2);
  heads q(token(3), head(5), dim(24));
  qx::test::numbers(3).fill(q.elements());
  // Two sequences in one unit, one of which has fewer pieces.
  const std::vector<qx::attention_span> spans{{0, 600}, {0, 1000}, {1000, 300}};
  heads one(token(3), head(5), dim(24));
  qx::eval(one <<= attention(q, k.ref, v.ref, spans, 0.3f));
  CHECK(attended_apart(one, q, k, v, spans, 0.3) <= 5e-6);
  for (const std::size_t threads : {2, 3, 8}) {
    qx::context ctx(threads);
    heads y(token(3), head(5), dim(24));
    qx::eval(ctx, y <<= attention(q, k.ref, v.ref, spans, 0.3f));
    CHECK(qx::test::apart(y.elements(), one.elements()) == 0.0);
  }
}

TEST_CASE("what does not fit is refused") {
  const stored k(qx::dtype::f32, 8, 2, 16, 1);
  const stored half(qx::dtype::f16, 8, 2, 16, 1);
  const stored other(qx::dtype::f32, 9, 2, 16, 1);
  heads q(token(1), head(4), dim(16));
  heads y(token(1), head(4), dim(16));
  const auto with = [&](const cache& a, const cache& b, std::size_t first, std::size_t count) {
    const std::vector<qx::attention_span> spans{{first, count}};
    qx::eval(y <<= attention(q, a, b, spans, 1.0f));
  };
  CHECK_NOTHROW(with(k.ref, k.ref, 0, 8));
  CHECK_THROWS_AS(with(k.ref, k.ref, 0, 9), qx::shape_error);
  CHECK_THROWS_AS(with(k.ref, k.ref, 0, 0), qx::shape_error);
  CHECK_THROWS_AS(with(k.ref, k.ref, std::numeric_limits<std::size_t>::max(), 2), qx::shape_error);
  CHECK_THROWS_AS(with(k.ref, half.ref, 0, 1), qx::shape_error);
  CHECK_THROWS_AS(with(k.ref, other.ref, 0, 1), qx::shape_error);
}

}  // namespace
