// SPDX-License-Identifier: MIT
/// \file
/// The monoids of reductions: what is kept for a row, how an element and another part join it.
#pragma once

#include <qx/expr/map.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace qx::inline QX_ARCH {

/// The monoids. `index` is the position along the axis of lane 0, a number or a pack.
namespace monoid {

template <class V>
struct one_value {
  V value;
};

/// The element type of a pack of lanes, or the number's own; of complex numbers that of their parts.
template <class V>
struct element {
  using type = V;
};
template <class V>
  requires requires { typename V::value_type; }
struct element<V> : element<typename V::value_type> {};
template <class V>
using element_t = typename element<V>::type;

/// What no element is below, and what none is above.
template <class V>
[[nodiscard]] QX_INLINE constexpr V lowest() {
  using limits = std::numeric_limits<element_t<V>>;
  return V(limits::has_infinity ? -limits::infinity() : limits::lowest());
}
template <class V>
[[nodiscard]] QX_INLINE constexpr V highest() {
  using limits = std::numeric_limits<element_t<V>>;
  return V(limits::has_infinity ? limits::infinity() : limits::max());
}

struct sum {
  static constexpr std::string_view name = "sum";
  static constexpr op_cost cost{1, 0};
  template <class T>
  using result = T;
  template <class V>
  using state = one_value<V>;
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {V(0)};
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    return V(0);
  }
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    s.value = s.value + x;
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    return {a.value + b.value};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t) {
    return s.value;
  }
};

struct mean : sum {
  static constexpr std::string_view name = "mean";
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t count) {
    return s.value / T(static_cast<element_t<T>>(count));
  }
};

/// Sum of squares, for norms.
struct sum_of_squares : sum {
  static constexpr std::string_view name = "sum_of_squares";
  static constexpr op_cost cost{2, 0};
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    s.value = s.value + x * x;
  }
};

/// The one of all elements that `Pick` prefers to every other.
template <class Pick>
struct extreme {
  static constexpr bool asks_order = true;
  static constexpr std::string_view name = Pick::name;
  static constexpr op_cost cost{1, 0};
  template <class T>
  using result = T;
  template <class V>
  using state = one_value<V>;
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {neutral<V>()};
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    if constexpr (std::is_same_v<Pick, op::maximum>)
      return lowest<V>();
    else
      return highest<V>();
  }
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    s.value = Pick{}(x, s.value);
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    return {Pick{}(b.value, a.value)};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t) {
    return s.value;
  }
};
using max = extreme<op::maximum>;
using min = extreme<op::minimum>;

/// The position of the largest element; of equal ones the first. NaN is never the largest.
struct argmax {
  static constexpr bool asks_order = true;
  static constexpr std::string_view name = "argmax";
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    return lowest<V>();
  }
  static constexpr op_cost cost{2, 0};
  template <class T>
  using result = std::int32_t;
  template <class V>
  struct state {
    V value;
    V index;  ///< exact in float up to 2^24 elements, which is checked where the axis is bound
  };
  template <class T>
  static constexpr std::size_t most_elements =
      std::size_t{1} << (std::is_same_v<T, float> ? 24 : 31);
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {lowest<V>(), V(0)};
  }
  template <class V>
  QX_INLINE static constexpr void step(state<V>& s, V x, V index) {
    const auto better = x > s.value;
    s.index = op::where{}(better, index, s.index);
    s.value = op::where{}(better, x, s.value);
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    const auto better = b.value > a.value || (b.value == a.value && b.index < a.index);
    return {op::where{}(better, b.value, a.value), op::where{}(better, b.index, a.index)};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr auto finish(state<T> s, std::size_t) {
    return op::cast<std::int32_t>{}(s.index);
  }
};

/// Mean and variance by sums of x and x² around the first element of each lane.
struct moments {
  static constexpr std::string_view name = "moments";
  static constexpr op_cost cost{4, 0};
  template <class V>
  struct state {
    V count;
    V mean;
    V squares;  ///< Σ (x - mean)²
  };
  template <class T>
  using result = state<T>;
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {V(0), V(0), V(0)};
  }
  /// Welford 1962.
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    s.count = s.count + V(1);
    const V delta = x - s.mean;
    s.mean = s.mean + delta / s.count;
    s.squares = s.squares + delta * (x - s.mean);
  }
  /// Only the lanes where `valid` is true take part.
  template <class V, class M, class I>
  QX_INLINE static constexpr void masked_step(state<V>& s, V x, I index, M valid) {
    state<V> next = s;
    step(next, x, index);
    s.count = op::where{}(valid, next.count, s.count);
    s.mean = op::where{}(valid, next.mean, s.mean);
    s.squares = op::where{}(valid, next.squares, s.squares);
  }
  /// Chan, Golub and LeVeque 1979.
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    const V count = a.count + b.count;
    const V safe = op::maximum{}(count, V(1));
    const V delta = b.mean - a.mean;
    return {count, a.mean + delta * b.count / safe,
            a.squares + b.squares + delta * delta * a.count * b.count / safe};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr state<T> finish(state<T> s, std::size_t) {
    return s;
  }
};

}  // namespace monoid

}  // namespace qx::inline QX_ARCH
