// SPDX-License-Identifier: MIT
/// \file
/// Parts of complex numbers, and complex numbers of parts. Sums, products, contractions, `abs` and
/// `exp` take complex numbers as they are.
#pragma once

#include <qx/expr/functions.hpp>

#include <complex>
#include <utility>

namespace qx::inline QX_ARCH {

namespace op {

/// Parts of complex numbers, which packs of them have as well.
struct real_part {
  static constexpr op_cost cost{0, 0};
  static constexpr std::string_view name = "real";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {
    return a.real();
  }
};
struct imaginary_part {
  static constexpr op_cost cost{0, 0};
  static constexpr std::string_view name = "imag";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {
    return a.imag();
  }
};
struct conjugate {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "conj";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {
    using std::conj;
    return conj(a);
  }
};
struct combine {
  static constexpr op_cost cost{0, 0};
  static constexpr std::string_view name = "complex_of";
  template <class A>
    requires std::is_floating_point_v<A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A re, A im) const {
    return std::complex<A>(re, im);
  }
  template <class P>
    requires requires { typename P::mask_type; }
  [[nodiscard]] QX_INLINE auto operator()(P re, P im) const {
    return complex_of(re, im);  // of packs, found by their namespace
  }
};

}  // namespace op

namespace impl {
/// For parts of complex numbers.
template <class Op, class A>
[[nodiscard]] QX_INLINE constexpr auto of_complex(Op o, A&& a) {
  static_assert(Complex<typename node_t<A>::value_type>,
                "qx: real(), imag() and conj() take complex numbers");
  return make_map(o, std::forward<A>(a));
}
}  // namespace impl

/// Of complex numbers: their parts, and the number with the other sign of its imaginary part. `abs`
/// is their size, `exp` takes them too.
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto real(A&& a) {
  return impl::of_complex(op::real_part{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto imag(A&& a) {
  return impl::of_complex(op::imaginary_part{}, std::forward<A>(a));
}
template <Operand A>
[[nodiscard]] QX_INLINE constexpr auto conj(A&& a) {
  return impl::of_complex(op::conjugate{}, std::forward<A>(a));
}
/// Complex numbers from two expressions of float or of double.
template <Operand A, Operand B>
[[nodiscard]] QX_INLINE constexpr auto complex_of(A&& re, B&& im) {
  using V = typename node_t<A>::value_type;
  static_assert(std::is_floating_point_v<V> && std::is_same_v<V, typename node_t<B>::value_type>,
                "qx: complex_of() takes two operands of float or two of double");
  return make_map(op::combine{}, std::forward<A>(re), std::forward<B>(im));
}

}  // namespace qx::inline QX_ARCH
