// SPDX-License-Identifier: MIT
/// \file
/// One element of each task at a time.
#include "oracle.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace qx::bench {
namespace {

using line = std::vector<double>;

double sum(const line& v) {
  double s = 0;
  for (const double x : v)
    s += x;
  return s;
}
double largest(const line& v) { return *std::max_element(v.begin(), v.end()); }
double place(const line& v) {
  return static_cast<double>(std::max_element(v.begin(), v.end()) - v.begin());
}
double logsumexp(const line& v) {
  const double m = largest(v);
  double s = 0;
  for (const double x : v)
    s += std::exp(x - m);
  return m + std::log(s);
}
double mean(const line& v) { return sum(v) / static_cast<double>(v.size()); }
double mean_of_squares(const line& v, double around) {
  double s = 0;
  for (const double x : v)
    s += (x - around) * (x - around);
  return s / static_cast<double>(v.size());
}

line row_of(const job& j, std::size_t r) {
  return {j.in[0] + r * j.columns, j.in[0] + (r + 1) * j.columns};
}
line column_of(const job& j, std::size_t c) {
  line v;
  for (std::size_t r = 0; r < j.rows; ++r)
    v.push_back(j.in[0][r * j.columns + c]);
  return v;
}

/// Row r of the result, for tasks that give a row for each row.
line result_row(task what, const job& j, std::size_t r) {
  line y = row_of(j, r);
  const auto at = [&](std::size_t which, std::size_t i) {
    return static_cast<double>(j.in[which][i]);
  };
  const std::size_t n = j.columns;
  const auto each = [&](auto f) {
    for (std::size_t i = 0; i < n; ++i)
      y[i] = f(i, y[i]);
  };
  if (what == task::softmax) {
    each([&](std::size_t, double x) { return x / temperature; });
    const double all = logsumexp(y);
    each([&](std::size_t, double x) { return std::exp(x - all); });
  } else if (what == task::rms_norm) {
    const double scale = 1 / std::sqrt(mean_of_squares(y, 0) + epsilon);
    each([&](std::size_t i, double x) { return x * scale * at(1, i); });
  } else if (what == task::layer_norm) {
    const double m = mean(y), scale = 1 / std::sqrt(mean_of_squares(y, m) + epsilon);
    each([&](std::size_t i, double x) { return (x - m) * scale * at(1, i) + at(2, i); });
  } else if (what == task::silu_product) {
    each([&](std::size_t i, double x) { return x / (1 + std::exp(-x)) * at(1, r * n + i); });
  } else if (what == task::combine) {
    each([&](std::size_t i, double x) {
      return 2 * x + 3 * at(1, r * n + i) - 4 * at(2, r * n + i);
    });
  } else {
    const bool halves = what == task::rope_halves;
    const line x = y;
    each([&](std::size_t i, double own) {
      const std::size_t d = i % head_dim, half = head_dim / 2;
      const std::size_t partner = !halves ? i ^ 1 : d < half ? i + half : i - half;
      return own * at(1, r * head_dim + d) + x[partner] * at(2, r * head_dim + d);
    });
  }
  return y;
}

bool near(double got, double want, double most = 2e-5) {
  return std::abs(got - want) <= most * std::max(1.0, std::abs(want));
}

bool rows_agree(task what, const job& j) {
  for (const std::size_t r : {std::size_t{0}, j.rows / 2, j.rows - 1}) {
    const line want = result_row(what, j, r);
    // Likelihoods are small: they are compared with the largest of them.
    const double unit = what == task::softmax ? 1 / largest(want) : 1;
    for (std::size_t i = 0; i < j.columns; ++i)
      if (!near(unit * j.out[r * j.columns + i], unit * want[i])) return false;
  }
  return true;
}

template <class Line>
bool statistics_agree(const job& j, std::size_t n, Line line_of, double (*statistic)(const line&)) {
  for (const std::size_t i : {std::size_t{0}, n / 2 + 1, n - 1})
    // Thousands of numbers added up one after the other in float.
    if (!near(j.out[i], statistic(line_of(j, i)), 1e-3)) return false;
  return true;
}

bool product_agrees(const float* a, const float* b, const float* y, std::size_t n) {
  for (const std::size_t r : {std::size_t{0}, n / 2 + 1, n - 1})
    for (std::size_t c = 0; c < n; ++c) {
      double want = 0;
      for (std::size_t k = 0; k < n; ++k)
        want += static_cast<double>(a[r * n + k]) * b[k * n + c];
      // Sums of n products below 4 in float.
      if (std::abs(y[r * n + c] - want) > 4e-7 * static_cast<double>(n) + 2e-6) return false;
    }
  return true;
}
bool static_agrees(const job& j) {
  const std::size_t n = j.rows;
  for (const std::size_t p : {std::size_t{0}, static_products - 1})
    if (!product_agrees(j.in[0] + p * n * n, j.in[1] + p * n * n, j.out + p * n * n, n))
      return false;
  return true;
}

bool moved(task what, const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    for (std::size_t c = 0; c < j.columns; ++c) {
      const float x = j.in[0][r * j.columns + c];
      if (what == task::transpose && j.out[c * j.rows + r] != x) return false;
      if (what == task::gather &&
          j.out[r * j.columns + c] != j.in[0][static_cast<std::size_t>(j.ids[r]) * j.columns + c])
        return false;
      if (what == task::concatenate &&
          (j.out[2 * r * j.columns + c] != x ||
           j.out[(2 * r + 1) * j.columns + c] != j.in[1][r * j.columns + c]))
        return false;
    }
  return true;
}

}  // namespace

bool agrees(task what, const job& j) {
  switch (what) {
  case task::sum_rows:
    return statistics_agree(j, j.rows, row_of, sum);
  case task::max_rows:
    return statistics_agree(j, j.rows, row_of, largest);
  case task::argmax_rows:
    return statistics_agree(j, j.rows, row_of, place);
  case task::logsumexp_rows:
    return statistics_agree(j, j.rows, row_of, logsumexp);
  case task::sum_columns:
    return statistics_agree(j, j.columns, column_of, sum);
  case task::max_columns:
    return statistics_agree(j, j.columns, column_of, largest);
  case task::argmax_columns:
    return statistics_agree(j, j.columns, column_of, place);
  case task::logsumexp_columns:
    return statistics_agree(j, j.columns, column_of, logsumexp);
  case task::static_4:
  case task::static_8:
  case task::static_16:
  case task::static_32:
    return static_agrees(j);
  case task::matmul:
    return product_agrees(j.in[0], j.in[1], j.out, j.rows);
  case task::transpose:
  case task::gather:
  case task::concatenate:
    return moved(what, j);
  case task::norm_matmuls:
    return norm_matmuls_agree(j);
  default:
    return rows_agree(what, j);
  }
}

}  // namespace qx::bench
