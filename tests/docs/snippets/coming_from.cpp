// SPDX-License-Identifier: MIT
// The right-hand column of the table for people who know Eigen, NumPy or PyTorch.
#include <qx/interop/eigen.hpp>
#include <qx/interop/npy.hpp>
#include <qx/interop/print.hpp>
#include <qx/qx.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"col"> col;
inline constexpr qx::axis<"depth"> depth;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"dim"> dim;
inline constexpr qx::axis<"rank"> rank;

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}

// [eigen]
/// Eigen works on qx's memory and the other way round; nothing is copied.
float trace_of_product(qx::tensor<float, row, depth>& a, Eigen::MatrixXf& m) {
  auto b = qx::view_of(m, depth, row);  // m as a tensor [depth, row]
  eval(b <<= b * 2);
  return (qx::as_eigen(a) * m).trace();  // a as a matrix
}
// [/eigen]
}  // namespace

int main() {
  qx::context ctx(2);
  // [rows]
  qx::tensor<float, row, col> x(row(3), col(4));
  qx::tensor<float, row, depth> a = qx::random_normal(1, row(3), depth(5));
  qx::tensor<float, col, depth> b = qx::random_normal(2, col(4), depth(5));
  qx::tensor<float, col> bias(col(4));

  eval(x <<= contract(a, b, over(depth)));
  eval(x <<= matmul(b, a));
  eval(x <<= x + bias);
  auto y = map([](auto v) { return v * v; }, x);
  auto all = sum(sum(x, over(col)), over(row));
  auto s = sum(x, over(col));
  auto m = x / sum(x, over(col));
  auto t = x.view().transposed(qx::axes<col, row>{});
  auto r = split(a, depth, head(5), dim);
  auto p = softmax(x / 0.8, over(col));
  auto u = max(x, 0.0f);
  auto w = where(x > 0, x, 0);
  auto c = concatenate(over(row), x, x);
  auto h = slice(x, row, 0, 2);
  auto v = x.view().at(col, 1);
  auto i = argmax(x, over(col));
  auto top = top_k(x, over(col), rank(2));
  auto o = einsum(qx::axes<row, col>{}, a, b);
  auto z = qx::cast<double>(x);
  std::puts(qx::to_string(x).c_str());
  // [/rows]
  const qx::tensor<float, row, col> squares = y, parts = m, soft = p, rectified = w, direct = o;
  const qx::tensor<float, row> sums = s;
  const qx::tensor<float> whole = all;
  const qx::tensor<float, row, col> clipped = u;
  require(std::abs(whole[] - sums[0] - sums[1] - sums[2]) < 1e-5f && clipped[1, 1] == rectified[1, 1]);
  const qx::tensor<int, row> largest = i;
  const qx::tensor<int, row, rank> order = top;
  const qx::tensor<double, row, col> doubles = z;
  const qx::tensor<float, row, col> doubled = c;
  require(squares[1, 1] == x[1, 1] * x[1, 1] && t[2, 1] == x[1, 2] && v[2] == x[2, 1]);
  require(std::abs(sums[0] - x[0, 0] - x[0, 1] - x[0, 2] - x[0, 3]) < 1e-5f);
  require(parts[1, 0] == x[1, 0] / sums[1] && r[2, 4, 0] == a[2, 4] && h.extent(row) == 2);
  require(order[0, 0] == largest[0] && doubles[2, 3] == double{x[2, 3]} && doubled[5, 3] == x[2, 3]);
  require(rectified[0, 0] == (x[0, 0] > 0 ? x[0, 0] : 0) && soft[0, largest[0]] >= 0.25f);
  require(std::abs(direct[1, 2] + bias[2] - x[1, 2]) < 1e-5f);

  Eigen::MatrixXf e = Eigen::MatrixXf::Identity(5, 3);
  require(std::abs(trace_of_product(a, e) - 2 * (a[0, 0] + a[1, 1] + a[2, 2])) < 1e-5f);

  const auto folder = std::filesystem::temp_directory_path() / "qx-coming-from.npy";
  // [npy]
  auto written = qx::save_npy(folder, x);                               // numpy.load reads it
  auto read = qx::load_npy<qx::tensor<float, row, col>>(folder);        // numpy.save wrote it
  // [/npy]
  require(written.has_value() && read.has_value() && (*read)[2, 3] == x[2, 3]);
  std::filesystem::remove(folder);
}
