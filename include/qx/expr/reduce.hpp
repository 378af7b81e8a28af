// SPDX-License-Identifier: MIT
/// \file
/// Nodes that look along a whole axis: reductions, whose axis is gone afterwards, and row-wise
/// functions (softmax, norms), which put a statistic of the row back on every element.
#pragma once

#include <qx/expr/exp_monoids.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

/// A monoid describes one reduction. `state<V>` is generic over V, a pack of lanes or one number:
///   `state<V> start<V>()`, `void step(state&, V x, index)`, `state merge(a, b)`,
///   `finish(state<T>, count)` gives the result; `neutral<V>()` is a value that changes nothing, or
///   `masked_step(state, V, index, mask)` leaves lanes out. A state is nothing but a few V.
/// A reduction ends a sweep over memory.
template <class Monoid, auto Axis, class Child>
struct reduce_node : node_tag {
  using axes_type = axes_without<typename Child::axes_type, axes<Axis>>;
  using value_type = typename Monoid::template result<typename Child::value_type>;
  static_assert(Child::axes_type::template has<Axis>,
                "qx: reduction over an axis that the operand does not have");
  static_assert(!std::is_same_v<typename Child::value_type, bool>,
                "qx: a reduction takes numbers: cast<…>() the comparison");
  static constexpr auto axis = Axis;
  [[no_unique_address]] Monoid monoid;
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    return project_extents<axes_type>(child.shape());
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return reduce_node<Monoid, Axis, C>{{}, monoid, std::move(c)};
  }
};

/// `Rule::apply(statistic, x)` on every element, where the statistic is `Rule::monoid`'s result
/// over the axis: one sweep for the statistic, one for the result.
template <class Rule, auto Axis, class Child>
struct rowwise_node : node_tag {
  using axes_type = typename Child::axes_type;
  using value_type = typename Child::value_type;
  static_assert(axes_type::template has<Axis>,
                "qx: softmax or norm over an axis that the operand does not have");
  static_assert(std::is_floating_point_v<value_type>,
                "qx: softmax and norms take float or double: cast<float>() the operand");
  static constexpr auto axis = Axis;
  [[no_unique_address]] Rule rule;
  Child child;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return child.shape(); }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return rowwise_node<Rule, Axis, C>{{}, rule, std::move(c)};
  }
};

/// The row-wise rules: which statistic, and what it does to an element. A rule that does better
/// with two statistics where a row lies together in memory says so with `in_rows()`: the second one
/// is taken of `value(first, x)`, and `apply(prepare(second), value)` is the result. A rule with
/// `origin(first, factor)`, whose result `value` is given then, takes over what the operand's row
/// is multiplied with as a whole.
namespace rule {

struct softmax {
  using monoid = monoid::online_softmax;
  static constexpr std::string_view name = "softmax";
  static constexpr op_cost cost{9, 1};
  template <class S>
  [[nodiscard]] QX_INLINE constexpr auto prepare(S s, std::size_t) const {
    s.sum = decltype(s.sum)(1.0f) / s.sum;
    return s;
  }
  template <class S, class V>
  [[nodiscard]] QX_INLINE constexpr auto apply(const S& s, V x) const {
    using std::exp;
    return exp(x - V(s.largest)) * V(s.sum);
  }

  /// The largest first: then e^x is known in the sweep that adds it up.
  struct row_rule : exponentials {
    static constexpr op_cost cost{1, 0};
    template <class T>
    [[nodiscard]] QX_INLINE constexpr T prepare(T sum, std::size_t) const {
      return T(1.0f) / sum;
    }
    template <class T, class V>
    [[nodiscard]] QX_INLINE constexpr V apply(T scale, V value) const {
      return value * V(scale);
    }
  };
  [[nodiscard]] QX_INLINE constexpr row_rule in_rows() const { return {}; }
};

/// x / sqrt(mean(x²) + epsilon) (Zhang and Sennrich 2019), without the weight.
struct rms_norm {
  using monoid = monoid::sum_of_squares;
  static constexpr std::string_view name = "rms_norm";
  static constexpr op_cost cost{1, 0};
  float epsilon;
  template <class T>
  [[nodiscard]] QX_INLINE constexpr auto prepare(T sum, std::size_t count) const {
    using std::sqrt;
    return T(1.0f) / sqrt(sum / T(static_cast<qx::monoid::element_t<T>>(count)) + T(epsilon));
  }
  template <class T, class V>
  [[nodiscard]] QX_INLINE constexpr auto apply(const T& scale, V x) const {
    return x * V(scale);
  }
  friend constexpr bool operator==(const rms_norm&, const rms_norm&) = default;
};

/// (x - mean) / sqrt(variance + epsilon) (Ba, Kiros and Hinton 2016), without weight and bias.
struct layer_norm {
  using monoid = monoid::moments;
  static constexpr std::string_view name = "layer_norm";
  static constexpr op_cost cost{2, 0};
  float epsilon;
  template <class S>
  [[nodiscard]] QX_INLINE constexpr auto prepare(S s, std::size_t count) const {
    using std::sqrt;
    using T = decltype(s.mean);
    s.squares =
        T(1.0f) / sqrt(s.squares / T(static_cast<qx::monoid::element_t<T>>(count)) + T(epsilon));
    return s;
  }
  template <class S, class V>
  [[nodiscard]] QX_INLINE constexpr auto apply(const S& s, V x) const {
    return (x - V(s.mean)) * V(s.squares);
  }

  /// The mean first, then squares around it: no division for each element.
  struct row_rule {
    using first = qx::monoid::mean;
    using second = qx::monoid::sum_of_squares;
    static constexpr op_cost value_cost{1, 0};
    static constexpr op_cost cost{1, 0};
    float epsilon;
    template <class T, class V>
    [[nodiscard]] QX_INLINE constexpr V value(T mean, V x) const {
      return x - V(mean);
    }
    template <class T>
    [[nodiscard]] QX_INLINE constexpr T prepare(T squares, std::size_t count) const {
      return rms_norm{epsilon}.prepare(squares, count);
    }
    template <class T, class V>
    [[nodiscard]] QX_INLINE constexpr V apply(T scale, V value) const {
      return value * V(scale);
    }
  };
  [[nodiscard]] QX_INLINE constexpr row_rule in_rows() const { return {epsilon}; }
  friend constexpr bool operator==(const layer_norm&, const layer_norm&) = default;
};

}  // namespace rule

}  // namespace qx::inline QX_ARCH
