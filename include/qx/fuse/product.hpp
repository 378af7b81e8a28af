// SPDX-License-Identifier: MIT
/// \file
/// Matrices of double and of complex numbers multiplied: the right one is packed into panels, rows
/// and panels are cut into pieces that stay in caches, and threads share them.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/context.hpp>
#include <qx/fuse/panels.hpp>

#include <algorithm>
#include <cstddef>

namespace qx::inline QX_ARCH {

namespace impl {

template <class T>
inline constexpr kernel::wide wide_of = kernel::wide::f64;
template <>
inline constexpr kernel::wide wide_of<std::complex<float>> = kernel::wide::c32;
template <>
inline constexpr kernel::wide wide_of<std::complex<double>> = kernel::wide::c64;

/// The matrices that a node multiplies: rows × depth and depth × columns.
struct product_size {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t depth = 0;
  [[nodiscard]] QX_INLINE std::size_t panels() const { return kernel::panels_of(columns); }
};
template <class Over, class A, class B>
[[nodiscard]] QX_INLINE product_size size_of(const product_node<Over, A, B>& n) {
  using node = product_node<Over, A, B>;
  const auto a = get<0>(n.children).shape();
  const auto b = get<1>(n.children).shape();
  return {project_extents<typename node::column_axes>(a).count(),
          project_extents<typename node::row_axes>(b).count(), project_extents<Over>(b).count()};
}
template <class T>
[[nodiscard]] QX_INLINE constexpr std::size_t wide_panel_bytes(std::size_t depth) {
  return depth * kernel::panel_rows * sizeof(T);
}

/// The left operand as the kernels read it: its columns' axes, then those that are contracted.
template <class Over, class A>
using left_order = axes_concat<axes_without<typename A::axes_type, Over>, Over>;
/// Whether it lies so.
template <class Order, class A>
[[nodiscard]] QX_INLINE bool lies_in_order(const A& a) {
  if constexpr (std::is_same_v<
                    A, leaf<basic_view<const typename A::value_type, typename A::axes_type>>> &&
                A::axes_type::names == Order::names)
    return a.view.contiguous();
  else
    return false;
}

/// Columns 16 p … of a view [columns…, k…] as panel p.
template <class T, class Axes>
void pack_wide_panel(const basic_view<const T, Axes>& v, std::size_t k_rank, product_size size,
                     std::size_t p, std::byte* panel) {
  constexpr std::size_t wide = kernel::panel_rows;
  const std::size_t split = Axes::rank - k_rank;
  const auto& sizes = v.shape().sizes();
  const std::size_t count = std::min(wide, size.columns - p * wide);
  std::ptrdiff_t column[wide] = {};
  for (std::size_t c = 0; c < count; ++c)
    column[c] = offset_of(p * wide + c, 0, split, sizes, v.steps());
  for (std::size_t i = 0; i < size.depth; ++i) {
    const T* const from = v.data() + offset_of(i, split, Axes::rank, sizes, v.steps());
    T one[wide] = {};
    for (std::size_t c = 0; c < count; ++c)
      one[c] = from[column[c]];
    if constexpr (Complex<T>) {
      auto* const to = reinterpret_cast<typename T::value_type*>(panel) + 2 * wide * i;
      for (std::size_t c = 0; c < wide; ++c) {
        to[c] = one[c].real();
        to[wide + c] = one[c].imag();
      }
    } else {
      std::copy_n(one, wide, reinterpret_cast<T*>(panel) + wide * i);
    }
  }
}

/// Rows and panels by one thread. A piece of a panel stays in the first cache while rows go by, the
/// rows in the second one while panels do; what is added up in which order depends on neither.
template <class T>
void multiply_piece(const kernel::table& kernels, const T* left, const std::byte* panels, T* out,
                    product_size size, std::size_t first_row, std::size_t last_row,
                    std::size_t first_panel, std::size_t last_panel) {
  constexpr std::size_t wide = kernel::panel_rows;
  constexpr std::size_t deep = 4096 / sizeof(T);               // 64 KiB of a panel
  constexpr std::size_t high = 256 * 1024 / deep / sizeof(T);  // half a small second-level cache
  const auto& ops = kernels.products[static_cast<std::size_t>(wide_of<T>)];
  std::size_t k = 0;
  do {
    const std::size_t depth = std::min(deep, size.depth - k);
    for (std::size_t r = first_row; r < last_row; r += high)
      for (std::size_t p = first_panel; p < last_panel; ++p)
        ops.tile(reinterpret_cast<const std::byte*>(left + r * size.depth + k), size.depth,
                 std::min(high, last_row - r),
                 panels + p * wide_panel_bytes<T>(size.depth) + wide_panel_bytes<T>(k), depth,
                 reinterpret_cast<std::byte*>(out + r * size.columns + p * wide), size.columns,
                 std::min(wide, size.columns - p * wide), k == 0);
    k += depth;
  } while (k < size.depth);
}

/// Packs `right` [columns…, k…] into `panels` and multiplies `left` [rows…, k…] with it.
template <class T, class Axes>
void multiply_wide(context& ctx, const T* left, const basic_view<const T, Axes>& right,
                   std::size_t k_rank, product_size size, std::byte* panels, T* out) {
  const std::size_t count = size.panels();
  const bool by_panels = count >= 4 * ctx.threads() || size.rows < count;
  const auto pack = [&](std::size_t thread, std::size_t threads) {
    for (std::size_t p = count * thread / threads; p < count * (thread + 1) / threads; ++p)
      pack_wide_panel(right, k_rank, size, p, panels + p * wide_panel_bytes<T>(size.depth));
  };
  const auto multiply = [&](std::size_t thread, std::size_t threads) {
    const auto share = [&](std::size_t n, bool cut, std::size_t t) QX_INLINE_LAMBDA {
      return cut ? n * t / threads : t == thread ? 0 : n;
    };
    multiply_piece(ctx.kernels(), left, panels, out, size, share(size.rows, !by_panels, thread),
                   share(size.rows, !by_panels, thread + 1), share(count, by_panels, thread),
                   share(count, by_panels, thread + 1));
  };
  ++ctx.counters().stages;
  if (ctx.pool() == nullptr || size.rows * size.columns * size.depth < 32768) {
    pack(0, 1);
    multiply(0, 1);
    return;
  }
  ++ctx.counters().barriers;
  ctx.pool()->parallel([&](std::size_t thread, std::size_t threads) {
    pack(thread, threads);
    ctx.pool()->barrier();
    multiply(thread, threads);
  });
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
