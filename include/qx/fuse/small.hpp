// SPDX-License-Identifier: MIT
/// \file
/// Small static contractions: the product is computed when the first row of the destination begins,
/// into scratch memory that stays in the nearest cache, or straight into the destination.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/contract.hpp>
#include <qx/fuse/row_buffer.hpp>
#include <qx/simd/small_matmul.hpp>

#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

/// An operand as a row-major matrix without gaps, its axes in the order given: where it lies, or
/// evaluated into scratch memory.
template <class Order, class N>
class small_operand {
 public:
  /// The operand's own memory where it has this very form, or nullptr.
  [[nodiscard]] QX_INLINE static const float* in_place(const N& n) {
    if constexpr (std::is_same_v<N, leaf<basic_view<const float, Order>>>)
      if (n.view.contiguous()) return n.view.data();
    return nullptr;
  }
  QX_INLINE small_operand(const N& n, binder& b) : evaluated_(n, whole(), b), lies_(in_place(n)) {
    if (lies_ == nullptr) copy_ = b.template take_array<float>(static_count<Order>);
  }
  [[nodiscard]] QX_INLINE const float* get() {
    if (lies_ != nullptr) return lies_;
    const space_type s = whole();
    auto r = s.row(0);
    for (std::size_t i = 0; i < s.rows(); ++i, s.advance(r)) {
      evaluated_.begin(r);
      run_row(evaluated_, row_target<float>{copy_ + i * s.inner}, 0, s.inner);
    }
    return copy_;
  }

 private:
  using space_type = space<typename all_but_last<Order>::type, last_axis<Order>>;
  [[nodiscard]] QX_INLINE static space_type whole() {
    space_type s;
    for (std::size_t i = 0; i < space_type::outer_rank; ++i)
      s.outer[i] = Order::static_extents[i];
    s.inner = Order::static_extents[Order::rank - 1];
    return s;
  }
  bound<N, space_type> evaluated_;
  const float* lies_;
  float* copy_ = nullptr;
};

/// Both operands, ready to be multiplied.
template <class Node>
class small_product;
template <class Over, class A, class B>
class small_product<small_contract_node<Over, A, B>> {
 public:
  using node = small_contract_node<Over, A, B>;
  QX_INLINE small_product(const node& n, binder& b)
      : left_(get<0>(n.children), b), right_(get<1>(n.children), b) {}
  QX_INLINE void compute(float* out) { multiply(left_.get(), right_.get(), out); }

  /// Whether both operands are multiplied where they lie.
  [[nodiscard]] QX_INLINE static bool lies(const node& n) {
    return left::in_place(get<0>(n.children)) != nullptr &&
           right::in_place(get<1>(n.children)) != nullptr;
  }
  QX_INLINE static void of_memory(const node& n, float* out) {
    multiply(left::in_place(get<0>(n.children)), right::in_place(get<1>(n.children)), out);
  }

 private:
  using left = small_operand<axes_concat<typename node::column_axes, typename node::over_axes>, A>;
  using right = small_operand<axes_concat<typename node::over_axes, typename node::row_axes>, B>;
  QX_INLINE static void multiply(const float* a, const float* b, float* out) {
    simd::multiply_small<node::columns, node::rows, node::depth>(a, b, out);
  }
  left left_;
  right right_;
};

/// Whether a destination without gaps can hold the product as it is computed.
template <class Target, class Expr>
inline constexpr bool is_small_product = false;
template <class TA, class Over, class A, class B>
inline constexpr bool is_small_product<basic_view<float, TA>, small_contract_node<Over, A, B>> =
    TA::names == small_contract_node<Over, A, B>::axes_type::names;

}  // namespace impl

template <class Over, class A, class B, class Space>
struct bound<small_contract_node<Over, A, B>, Space> {
  using node = small_contract_node<Over, A, B>;
  using steps_type = strides<node::axes_type::rank>;
  impl::small_product<node> factors;
  float* product;
  bound_view<float, typename node::axes_type, Space> elements;
  bool fresh = true;

  QX_INLINE bound(const node& n, const Space&, binder& b)
      : factors(n, b), product(b.template take_array<float>(node::columns * node::rows)),
        elements(product, row_major<node::axes_type::rank>(n.shape().sizes())) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    if (fresh) factors.compute(product);
    fresh = false;
    elements.begin(r);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    return elements.load(j, lanes);
  }
};

}  // namespace qx::inline QX_ARCH
