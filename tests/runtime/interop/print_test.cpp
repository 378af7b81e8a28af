// SPDX-License-Identifier: MIT
// Tensors as text, and memory of others as tensors.
#include <qx/interop/dlpack.hpp>
#include <qx/interop/print.hpp>
#include <qx/interop/span.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace {

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"column"> column;

TEST_CASE("a tensor as text: type, names, sizes, the middle left out") {
  std::vector<float> numbers(24);
  for (std::size_t i = 0; i < 24; ++i)
    numbers[i] = static_cast<float>(i) / 3;
  CHECK(qx::to_string(qx::view_of(numbers, row(2), column(12))) ==
        "f32 [row 2, column 12]\n"
        "[[0, 0.3333, 0.6667, …, 3, 3.333, 3.667],\n"
        " [4, 4.333, 4.667, …, 7, 7.333, 7.667]]");
  CHECK(qx::to_string(qx::view_of(numbers, row(12), column(2)), {.edge = 1, .digits = 2}) ==
        "f32 [row 12, column 2]\n"
        "[[0, 0.33],\n"
        " …,\n"
        " [7.3, 7.7]]");
  const std::array<std::int8_t, 3> small{-1, 0, 7};
  CHECK(qx::to_string(qx::view_of(small, row(3))) == "i8 [row 3]\n[-1, 0, 7]");
  CHECK(qx::to_string(qx::view_of(small, row(3)).slice(row, 0, 0)) == "i8 [row 0]\n[]");
  CHECK(qx::to_string(qx::tensor<double>()) == "f64 []\n0");
}

TEST_CASE("memory of others under named axes") {
  std::vector<int> numbers{1, 2, 3, 4, 5, 6};
  const auto v = qx::view_of(numbers, qx::fixed<row, 2>, column(3));
  CHECK(v.data() == numbers.data());
  CHECK(v[1, 2] == 6);
  CHECK_THROWS_AS((void)qx::view_of(numbers, row(2), column(4)), qx::shape_error);
}

#if __has_include(<dlpack/dlpack.h>)
TEST_CASE("DLPack both ways") {
  qx::tensor<float, row, column> x(row(2), column(3));
  x[1, 2] = 5;
  const float* const memory = x.data();
  DLManagedTensor* const out = qx::to_dlpack(std::move(x));
  CHECK(out->dl_tensor.data == memory);
  const auto back = qx::view_dlpack<const float, qx::axes<row, column>>(out->dl_tensor);
  REQUIRE(back);
  CHECK(back->data() == memory);
  CHECK((*back)[1, 2] == 5);
  CHECK(!qx::view_dlpack<const double, qx::axes<row, column>>(out->dl_tensor));
  CHECK(!qx::view_dlpack<const float, qx::axes<row>>(out->dl_tensor));
  CHECK(!qx::view_dlpack<const float, qx::axes<qx::fixed<row, 3>, column>>(out->dl_tensor));
  out->deleter(out);
}
#endif

}  // namespace
