// SPDX-License-Identifier: MIT
// Renaming, slices, padding and concatenation against the oracle: along the
// last, a middle and the first axis, of memory and of expressions, at lengths around sixteen.
#include "agrees.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace {

using namespace qx::test;

TEST_CASE("slices of expressions begin anywhere and have any stride") {
  for (const std::size_t n : {5, 16, 33, 70}) {
    const cube x = filled(3, 4, n);
    const cube y = filled(n, 4, 3);
    for (const std::size_t step : {1, 2, 3}) {
      const std::size_t count = (n - 2) / step;
      agrees(slice(x * 2.0f, c, 1, count, step), exactly);
      agrees(slice(softmax(x, over(c)), c, 1, count, step), rounded);
      agrees(slice(x - max(x, over(a)), c, 2, count, step) + 1.0f, exactly);
      agrees(slice(softmax(y, over(a)), a, 1, count, step), rounded);
    }
  }
}

TEST_CASE("padding and concatenation, along every axis") {
  for (const std::size_t n : {1, 15, 16, 17, 40}) {
    const cube x = filled(2, 3, n);
    const cube y = filled(2, 3, 5);
    const cube z = filled(n, 3, 5);
    agrees(pad(x, c, 3, 20, 7.0f), exactly);
    agrees(pad(x * 2.0f, b, 1, 2) + 1.0f, exactly);
    agrees(pad(softmax(x, over(c)), a, 0, 1), rounded);
    agrees(concatenate(over(c), x, y, x + 1.0f), exactly);
    agrees(concatenate(over(c), softmax(x, over(c)), y) * 2.0f, rounded);
    agrees(concatenate(over(a), y, z, y - 1.0f), exactly);
    agrees(sum(concatenate(over(a), y, z), over(a)), rounded);
    agrees(pad(x, c, 1, 1) - concatenate(over(c), slice(x, c, 0, 1), x, slice(x, c, n - 1, 1)),
           exactly);
  }
}

TEST_CASE("elements by number, in any order and more than once") {
  for (const std::size_t n : {1, 15, 16, 17, 40}) {
    const cube x = filled(2, 3, n);
    const std::vector<std::int32_t> rows{1, 0, 1, 1};
    std::vector<std::int32_t> lanes(23);
    for (std::size_t i = 0; i < lanes.size(); ++i)
      lanes[i] = static_cast<std::int32_t>(i * 5 % n);
    agrees(pick(softmax(x, over(c)), over(a), rows, d) + 1.0f, rounded);
    agrees(pick(x * 2.0f, over(b), rows, d), exactly);
    agrees(pick(x * 2.0f, over(c), lanes, d), exactly);
    agrees(sum(pick(x, over(a), rows, d), over(d)), rounded);
  }
}

TEST_CASE("a renamed axis meets the old one: outer products and Gram matrices") {
  const cube x = filled(3, 4, 37);
  const auto rows = sum(x, over(a));  // [b, c]
  agrees(rename(rows, b, d) * rows, rounded);
  agrees(sum(rename(x * 1.0f, c, d) * x, over(b)), rounded);
  agrees(rename(softmax(x, over(c)), c, d), rounded);
}

TEST_CASE("views are renamed, split and merged without a copy") {
  cube x = filled(3, 4, 24);
  const auto parts = split(x, c, d(4), qx::axis<"e">{});
  CHECK(parts.data() == x.data());
  CHECK(parts.shape().sizes() == std::array<std::size_t, 4>{3, 4, 4, 6});
  CHECK(parts[2, 1, 3, 5] == x[2, 1, 23]);
  const auto whole = merge(parts, d, qx::axis<"e">{}, c);
  CHECK(whole.contiguous());
  CHECK(whole[2, 1, 17] == x[2, 1, 17]);
  const auto flat = merge(merge(x, a, b, a), a, c, a);
  CHECK(flat.size() == x.size());
  CHECK_THROWS_AS((void)split(x, c, d(5), qx::axis<"e">{}), qx::shape_error);
  CHECK_THROWS_AS((void)merge(slice(x, c, 0, 3), b, c, d), qx::shape_error);
  CHECK_THROWS_WITH((void)split(x, c, d(5), qx::axis<"e">{}(5)),
                    "axis 'c': extent 24 cannot be split into parts that make 25");
  eval(rename(x, c, d) <<= rename(x * 2.0f, c, d));  // a renamed view is a destination, too
  CHECK(x[1, 2, 3] == 2 * filled(3, 4, 24)[1, 2, 3]);
}

}  // namespace
