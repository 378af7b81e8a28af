// SPDX-License-Identifier: MIT
/// \file
/// Dense operands as weights: a float tensor with any strides is packed into the panels that the
/// kernels read, by all threads.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/contract.hpp>
#include <qx/fuse/context.hpp>
#include <qx/kernel/activations.hpp>
#include <qx/simd/memory.hpp>

#include <cstddef>
#include <cstring>

namespace qx::inline QX_ARCH {

namespace impl {

/// Bytes of the panels of a contraction's right operand: 16 rows side by side, padded with zeros.
/// The same that the kernel table asks for F32.
[[nodiscard]] QX_INLINE constexpr std::size_t f32_panel_bytes(std::size_t k) {
  return kernel::round_up(k * kernel::panel_rows * sizeof(float), kernel::line_bytes);
}
template <class Over, class A, class B>
[[nodiscard]] QX_INLINE std::size_t panel_bytes_of(const contract_node<Over, A, B>& n) {
  using node = contract_node<Over, A, B>;
  const auto shape = get<1>(n.children).shape();
  const std::size_t rows = project_extents<typename node::row_axes>(shape).count();
  const std::size_t k = project_extents<Over>(shape).count();
  return kernel::panels_of(rows) * f32_panel_bytes(k);
}

/// The axes of a view in the order rows…, k…
template <class Order, class T, class Axes>
[[nodiscard]] QX_INLINE auto in_panel_order(const basic_view<T, Axes>& v) {
  return v.transposed(Order{});
}

/// Where element i of several axes together lies.
template <std::size_t Rank>
[[nodiscard]] QX_INLINE std::ptrdiff_t offset_of(std::size_t i, std::size_t first, std::size_t last,
                                                 const std::array<std::size_t, Rank>& sizes,
                                                 const strides<Rank>& steps) {
  std::ptrdiff_t at = 0;
  for (std::size_t a = last; a-- > first; i /= sizes[a])
    at += static_cast<std::ptrdiff_t>(i % sizes[a]) * steps[a];
  return at;
}

/// Rows 16 p … of the operand as panel p: element k of all sixteen, then element k + 1.
template <class T, class Axes>
void pack_one_panel(const basic_view<T, Axes>& v, std::size_t k_rank, std::size_t rows,
                    std::size_t k, std::size_t p, std::byte* panel) {
  constexpr std::size_t rank = Axes::rank;
  const std::size_t split = rank - k_rank;
  const auto& sizes = v.shape().sizes();
  auto* const out = reinterpret_cast<float*>(panel);
  const std::size_t first = p * kernel::panel_rows;
  const std::size_t count = rows - first < kernel::panel_rows ? rows - first : kernel::panel_rows;
  std::ptrdiff_t row[kernel::panel_rows] = {};
  bool together = count == kernel::panel_rows;
  for (std::size_t r = 0; r < count; ++r) {
    row[r] = offset_of(first + r, 0, split, sizes, v.steps());
    together = together && row[r] == row[0] + static_cast<std::ptrdiff_t>(r);
  }
  for (std::size_t i = 0; i < k; ++i) {
    const T* const column = v.data() + offset_of(i, split, rank, sizes, v.steps());
    float* const to = out + i * kernel::panel_rows;
    if (together) {
      simd::store(to, simd::load(column + row[0]));
    } else {
      for (std::size_t r = 0; r < kernel::panel_rows; ++r)
        to[r] = r < count ? static_cast<float>(column[row[r]]) : 0.0f;
    }
  }
  const std::size_t used = k * kernel::panel_rows * sizeof(float);
  std::memset(panel + used, 0, f32_panel_bytes(k) - used);
}

template <class T, class Axes>
void pack_panels(context& ctx, const basic_view<T, Axes>& v, std::size_t k_rank,
                 std::byte* panels) {
  std::size_t rows = 1;
  std::size_t k = 1;
  for (std::size_t i = 0; i < Axes::rank; ++i)
    (i < Axes::rank - k_rank ? rows : k) *= v.shape()[i];
  const std::size_t count = kernel::panels_of(rows);
  const auto part = [&](std::size_t thread, std::size_t threads) {
    for (std::size_t p = count * thread / threads; p < count * (thread + 1) / threads; ++p)
      pack_one_panel(v, k_rank, rows, k, p, panels + p * f32_panel_bytes(k));
  };
  if (ctx.pool() == nullptr || rows * k < 32768)
    part(0, 1);
  else
    ctx.pool()->parallel(part);
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
