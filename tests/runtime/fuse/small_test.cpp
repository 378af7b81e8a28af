// SPDX-License-Identifier: MIT
// Small static contractions of every kind of size, and what stands around them.
#include <qx/expr/oracle.hpp>
#include <qx/qx.hpp>

#include <doctest/doctest.h>

#include <tests/support/fill.hpp>

namespace {

inline constexpr qx::axis<"i"> i;
inline constexpr qx::axis<"k"> k;
inline constexpr qx::axis<"j"> j;

template <class T>
T filled(std::uint32_t seed) {
  T t;
  qx::test::numbers(seed).fill(t.elements());
  return t;
}
// At most 32 products of numbers below 2 with numbers below 2, each rounded, and as many sums.
constexpr double rounded = 2e-5;

/// `alike` is what the oracle computes: `e`, or what it means in parts that are known already.
template <class E, class Alike>
void agrees(const E& e, const Alike& alike) {
  const qx::basic_tensor<float, typename E::axes_type> got = e;
  CHECK(qx::test::apart(got.elements(), qx::oracle::all(alike)) <= rounded);
}
template <class E>
void agrees(const E& e) {
  agrees(e, e);
}

template <std::size_t M, std::size_t N, std::size_t K>
void multiplies_plainly() {
  const auto x = filled<qx::tensor<float, qx::fixed<i, M>, qx::fixed<k, K>>>(1);
  const auto y = filled<qx::tensor<float, qx::fixed<k, K>, qx::fixed<j, N>>>(2);
  agrees(contract(x, y, over(k)));
}

template <std::size_t M, std::size_t N, std::size_t K>
void multiplies() {
  using left = qx::tensor<float, qx::fixed<i, M>, qx::fixed<k, K>>;
  using right = qx::tensor<float, qx::fixed<k, K>, qx::fixed<j, N>>;
  using turned = qx::tensor<float, qx::fixed<j, N>, qx::fixed<k, K>>;
  const auto x = filled<left>(1);
  const auto y = filled<right>(2);
  const auto z = filled<turned>(3);
  const auto plain = contract(x, y, over(k));
  static_assert(qx::plan_of<decltype(plain)>.kind == qx::work_kind::rows);
  static_assert(qx::plan_of<decltype(plain)>.stages == 1);
  agrees(plain);
  agrees(contract(x, z, over(k)));  // lies across: copied first
  agrees(contract(exp(x), y * 2.0f, over(k)) + 1.0f);
  const qx::tensor<float, qx::fixed<i, M>, qx::fixed<j, N>> straight = plain;
  agrees(softmax(plain, over(j)) * sum(plain, over(i)),
         softmax(straight, over(j)) * sum(straight, over(i)));
  qx::tensor<float, qx::fixed<j, N>, qx::fixed<i, M>> across;
  qx::eval(across <<= plain);
  CHECK(across[N - 1, 0] == straight[0, N - 1]);
}

TEST_CASE("products of static matrices: squares, and sizes that fit no register") {
  multiplies<4, 4, 4>();
  multiplies_plainly<8, 8, 8>();
  multiplies_plainly<16, 16, 16>();
  multiplies_plainly<32, 32, 32>();
  multiplies<3, 5, 7>();
  multiplies_plainly<1, 16, 2>();
  multiplies<29, 32, 9>();
}

TEST_CASE("the destination may be an operand") {
  qx::tensor<float, qx::fixed<i, 8>, qx::fixed<k, 8>> x;
  qx::test::numbers(4).fill(x.elements());
  const auto y = filled<qx::tensor<float, qx::fixed<k, 8>, qx::fixed<j, 8>>>(5);
  const auto want = qx::oracle::all(contract(x, y, over(k)));
  qx::tensor<float, qx::fixed<i, 8>, qx::fixed<j, 8>> z;
  qx::eval(z <<= contract(x, y, over(k)));
  CHECK(qx::test::apart(z.elements(), want) <= rounded);
  qx::eval(x <<= rename(contract(x, y, over(k)), j, k));
  CHECK(qx::test::apart(x.elements(), want) <= rounded);
}

TEST_CASE("a graph of static shapes needs no context, and gives what any context gives") {
  const auto x = filled<qx::tensor<float, qx::fixed<i, 4>, qx::fixed<k, 16>>>(6);
  const auto w = filled<qx::tensor<float, qx::fixed<k, 16>, qx::fixed<j, 24>>>(7);
  const auto h = contract(softmax(x, over(k)), w, over(k));
  const auto e = silu(h) * h - max(h, over(j));
  qx::tensor<float, qx::fixed<i, 4>, qx::fixed<j, 24>> y;
  qx::tensor<float, qx::fixed<i, 4>, qx::fixed<j, 24>> z;
  qx::eval(y <<= e);
  CHECK(qx::test::apart(y.elements(), qx::oracle::all(e)) <= rounded);
  for (const std::size_t threads : {1, 3}) {
    qx::context ctx(threads);
    qx::eval(ctx, z <<= e);
    CHECK(qx::test::apart(z.elements(), y.elements()) == 0.0);
  }
}

TEST_CASE("copies across: every size, and a slice of a larger matrix") {
  for (const std::size_t rows : {1, 15, 16, 17, 40})
    for (const std::size_t columns : {1, 16, 33}) {
      qx::tensor<float, i, j> x(i(rows), j(columns));
      qx::test::numbers(8).fill(x.elements());
      qx::tensor<float, j, i> y(i(rows), j(columns));
      for (const std::size_t threads : {1, 3}) {
        qx::context ctx(threads);
        qx::eval(ctx, y <<= x);
        bool same = true;
        for (std::size_t r = 0; r < rows; ++r)
          for (std::size_t c = 0; c < columns; ++c)
            same = same && y[c, r] == x[r, c];
        CHECK(same);
      }
    }
  qx::tensor<float, k, i, j> x(k(3), i(20), j(35));
  qx::test::numbers(9).fill(x.elements());
  qx::tensor<float, k, j, i> y(k(3), i(17), j(18));
  qx::eval(y <<= x.view().slice(i, 2, 17).slice(j, 16, 18));
  CHECK(y[2, 17, 16] == x[2, 18, 33]);
  CHECK(y[0, 0, 0] == x[0, 2, 16]);
  CHECK(y[1, 16, 15] == x[1, 17, 32]);
}

}  // namespace
