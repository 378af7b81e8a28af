// SPDX-License-Identifier: MIT
/// \file
/// Eigen 3.4, each formula as its documentation would write it.
#include "job.hpp"

#include <Eigen/Core>

namespace qx::bench {
namespace {

using Array = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::Array<float, 1, Eigen::Dynamic>;
using In = Eigen::Map<const Array>;
using Out = Eigen::Map<Array>;
using RowIn = Eigen::Map<const Row>;
using RowOut = Eigen::Map<Row>;
using Index = Eigen::Index;

Index of(std::size_t n) { return static_cast<Index>(n); }
In in(const job& j, std::size_t which = 0) { return {j.in[which], of(j.rows), of(j.columns)}; }
Out out(const job& j) { return {j.out, of(j.rows), of(j.columns)}; }
RowIn row(const float* x, std::size_t n) { return {x, of(n)}; }

/// Calls f(row of in0, row of out) for each row.
template <class F>
void rows_of(const job& j, F f) {
  for (std::size_t r = 0; r < j.rows; ++r)
    f(row(j.in[0] + r * j.columns, j.columns), RowOut(j.out + r * j.columns, of(j.columns)));
}

void softmax(const job& j) {
  rows_of(j, [](auto x, auto y) {
    y = ((x - x.maxCoeff()) / temperature).exp();
    y /= y.sum();
  });
}
void argmax_rows(const job& j) {
  const In x = in(j);
  for (Index r = 0; r < x.rows(); ++r) {
    Index at = 0;
    x.row(r).maxCoeff(&at);
    j.out[r] = static_cast<float>(at);
  }
}
void argmax_columns(const job& j) {
  const In x = in(j);
  for (Index c = 0; c < x.cols(); ++c) {
    Index at = 0;
    x.col(c).maxCoeff(&at);
    j.out[c] = static_cast<float>(at);
  }
}
void logsumexp_rows(const job& j) {
  const In x = in(j);
  for (Index r = 0; r < x.rows(); ++r) {
    const float m = x.row(r).maxCoeff();
    j.out[r] = m + std::log((x.row(r) - m).exp().sum());
  }
}
void logsumexp_columns(const job& j) {
  const In x = in(j);
  const Row m = x.colwise().maxCoeff();
  RowOut y(j.out, of(j.columns));
  y = m + (x.rowwise() - m).exp().colwise().sum().log();
}
void rms_norm(const job& j) {
  const RowIn w = row(j.in[1], j.columns);
  rows_of(j, [&](auto x, auto y) { y = x * (1.0f / std::sqrt(x.square().mean() + epsilon)) * w; });
}
void layer_norm(const job& j) {
  const RowIn w = row(j.in[1], j.columns), b = row(j.in[2], j.columns);
  rows_of(j, [&](auto x, auto y) {
    const float mean = x.mean();
    y = (x - mean) * (1.0f / std::sqrt((x - mean).square().mean() + epsilon)) * w + b;
  });
}
void silu_product(const job& j) { out(j) = in(j) / (1.0f + (-in(j)).exp()) * in(j, 1); }
void rope_halves(const job& j) {
  constexpr Index half = head_dim / 2;
  for (std::size_t r = 0; r < j.rows; ++r) {
    const RowIn c = row(j.in[1] + r * head_dim, head_dim),
                s = row(j.in[2] + r * head_dim, head_dim);
    for (std::size_t h = 0; h < j.columns; h += head_dim) {
      const RowIn x = row(j.in[0] + r * j.columns + h, head_dim);
      RowOut y(j.out + r * j.columns + h, of(head_dim));
      y.head<half>() = x.head<half>() * c.head<half>() + x.tail<half>() * s.head<half>();
      y.tail<half>() = x.tail<half>() * c.tail<half>() + x.head<half>() * s.tail<half>();
    }
  }
}
void rope_adjacent(const job& j) {
  using Pairs = Eigen::Array<float, 2, head_dim / 2>;
  for (std::size_t r = 0; r < j.rows; ++r) {
    const Eigen::Map<const Pairs> c(j.in[1] + r * head_dim), s(j.in[2] + r * head_dim);
    for (std::size_t h = 0; h < j.columns; h += head_dim) {
      const Eigen::Map<const Pairs> x(j.in[0] + r * j.columns + h);
      Eigen::Map<Pairs> y(j.out + r * j.columns + h);
      y = x * c + x.colwise().reverse() * s;
    }
  }
}
template <int N>
void static_products_of(const job& j) {
  using Small = Eigen::Matrix<float, N, N, Eigen::RowMajor>;
  for (std::size_t p = 0; p < static_products; ++p) {
    const Eigen::Map<const Small> a(j.in[0] + p * N * N), b(j.in[1] + p * N * N);
    Eigen::Map<Small> y(j.out + p * N * N);
    y.noalias() = a * b;
  }
}
void matmul(const job& j) {
  Eigen::setNbThreads(static_cast<int>(j.threads));
  const Eigen::Map<const Matrix> a(j.in[0], of(j.rows), of(j.rows)),
      b(j.in[1], of(j.rows), of(j.rows));
  Eigen::Map<Matrix> y(j.out, of(j.rows), of(j.rows));
  y.noalias() = a * b;
}
void gather(const job& j) {
  const In x = in(j);
  Out y = out(j);
  for (Index r = 0; r < y.rows(); ++r)
    y.row(r) = x.row(j.ids[r]);
}
void concatenate(const job& j) {
  Out y(j.out, of(j.rows), of(2 * j.columns));
  y.leftCols(of(j.columns)) = in(j);
  y.rightCols(of(j.columns)) = in(j, 1);
}

}  // namespace

contender eigen_contender() {
  contender c{"Eigen"};
  c[task::softmax] = softmax;
  c[task::sum_rows] = [](const job& j) {
    Eigen::Map<Eigen::ArrayXf>(j.out, of(j.rows)) = in(j).rowwise().sum();
  };
  c[task::max_rows] = [](const job& j) {
    Eigen::Map<Eigen::ArrayXf>(j.out, of(j.rows)) = in(j).rowwise().maxCoeff();
  };
  c[task::argmax_rows] = argmax_rows;
  c[task::logsumexp_rows] = logsumexp_rows;
  c[task::sum_columns] = [](const job& j) { RowOut(j.out, of(j.columns)) = in(j).colwise().sum(); };
  c[task::max_columns] = [](const job& j) {
    RowOut(j.out, of(j.columns)) = in(j).colwise().maxCoeff();
  };
  c[task::argmax_columns] = argmax_columns;
  c[task::logsumexp_columns] = logsumexp_columns;
  c[task::rms_norm] = rms_norm;
  c[task::layer_norm] = layer_norm;
  c[task::silu_product] = silu_product;
  c[task::rope_adjacent] = rope_adjacent;
  c[task::rope_halves] = rope_halves;
  c[task::combine] = [](const job& j) {
    out(j) = 2.0f * in(j) + 3.0f * in(j, 1) - 4.0f * in(j, 2);
  };
  c[task::static_4] = static_products_of<4>;
  c[task::static_8] = static_products_of<8>;
  c[task::static_16] = static_products_of<16>;
  c[task::static_32] = static_products_of<32>;
  c[task::matmul] = matmul;
  c[task::transpose] = [](const job& j) {
    Out(j.out, of(j.columns), of(j.rows)) = in(j).transpose();
  };
  c[task::gather] = gather;
  c[task::concatenate] = concatenate;
  return c;
}

}  // namespace qx::bench
