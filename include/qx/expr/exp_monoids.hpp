// SPDX-License-Identifier: MIT
/// \file
/// Reductions of exponentials that do not overflow: what softmax and log Σ e^x are made of.
#pragma once

#include <qx/expr/monoid.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

namespace qx::inline QX_ARCH {

/// What is exponentiated in a row, e^(factor · x - largest), as a power of two: whatever the whole
/// row is multiplied with, log2 e among it, is one multiplication for each element.
template <class T>
struct exponent {
  T origin;   ///< the x of the largest
  T rate;     ///< factor · log2 e
  T largest;  ///< of the row: factor · origin

  /// `extreme`: the largest of all x, or of all -x where the factor is negative. No element lies
  /// above the least finite number: nothing is subtracted from minus infinity.
  [[nodiscard]] QX_INLINE static exponent of(T extreme, double factor) {
    constexpr double log2_e = 1.44269504088896340736;
    const T top = op::maximum{}(std::numeric_limits<T>::lowest(), extreme);
    const T origin = factor < 0 ? -top : top;
    // A finite factor beyond T (x / 1e-39f) has a finite rate: of the largest e^0 is left.
    const bool finite = factor - factor == 0;
    return {origin, narrowed(factor * log2_e, finite ? std::numeric_limits<T>::max() : infinity),
            narrowed(factor * static_cast<double>(origin), infinity)};
  }
  template <class V>
  [[nodiscard]] QX_INLINE V operator()(V x) const {
    return falling_exp2((x - V(origin)) * V(rate));  // found beside the pack
  }

 private:
  static constexpr T infinity = std::numeric_limits<T>::infinity();
  /// What lies beyond the numbers of T becomes `beyond`, with its sign.
  [[nodiscard]] QX_INLINE static T narrowed(double v, T beyond) {
    constexpr double most = std::numeric_limits<T>::max();
    return v > most ? beyond : v < -most ? -beyond : static_cast<T>(v);
  }
};

/// How a row that lies together in memory is swept where e^x of it is added up: the largest first,
/// so that no step has to look whether it grows. `factor` is what the operand's row is multiplied
/// with as a whole, which need not be done before (`softmax(x / t)`).
struct exponentials {
  using first = monoid::max;
  using second = monoid::sum;
  static constexpr op_cost value_cost{9, 1};
  template <class T>
  [[nodiscard]] QX_INLINE static exponent<T> origin(T extreme, double factor) {
    return exponent<T>::of(extreme, factor);
  }
  template <class T, class V>
  [[nodiscard]] QX_INLINE static V value(const exponent<T>& e, V x) {
    return e(x);
  }
  /// What values from one origin are multiplied with to be values from a larger one.
  template <class V, class T>
  [[nodiscard]] QX_INLINE static V moved(const exponent<T>& from, const exponent<T>& to) {
    return from.origin == to.origin ? V(T(1)) : to(V(from.origin));
  }
};

namespace monoid {

/// Largest value m and Σ e^(x-m), together in one sweep (Milakov and Gimelshein 2018).
struct online_softmax {
  static constexpr std::string_view name = "online_softmax";
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr V neutral() {
    return lowest<V>();
  }
  static constexpr op_cost cost{12, 1};
  template <class V>
  struct state {
    V largest;
    V sum;
  };
  template <class T>
  using result = state<T>;
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> start() {
    return {V(std::numeric_limits<element_t<V>>::lowest()), V(0)};
  }
  template <class V, class I>
  QX_INLINE static constexpr void step(state<V>& s, V x, I) {
    using std::exp;
    const auto grows = x > s.largest;
    if (any(grows)) {  // rare after the first few elements of a row
      const V next = op::where{}(grows, x, s.largest);
      s.sum = s.sum * exp(s.largest - next);
      s.largest = next;
    }
    s.sum = s.sum + exp(x - s.largest);
  }
  template <class V>
  [[nodiscard]] QX_INLINE static constexpr state<V> merge(state<V> a, state<V> b) {
    using std::exp;
    const V largest = op::maximum{}(a.largest, b.largest);
    return {largest, a.sum * exp(a.largest - largest) + b.sum * exp(b.largest - largest)};
  }
  /// The lanes of a pack as one state: one exponential for all sixteen.
  template <class V>
  [[nodiscard]] QX_INLINE static auto collapse(state<V> s) {
    using std::exp;
    const auto largest = hmax(s.largest);
    return state<typename V::value_type>{largest, sum_lanes(s.sum * exp(s.largest - V(largest)))};
  }
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr state<T> finish(state<T> s, std::size_t) {
    return s;
  }
  /// One truth value for one number, as `any` of a mask is for a pack.
  [[nodiscard]] QX_INLINE static constexpr bool any(bool b) { return b; }
  template <class M>
    requires(!std::is_same_v<M, bool>)
  [[nodiscard]] QX_INLINE static bool any(M m) {
    return m.any();
  }
};

/// log Σ e^x, without overflow.
struct logsumexp : online_softmax {
  static constexpr std::string_view name = "logsumexp";
  template <class T>
  using result = T;
  template <class T>
  [[nodiscard]] QX_INLINE static constexpr T finish(state<T> s, std::size_t) {
    using std::log;
    return s.largest + log(s.sum);
  }

  /// Along a row that is cheap to read twice.
  struct row_rule : exponentials {
    template <class T>
    [[nodiscard]] QX_INLINE static state<T> join(const exponent<T>& e, T sum) {
      return {e.largest, sum};
    }
  };
};

}  // namespace monoid

}  // namespace qx::inline QX_ARCH
