// SPDX-License-Identifier: MIT
// Contractions and sums of products against the oracle, and what is stored on the way.
#include "agrees.hpp"

#include <array>
#include <vector>

namespace {

using namespace qx::test;
inline constexpr qx::axis<"e"> e;
using matrix = qx::tensor<float, a, b>;

using qx::test::filled;
matrix filled(std::size_t x, std::size_t y) {
  matrix t(a(x), b(y));
  numbers(static_cast<std::uint32_t>(x * 31 + y)).fill(t.elements());
  return t;
}
constexpr double k_rounded = 2e-5;  // sums of 40 products of numbers below 4

TEST_CASE("contractions by name, with prologues and epilogues, whatever the strides") {
  for (const std::size_t n : {1, 5, 16, 40}) {
    const matrix x = filled(7, n);
    const matrix y = filled(n, 19);
    const auto right = rename(rename(y, b, c), a, b);  // [b, c]
    agrees(contract(x, right, over(b)), k_rounded);
    agrees(contract(softmax(x, over(b)), right * 2.0f, over(b)) + 1.0f, k_rounded);
    agrees(max(contract(x, right, over(b)), over(c)), k_rounded);
    agrees(contract(x, rename(x, a, c), over(b)), k_rounded);
  }
  const matrix x = filled(7, 6);
  const matrix y = filled(7, 6);
  agrees(contract(x, y, over(a)), k_rounded);  // b stays: no matmul
  agrees(contract(x, y, over(a), over(b)), 1e-4);
  agrees(contract(qx::cast<double>(x), rename(qx::cast<double>(y), b, c), over(a)), 1e-13);
}

TEST_CASE("several axes at once, and matmuls of matmuls") {
  const cube x = filled(3, 4, 5);
  const auto y = rename(x, a, d);
  agrees(contract(x, y, over(c), over(b)), k_rounded);
  const auto gram = contract(x, y, over(b), over(c));
  agrees(contract(gram, rename(filled(3, 6), b, e), over(a)), 1e-3);
}

TEST_CASE("sums of products take the cheapest order") {
  const matrix x = filled(3, 20);
  const matrix y = filled(20, 4);
  const matrix z = filled(4, 9);
  const auto yy = rename(rename(y, b, c), a, b);  // [b, c]
  const auto zz = rename(rename(z, b, d), a, c);  // [c, d]
  agrees(einsum(qx::axes<a, d>{}, x, yy, zz), 1e-3);
  agrees(einsum(qx::axes<d>{}, x, yy, zz), 1e-3);
  agrees(einsum(qx::axes<a>{}, x), k_rounded);
  agrees(einsum(qx::axes<b, a>{}, x, x), k_rounded);
  // 2 × 100 · 100 × 3 · 3 × 100: from the left 600 + 600 multiply-adds, from the right 30,000 +
  // 20,000.
  using p = qx::impl::einsum_problem<
      qx::axes<a, d>, qx::leaf<qx::tensor_view<const float, qx::fixed<a, 2>, qx::fixed<b, 100>>>,
      qx::leaf<qx::tensor_view<const float, qx::fixed<b, 100>, qx::fixed<c, 3>>>,
      qx::leaf<qx::tensor_view<const float, qx::fixed<c, 3>, qx::fixed<d, 100>>>>;
  constexpr auto order = p::static_order(1);
  static_assert(p::is_static && order.cost == 1200 &&
                order.step[0] == qx::impl::pair_of_operands{0, 1});
}

TEST_CASE("what is stored is stored once, in an arena whose size is known") {
  const matrix x = filled(30, 40);
  const auto p = qx::stored(softmax(x, over(b)));
  agrees(split(x * 2.0f, b, c(8), d), exactly);
  agrees(merge(softmax(x, over(b)), a, b, c) + 0.0f, rounded);
  CHECK(qx::arena_bytes(p) == 30 * 40 * 4);
  CHECK(qx::arena_bytes(x + 1.0f) == 0);
  CHECK(qx::arena_bytes(p + p) == 2 * 30 * 40 * 4);
  qx::context one(1);
  matrix y(a(30), b(40));
  matrix z(a(30), b(40));
  eval(one, y <<= p * 2.0f, z <<= p + 1.0f);
  CHECK(one.counters().stages == 2);  // the softmax, then both
  CHECK(qx::test::apart(y.elements(), qx::oracle::all(softmax(x, over(b)) * 2.0f)) <= rounded);
  CHECK(qx::test::apart(z.elements(), qx::oracle::all(softmax(x, over(b)) + 1.0f)) <= rounded);
  // In place: the matmul's operand is the destination.
  matrix w = filled(8, 8);
  const matrix before = w;
  eval(one, w <<= rename(contract(w, rename(rename(w, b, c), a, b), over(b)), c, b));
  CHECK(qx::test::apart(w.elements(),
                        qx::oracle::all(contract(before, rename(rename(before, b, c), a, b),
                                                 over(b)))) <= k_rounded);
}

TEST_CASE("memory that was given back is not taken for what it held") {
  const auto x = rename(filled(8, 30), a, e);  // [e, b]
  const matrix y = filled(30, 8);
  const matrix q = filled(8, 5);
  const auto middle = contract(x, rename(rename(y, b, c), a, b), over(b));  // [e, c], stored
  const auto p = softmax(rename(rename(q, a, c), b, d), over(d));           // [c, d], packed
  agrees(contract(middle, p, over(c)) + rename(stored(p), c, e), 1e-3);
}

TEST_CASE("panels are what the kernels pack themselves") {
  const matrix x = filled(21, 13);
  for (const qx::kernel::table* table : qx::kernel::tables()) {
    if (!qx::kernel::runs_here(*table)) continue;
    const auto& ops = table->matmul[static_cast<std::size_t>(qx::dtype::f32)];
    const std::size_t bytes = ops.panel_bytes(13);
    REQUIRE(bytes == qx::impl::f32_panel_bytes(13));
    std::vector<std::byte> ours(2 * bytes);
    std::vector<std::byte> theirs(2 * bytes);
    qx::context one(1, *table);
    qx::impl::pack_panels(one, x.view(), 1, ours.data());
    for (std::size_t p = 0; p < 2; ++p)
      ops.pack(reinterpret_cast<const std::byte*>(x.data() + p * 16 * 13), 13 * 4, p == 0 ? 16 : 5,
               13, theirs.data() + p * bytes);
    CHECK(ours == theirs);
  }
}

}  // namespace
