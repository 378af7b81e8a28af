// SPDX-License-Identifier: MIT
/// \file
/// One sweep of a row that lies along the lanes: accumulators, tails, and how lanes are joined; and
/// two of them, where a rule of rows wants the first one's result before the second.
#pragma once

#include <qx/fuse/factor.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

template <class Monoid, class V, class M>
QX_INLINE void step_masked(typename Monoid::template state<V>& s, V x, V index, M valid) {
  if constexpr (requires { Monoid::masked_step(s, x, index, valid); })
    Monoid::masked_step(s, x, index, valid);
  else
    Monoid::step(s, select(valid, x, Monoid::template neutral<V>()), index);
}

/// Joins the sixteen lanes of a state, in a fixed order.
template <class Monoid, class V>
[[nodiscard]] QX_INLINE auto collapse(const typename Monoid::template state<V>& s) {
  using T = typename V::value_type;
  using one = typename Monoid::template state<T>;
  if constexpr (requires { Monoid::collapse(s); }) {
    return Monoid::collapse(s);
  } else {
    constexpr std::size_t fields = sizeof(one) / sizeof(T);
    static_assert(sizeof(s) == fields * sizeof(V),
                  "qx: a monoid's state is nothing but a few values");
    using state_v = typename Monoid::template state<V>;
    using packs = std::array<V, fields>;
    const packs joined =
        simd::fold(__builtin_bit_cast(packs, s), [](packs x, packs y) QX_INLINE_LAMBDA {
          return __builtin_bit_cast(
              packs, Monoid::merge(__builtin_bit_cast(state_v, x), __builtin_bit_cast(state_v, y)));
        });
    std::array<T, fields> first;
    for (std::size_t f = 0; f < fields; ++f)
      first[f] = simd::first_lane(joined[f]);
    return __builtin_bit_cast(one, first);
  }
}

/// Four accumulators hide the latency of additions; their number and the lanes are the same on
/// every arch, so the result is, too.
template <class Monoid, class Child>
[[nodiscard]] QX_INLINE auto sweep_lanes(const Child child, std::size_t n) {
  using V = decltype(child.load(0, all_lanes{}));
  constexpr std::size_t ways = 4;
  std::array<typename Monoid::template state<V>, ways> acc;
  acc.fill(Monoid::template start<V>());
  const V iota = V::iota();
  const auto index = [&](std::size_t j) QX_INLINE_LAMBDA {
    return iota + V(static_cast<monoid::element_t<V>>(j));
  };
  std::size_t j = 0;
  for (; j + ways * simd::lanes <= n; j += ways * simd::lanes)
#pragma GCC unroll 4
    for (std::size_t w = 0; w < ways; ++w) {
      const std::size_t at = j + w * simd::lanes;
      Monoid::step(acc[w], child.load(at, all_lanes{}), index(at));
    }
  for (; j + simd::lanes <= n; j += simd::lanes)  // into one: a place that varies would be memory
    Monoid::step(acc[0], child.load(j, all_lanes{}), index(j));
  if (j < n)
    step_masked<Monoid>(acc[ways - 1], V(child.load(j, first_lanes{n - j})), index(j),
                        V::mask_type::first(n - j));
  return collapse<Monoid, V>(
      Monoid::merge(Monoid::merge(acc[0], acc[1]), Monoid::merge(acc[2], acc[3])));
}
/// By value: a copy is made on the way that is hardly taken, and on the other one the operand's
/// address is known to nobody.
template <class Monoid, class Child>
[[nodiscard, gnu::noinline]] auto sweep_lanes_apart(const Child child, std::size_t n) {
  return sweep_lanes<Monoid>(child, n);
}

/// One sweep over `n` elements of a bound row.
template <class Monoid, class Child>
[[nodiscard]] QX_INLINE auto sweep(const Child& child, std::size_t n) {
  if constexpr (requires { child.dense(); })
    if (!child.dense()) [[unlikely]]
      return sweep_lanes_apart<Monoid>(child, n);
  return sweep_lanes<Monoid>(child, n);
}

/// The values as their factor orders them.
template <class Split, class Values>
[[nodiscard]] QX_INLINE auto ordered_by(const Values& values, [[maybe_unused]] double factor) {
  if constexpr (Split::found) {
    using T = typename decltype(values.load(0, all_lanes{}))::value_type;
    return turned<Values, T>{values, factor < 0 ? T(-1) : T(1)};
  } else {
    return values;
  }
}
/// What `value` of a rule with two statistics is given: the first of them, or where the
/// exponentials of a row begin.
template <class Rule, class Split, class Values>
[[nodiscard]] QX_INLINE auto first_of(const Values& values, double factor, std::size_t n) {
  using first = typename Rule::first;
  const auto found = first::finish(sweep<first>(ordered_by<Split>(values, factor), n), n);
  if constexpr (takes_factor<Rule>)
    return Rule::origin(found, factor);
  else
    return found;
}

/// What the second of two sweeps is taken of.
template <class Rule, class Child, class First>
struct second_values {
  Child child;
  First first;
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    return Rule::value(first, child.load(j, lanes));
  }
  [[nodiscard]] QX_INLINE bool dense() const { return is_dense(child); }
};

/// The state of a monoid after a row.
template <class Monoid, class Split, class Child>
[[nodiscard]] QX_INLINE auto sweep_row(const Child& child, double factor, std::size_t n) {
  if constexpr (Split::sweeps_twice) {
    using rule = typename Monoid::row_rule;
    const auto first = first_of<rule, Split>(child, factor, n);
    const second_values<rule, Child, std::remove_const_t<decltype(first)>> values{child, first};
    return rule::join(first, rule::second::finish(sweep<typename rule::second>(values, n), n));
  } else {
    return sweep<Monoid>(child, n);
  }
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
