// SPDX-License-Identifier: MIT
/// \file
/// What a whole row is multiplied with: rules of exponentials take it over from their operand,
/// where it would cost a multiplication or a division for each element (`softmax(x / t)`).
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/bind.hpp>
#include <qx/fuse/traverse.hpp>

#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

/// Whether a rule of rows, or the one that a monoid has for rows, takes a factor over.
template <class Rule>
inline constexpr bool takes_factor = requires { Rule::origin(1.0f, 1.0); };

/// X has the axis and C does not; tiles of matmuls stay in the order in which they stand.
template <class X, class C, auto Axis>
concept RowTimesFactor = X::axes_type::find(decltype(Axis)::name) != npos &&
                         C::axes_type::find(decltype(Axis)::name) == npos &&
                         std::is_floating_point_v<typename X::value_type> &&
                         matmul_count<X>::value + matmul_count<C>::value == 0;

/// An operand cut into what has the axis and a factor that is the same along it: x · c, c · x or
/// x / c.
template <class N>
struct not_factored {
  static constexpr bool found = false;
  using operand = N;
  [[nodiscard]] QX_INLINE static const N& operand_of(const N& n) { return n; }
};
template <class N, auto Axis>
struct factored : not_factored<N> {};
template <class X, class C, std::size_t At, bool Divides>
struct factored_product {
  static constexpr bool found = true;
  static constexpr bool divides = Divides;
  using operand = X;
  using factor = C;
  template <class N>
  [[nodiscard]] QX_INLINE static const X& operand_of(const N& n) {
    return get<At>(n.children);
  }
  template <class N>
  [[nodiscard]] QX_INLINE static const C& factor_of(const N& n) {
    return get<1 - At>(n.children);
  }
};
template <class X, class C, auto Axis>
  requires RowTimesFactor<X, C, Axis>
struct factored<map_node<op::multiply, X, C>, Axis> : factored_product<X, C, 0, false> {};
template <class C, class X, auto Axis>
  requires RowTimesFactor<X, C, Axis>
struct factored<map_node<op::multiply, C, X>, Axis> : factored_product<X, C, 1, false> {};
template <class X, class C, auto Axis>
  requires RowTimesFactor<X, C, Axis>
struct factored<map_node<op::divide, X, C>, Axis> : factored_product<X, C, 0, true> {};

/// How a rule of rows sees its operand N.
template <class Rule, auto Axis, class N>
using split_operand = std::conditional_t<takes_factor<Rule>, factored<N, Axis>, not_factored<N>>;

/// The factor of a row, bound; 1 where there is none. In double: what is made of it rounds once.
template <class Split, class Space>
struct bound_factor {
  template <class N>
  QX_INLINE bound_factor(const N&, const Space&, binder&) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>&) {}
  [[nodiscard]] QX_INLINE static constexpr double value() { return 1.0; }
};
template <class Split, class Space>
  requires Split::found
struct bound_factor<Split, Space> {
  bound<typename Split::factor, Space> factor;
  template <class N>
  QX_INLINE bound_factor(const N& n, const Space& s, binder& b)
      : factor(Split::factor_of(n), s, b) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) { factor.begin(r); }
  [[nodiscard]] QX_INLINE double value() const {
    const auto f = static_cast<double>(simd::first_lane(factor.load(0, first_lanes{1})));
    return Split::divides ? 1.0 / f : f;
  }
};

/// The values of a row as the sign of their factor orders them: largest are those whose product is.
template <class Values, class T>
struct turned {
  Values values;
  T sign;
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    const auto v = values.load(j, lanes);
    return v * decltype(v)(sign);
  }
  [[nodiscard]] QX_INLINE bool dense() const { return is_dense(values); }
};

}  // namespace impl

}  // namespace qx::inline QX_ARCH
