// SPDX-License-Identifier: MIT
// Eigen's view of our memory, and ours of Eigen's.
#include <qx/interop/eigen.hpp>

#include <doctest/doctest.h>

#include <complex>

namespace {

inline constexpr qx::axis<"i"> i;
inline constexpr qx::axis<"j"> j;
inline constexpr qx::axis<"k"> k;

TEST_CASE("maps both ways, without a copy and whatever the strides") {
  qx::tensor<float, i, j> x(i(3), j(4));
  for (std::size_t n = 0; n < x.size(); ++n)
    x.data()[n] = static_cast<float>(n);
  auto m = qx::as_eigen(x);
  CHECK(m(2, 1) == x[2, 1]);
  m(2, 1) = 100;
  CHECK(x[2, 1] == 100);
  CHECK(qx::as_eigen(x.view().transposed(qx::axes<j, i>{}))(1, 2) == 100);
  CHECK(qx::as_eigen(x.view().at(j, 1)).sum() == 1 + 5 + 100);

  Eigen::MatrixXd columns = Eigen::MatrixXd::Random(5, 6);
  const auto v = qx::view_of(columns, i, j);
  CHECK(v.data() == columns.data());
  CHECK(v[4, 3] == columns(4, 3));
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = columns;
  CHECK(qx::view_of(rows, i, j)[4, 3] == columns(4, 3));
  Eigen::VectorXf line = Eigen::VectorXf::LinSpaced(7, 0, 6);
  CHECK(qx::view_of(line, k)[5] == 5);
}

TEST_CASE("double and complex matmul through Eigen") {
  using number = std::complex<double>;
  qx::tensor<number, i, k> a(i(3), k(4));
  qx::tensor<number, k, j> b(k(4), j(2));
  for (std::size_t n = 0; n < a.size(); ++n)
    a.data()[n] = {1.0 * static_cast<double>(n), -1.0};
  for (std::size_t n = 0; n < b.size(); ++n)
    b.data()[n] = {2.0, static_cast<double>(n)};
  const auto c = qx::eigen_matmul(a.view(), b.view());
  number want = 0;
  for (std::size_t n = 0; n < 4; ++n)
    want += a[2, n] * b[n, 1];
  CHECK(c[2, 1] == want);
  qx::tensor<number, k, j> wrong(k(5), j(2));
  CHECK_THROWS_AS((void)qx::eigen_matmul(a.view(), wrong.view()), qx::shape_error);
}

}  // namespace
