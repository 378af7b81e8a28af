// SPDX-License-Identifier: MIT
/// \file
/// qx: each task is its formula.
#include "job.hpp"

#include <qx/qx.hpp>

#include <array>

namespace qx::bench {
namespace {

inline constexpr axis<"row"> row;
inline constexpr axis<"column"> column;
inline constexpr axis<"other"> other;
inline constexpr axis<"head"> head;
inline constexpr auto dim = fixed<axis<"dim">{}, head_dim>;

// Inlined, as plain pointers are for the other contenders.
using axes_of_matrix = axes<row, column>;
QX_INLINE tensor_view<const float, row, column> in(const job& j, std::size_t which = 0) {
  return {j.in[which], make_extents<axes_of_matrix>(row(j.rows), column(j.columns))};
}
QX_INLINE tensor_view<float, row, column> out(const job& j) {
  return {j.out, make_extents<axes_of_matrix>(row(j.rows), column(j.columns))};
}
QX_INLINE tensor_view<const float, column> weight_in(const job& j, std::size_t which) {
  return {j.in[which], make_extents<axes<column>>(column(j.columns))};
}
QX_INLINE tensor_view<float, row> out_rows(const job& j) {
  return {j.out, make_extents<axes<row>>(row(j.rows))};
}
QX_INLINE tensor_view<float, column> out_columns(const job& j) {
  return {j.out, make_extents<axes<column>>(column(j.columns))};
}

template <rope_pairs Pairs>
void rotate(const job& j) {
  using table = tensor_view<const float, row, dim>;
  const auto shape = make_extents<axes<row, head, dim>>(row(j.rows), head(j.columns / head_dim));
  const auto table_shape = make_extents<axes<row, dim>>(row(j.rows));
  const rotation<table> angles{{j.in[1], table_shape}, {j.in[2], table_shape}, head_dim, Pairs};
  eval(tensor_view<float, row, head, dim>(j.out, shape) <<=
       rope(tensor_view<const float, row, head, dim>(j.in[0], shape), angles));
}

template <std::size_t N>
void static_products_of(const job& j) {
  constexpr auto i = fixed<row, N>;
  constexpr auto k = fixed<other, N>;
  constexpr auto c = fixed<column, N>;
  for (std::size_t p = 0; p < static_products; ++p) {
    const tensor_view<const float, i, k> a(j.in[0] + p * N * N, {});
    const tensor_view<const float, k, c> b(j.in[1] + p * N * N, {});
    eval(tensor_view<float, i, c>(j.out + p * N * N, {}) <<= contract(a, b, over(k)));
  }
}

context& threads_of(std::size_t n) {
  static std::array<context, 2> contexts{context(1), context(2)};
  return contexts[n - 1];
}
void matmul(const job& j) {
  const tensor_view<const float, row, other> a(
      j.in[0], make_extents<axes<row, other>>(row(j.rows), other(j.rows)));
  const tensor_view<const float, other, column> b(
      j.in[1], make_extents<axes<other, column>>(other(j.rows), column(j.rows)));
  const tensor_view<float, row, column> y(
      j.out, make_extents<axes_of_matrix>(row(j.rows), column(j.rows)));
  eval(threads_of(j.threads), y <<= contract(a, b, over(other)));
}
void transpose(const job& j) {
  const tensor_view<float, column, row> y(
      j.out, make_extents<axes<column, row>>(column(j.columns), row(j.rows)));
  eval(y <<= in(j));
}
void gather_rows(const job& j) {
  const tensor_view<const float, other, column> x(
      j.in[0], make_extents<axes<other, column>>(other(j.rows), column(j.columns)));
  const tensor_view<const std::int32_t, row> ids(j.ids, make_extents<axes<row>>(row(j.rows)));
  eval(out(j) <<= gather(x, ids));
}
void join(const job& j) {
  const tensor_view<float, row, column> y(
      j.out, make_extents<axes_of_matrix>(row(j.rows), column(2 * j.columns)));
  eval(y <<= concatenate(over(column), in(j), in(j, 1)));
}

void add_reductions(contender& c) {
  c[task::sum_rows] = [](const job& j) { eval(out_rows(j) <<= sum(in(j), over(column))); };
  c[task::max_rows] = [](const job& j) { eval(out_rows(j) <<= max(in(j), over(column))); };
  c[task::argmax_rows] = [](const job& j) {
    eval(out_rows(j) <<= cast<float>(argmax(in(j), over(column))));
  };
  c[task::logsumexp_rows] = [](const job& j) {
    eval(out_rows(j) <<= logsumexp(in(j), over(column)));
  };
  c[task::sum_columns] = [](const job& j) { eval(out_columns(j) <<= sum(in(j), over(row))); };
  c[task::max_columns] = [](const job& j) { eval(out_columns(j) <<= max(in(j), over(row))); };
  c[task::argmax_columns] = [](const job& j) {
    eval(out_columns(j) <<= cast<float>(argmax(in(j), over(row))));
  };
  c[task::logsumexp_columns] = [](const job& j) {
    eval(out_columns(j) <<= logsumexp(in(j), over(row)));
  };
}

}  // namespace

contender qx_contender() {
  contender c{"qx"};
  c[task::softmax] = [](const job& j) {
    eval(out(j) <<= softmax(in(j) / temperature, over(column)));
  };
  add_reductions(c);
  c[task::rms_norm] = [](const job& j) {
    eval(out(j) <<= rms_norm(in(j), weight_in(j, 1), epsilon));
  };
  c[task::layer_norm] = [](const job& j) {
    eval(out(j) <<= layer_norm(in(j), weight_in(j, 1), weight_in(j, 2), epsilon));
  };
  c[task::silu_product] = [](const job& j) { eval(out(j) <<= silu(in(j)) * in(j, 1)); };
  c[task::rope_adjacent] = rotate<rope_pairs::adjacent>;
  c[task::rope_halves] = rotate<rope_pairs::halves>;
  c[task::combine] = [](const job& j) {
    eval(out(j) <<= 2.0f * in(j) + 3.0f * in(j, 1) - 4.0f * in(j, 2));
  };
  c[task::static_4] = static_products_of<4>;
  c[task::static_8] = static_products_of<8>;
  c[task::static_16] = static_products_of<16>;
  c[task::static_32] = static_products_of<32>;
  c[task::matmul] = matmul;
  c[task::transpose] = transpose;
  c[task::gather] = gather_rows;
  c[task::concatenate] = join;
  return c;
}

}  // namespace qx::bench
