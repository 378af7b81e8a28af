// SPDX-License-Identifier: MIT
/// \file
/// Elementwise nodes: an operation over any number of operands, broadcast by axis name.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/node.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace qx::inline QX_ARCH {

/// `Op` is called with packs of sixteen lanes when it accepts them, lane by lane otherwise.
template <class Op, class... Children>
struct map_node : node_tag {
  static_assert(extents_agree<typename Children::axes_type...>);
  using axes_type = typename union_axes<typename Children::axes_type...>::type;
  using value_type = computed_t<
      std::remove_cvref_t<decltype(std::declval<const Op&>()(typename Children::value_type{}...))>>;
  [[no_unique_address]] Op op;
  bundle<Children...> children;

  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    return children.apply([](const auto&... c)
                              QX_INLINE_LAMBDA { return impl::join_shapes(c.shape()...); });
  }
  /// The same operation on other operands.
  template <class... C>
  [[nodiscard]] QX_INLINE constexpr auto with(C... c) const {
    return map_node<Op, C...>{{}, op, {std::move(c)...}};
  }
};

template <class Op, class... Operands>
[[nodiscard]] QX_INLINE constexpr auto make_map(Op op, Operands&&... operands) {
  return map_node<Op, node_t<Operands>...>{{}, op, {as_node(std::forward<Operands>(operands))...}};
}

/// What an operation costs, for the planner: arithmetic per element, and calls of exp-like
/// functions.
struct op_cost {
  int flops = 1;
  int transcendental = 0;
};

namespace op {

#define QX_BINARY_OP(NAME, SYMBOL, FLOPS)                                                          \
  struct NAME {                                                                                    \
    static constexpr op_cost cost{FLOPS, 0};                                                       \
    static constexpr std::string_view name = #SYMBOL;                                              \
    template <class A, class B>                                                                    \
    [[nodiscard]] QX_INLINE constexpr auto operator()(A a, B b) const {                            \
      return a SYMBOL b;                                                                           \
    }                                                                                              \
  };
QX_BINARY_OP(add, +, 1)
QX_BINARY_OP(subtract, -, 1)
QX_BINARY_OP(multiply, *, 1)
QX_BINARY_OP(divide, /, 4)
QX_BINARY_OP(less, <, 1)
QX_BINARY_OP(less_equal, <=, 1)
QX_BINARY_OP(greater, >, 1)
QX_BINARY_OP(greater_equal, >=, 1)
QX_BINARY_OP(equal, ==, 1)
QX_BINARY_OP(not_equal, !=, 1)
QX_BINARY_OP(logical_and, &&, 1)
QX_BINARY_OP(logical_or, ||, 1)
#undef QX_BINARY_OP

struct negate {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "-";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {
    return -a;
  }
};

struct logical_not {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "!";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {
    return !a;
  }
};

/// Functions found by argument-dependent look-up: the pack's own, or the C library's for a number.
#define QX_UNARY_FUNCTION(NAME, FLOPS, CALLS)                                                      \
  struct NAME##_op {                                                                               \
    static constexpr op_cost cost{FLOPS, CALLS};                                                   \
    static constexpr std::string_view name = #NAME;                                                \
    template <class A>                                                                             \
    [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {                                 \
      using std::NAME;                                                                             \
      return NAME(a);                                                                              \
    }                                                                                              \
  };
QX_UNARY_FUNCTION(exp, 8, 1)
QX_UNARY_FUNCTION(log, 8, 1)
QX_UNARY_FUNCTION(sqrt, 1, 0)
QX_UNARY_FUNCTION(abs, 1, 0)
QX_UNARY_FUNCTION(sin, 8, 1)
QX_UNARY_FUNCTION(cos, 8, 1)
QX_UNARY_FUNCTION(tanh, 10, 1)
QX_UNARY_FUNCTION(erf, 16, 1)
#undef QX_UNARY_FUNCTION

struct maximum {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "max";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a, A b) const {
    using std::max;
    return max(a, b);
  }
};
struct minimum {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "min";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a, A b) const {
    using std::min;
    return min(a, b);
  }
};

/// `where(m, a, b)`: a where m is true, b elsewhere.
struct where {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "where";
  template <class M, class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(M m, A a, A b) const {
    if constexpr (std::is_same_v<M, bool>)
      return m ? a : b;
    else
      return select(mask_for<typename A::value_type>(m), a, b);
  }
};

/// 1 / (1 + e^-x), the logistic function.
struct sigmoid {
  static constexpr op_cost cost{11, 1};
  static constexpr std::string_view name = "sigmoid";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A x) const {
    using std::exp;
    return A(1.0f) / (A(1.0f) + exp(-x));
  }
};

/// x / (1 + e^-x): Swish-1 of Ramachandran et al. 2017, SiLU of Elfwing et al. 2017.
struct silu {
  static constexpr op_cost cost{11, 1};
  static constexpr std::string_view name = "silu";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A x) const {
    using std::exp;
    return x / (A(1.0f) + exp(-x));
  }
};

/// x · Φ(x) by its tanh approximation (Hendrycks and Gimpel 2016), which GPT-2 uses:
/// 0.5 x (1 + tanh u) = x / (1 + e^-2u), u = sqrt(2/π) (x + 0.044715 x³).
struct gelu {
  static constexpr op_cost cost{16, 1};
  static constexpr std::string_view name = "gelu";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A x) const {
    using std::exp;
    const A u = A(1.5957691216f) * (x + A(0.044715f) * x * x * x);
    return x / (A(1.0f) + exp(-u));
  }
};

/// Conversion to another element type.
template <class To>
struct cast {
  static constexpr op_cost cost{1, 0};
  static constexpr std::string_view name = "cast";
  template <class A>
  [[nodiscard]] QX_INLINE constexpr auto operator()(A a) const {
    if constexpr (std::is_arithmetic_v<A> || std::is_same_v<A, f16> || std::is_same_v<A, bf16>)
      return number_as<To>(a);
    else if constexpr (Complex<A>)
      return number_as<std::conditional_t<Complex<To>, To, A>>(a);
    else
      return convert<To>(a);
  }
};

/// The nearest element that storage type To holds, in the type that To is computed in.
template <class To>
struct rounded {
  static constexpr op_cost cost{2, 0};
  static constexpr std::string_view name = "cast";
  template <class A>
    requires std::is_arithmetic_v<A>
  [[nodiscard]] QX_INLINE constexpr computed_t<To> operator()(A a) const {
    if constexpr (!std::is_integral_v<To>) {
      return static_cast<float>(To::from(static_cast<float>(a)));
    } else if constexpr (std::is_integral_v<A>) {
      return static_cast<computed_t<To>>(clamped(a));
    } else {
      if (a != a) return 0;
      const A in_range = clamped(a);
      const auto below = static_cast<std::int32_t>(in_range) - (in_range < A(0) ? 1 : 0);
      const A rest = in_range - static_cast<A>(below);
      const bool up = rest > A(0.5) || (rest == A(0.5) && below % 2 != 0);
      return below + (up ? 1 : 0);
    }
  }

 private:
  template <class A>
  [[nodiscard]] QX_INLINE static constexpr A clamped(A a) {
    constexpr A low = static_cast<A>(std::numeric_limits<To>::lowest());
    constexpr A high = static_cast<A>(std::numeric_limits<To>::max());
    return a < low ? low : a > high ? high : a;
  }
};

}  // namespace op

}  // namespace qx::inline QX_ARCH
