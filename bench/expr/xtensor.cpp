// SPDX-License-Identifier: MIT
/// \file
/// xtensor with xsimd. Reductions that are read again are evaluated first, as its documentation
/// advises: lazily they would be computed once for each element.
#include "job.hpp"

#if defined(QX_BENCH_XTENSOR)
#define XTENSOR_USE_XSIMD
#include <array>
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

namespace qx::bench {
namespace {

constexpr auto now = xt::evaluation_strategy::immediate;
using shape2 = std::array<std::size_t, 2>;
using shape1 = std::array<std::size_t, 1>;

auto in(const job& j, std::size_t which = 0) {
  return xt::adapt(j.in[which], j.rows * j.columns, xt::no_ownership(), shape2{j.rows, j.columns});
}
auto out(const job& j) {
  return xt::adapt(j.out, j.rows * j.columns, xt::no_ownership(), shape2{j.rows, j.columns});
}
auto row(const float* x, std::size_t n) { return xt::adapt(x, n, xt::no_ownership(), shape1{n}); }
auto row(float* x, std::size_t n) { return xt::adapt(x, n, xt::no_ownership(), shape1{n}); }

/// Calls f(row of in0, row of out) for each row.
template <class F>
void rows_of(const job& j, F f) {
  for (std::size_t r = 0; r < j.rows; ++r) {
    auto y = row(j.out + r * j.columns, j.columns);
    f(row(j.in[0] + r * j.columns, j.columns), y);
  }
}

void softmax(const job& j) {
  rows_of(j, [](auto x, auto& y) {
    const float m = xt::amax(x, now)();
    xt::noalias(y) = xt::exp((x - m) / temperature);
    const float s = xt::sum(y, now)();
    y /= s;
  });
}
void rms_norm(const job& j) {
  const auto w = row(j.in[1], j.columns);
  rows_of(j, [&](auto x, auto& y) {
    const float mean = xt::mean(x * x, now)();
    xt::noalias(y) = x * (1.0f / std::sqrt(mean + epsilon)) * w;
  });
}
void layer_norm(const job& j) {
  const auto w = row(j.in[1], j.columns), b = row(j.in[2], j.columns);
  rows_of(j, [&](auto x, auto& y) {
    const float mean = xt::mean(x, now)();
    const float variance = xt::mean((x - mean) * (x - mean), now)();
    xt::noalias(y) = (x - mean) * (1.0f / std::sqrt(variance + epsilon)) * w + b;
  });
}
void transpose(const job& j) {
  auto y = xt::adapt(j.out, j.rows * j.columns, xt::no_ownership(), shape2{j.columns, j.rows});
  xt::noalias(y) = xt::transpose(in(j));
}
void gather(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r) {
    auto y = row(j.out + r * j.columns, j.columns);
    xt::noalias(y) = row(j.in[0] + static_cast<std::size_t>(j.ids[r]) * j.columns, j.columns);
  }
}
void concatenate(const job& j) {
  auto y =
      xt::adapt(j.out, 2 * j.rows * j.columns, xt::no_ownership(), shape2{j.rows, 2 * j.columns});
  xt::noalias(y) = xt::concatenate(xt::xtuple(in(j), in(j, 1)), 1);
}

}  // namespace

contender xtensor_contender() {
  contender c{"xtensor"};
  c[task::softmax] = softmax;
  c[task::sum_rows] = [](const job& j) { row(j.out, j.rows) = xt::sum(in(j), {1}, now); };
  c[task::max_rows] = [](const job& j) { row(j.out, j.rows) = xt::amax(in(j), {1}, now); };
  c[task::argmax_rows] = [](const job& j) {
    row(j.out, j.rows) = xt::cast<float>(xt::argmax(in(j), 1));
  };
  c[task::sum_columns] = [](const job& j) { row(j.out, j.columns) = xt::sum(in(j), {0}, now); };
  c[task::max_columns] = [](const job& j) { row(j.out, j.columns) = xt::amax(in(j), {0}, now); };
  c[task::argmax_columns] = [](const job& j) {
    row(j.out, j.columns) = xt::cast<float>(xt::argmax(in(j), 0));
  };
  c[task::rms_norm] = rms_norm;
  c[task::layer_norm] = layer_norm;
  c[task::silu_product] = [](const job& j) {
    auto y = out(j);
    xt::noalias(y) = in(j) / (1.0f + xt::exp(-in(j))) * in(j, 1);
  };
  c[task::combine] = [](const job& j) {
    auto y = out(j);
    xt::noalias(y) = 2.0f * in(j) + 3.0f * in(j, 1) - 4.0f * in(j, 2);
  };
  c[task::transpose] = transpose;
  c[task::gather] = gather;
  c[task::concatenate] = concatenate;
  return c;
}

}  // namespace qx::bench
#else
qx::bench::contender qx::bench::xtensor_contender() { return {"xtensor"}; }
#endif
