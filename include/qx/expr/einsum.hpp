// SPDX-License-Identifier: MIT
/// \file
/// Sums of products over any number of tensors, by the names of their axes. The order in which
/// pairs are contracted is the cheapest one: a constant where all extents are static, found once
/// per evaluation otherwise.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/expr/contract.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace qx::inline QX_ARCH {

namespace impl {

/// The two operands that are contracted next; their result is put behind the others.
struct pair_of_operands {
  std::size_t first = 0;
  std::size_t second = 1;
  friend constexpr bool operator==(const pair_of_operands&, const pair_of_operands&) = default;
};
template <std::size_t N>
struct contraction_order {
  std::array<pair_of_operands, N> step{};
  double cost = 0;  ///< multiply-adds
};

/// An operand as a set of axes.
using axis_set = std::uint32_t;

/// Tries every order; at most six operands, which are 2,700 orders.
template <std::size_t N, std::size_t Axes>
[[nodiscard]] constexpr contraction_order<N> cheapest_order(std::array<axis_set, N> sets,
                                                            std::size_t count, axis_set kept,
                                                            const std::array<double, Axes>& size) {
  contraction_order<N> best;
  best.cost = count < 2 ? 0 : -1;
  for (std::size_t i = 0; i + 1 < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j) {
      std::array<axis_set, N> rest{};
      axis_set needed = kept;
      std::size_t n = 0;
      for (std::size_t k = 0; k < count; ++k)
        if (k != i && k != j) needed |= rest[n++] = sets[k];
      const axis_set joined = sets[i] | sets[j];
      rest[n] = joined & needed;
      double cost = 1;
      for (std::size_t a = 0; a < Axes; ++a)
        if ((joined >> a & 1u) != 0) cost *= size[a];
      const auto later = cheapest_order<N, Axes>(rest, n + 1, kept, size);
      if (best.cost >= 0 && cost + later.cost >= best.cost) continue;
      best.cost = cost + later.cost;
      best.step[0] = {i, j};
      for (std::size_t k = 0; k + 2 < count; ++k)
        best.step[k + 1] = later.step[k];
    }
  return best;
}

template <class All, class List>
consteval axis_set set_of() {
  axis_set set = 0;
  for (std::size_t i = 0; i < List::rank; ++i)
    set |= axis_set{1} << positions<All, List>[i];
  return set;
}

/// The axes of A that B has, too.
template <class A, class B>
using axes_shared = axes_without<A, axes_without<A, B>>;

template <class Out, class... E>
struct einsum_problem {
  using all = typename union_axes<typename E::axes_type...>::type;
  static_assert(extents_agree<typename E::axes_type...>);
  static_assert(includes_axes<all, Out>, "qx: einsum keeps an axis that no operand has");
  static_assert(sizeof...(E) <= 6 && all::rank <= 32, "qx: einsum takes at most six operands");
  static constexpr std::array<axis_set, sizeof...(E)> sets{set_of<all, typename E::axes_type>()...};
  static constexpr axis_set kept = set_of<all, Out>();
  static constexpr bool is_static = extents<all>::all_static;

  [[nodiscard]] static constexpr auto order(const std::array<double, all::rank>& size) {
    return cheapest_order<sizeof...(E), all::rank>(sets, sizeof...(E), kept, size);
  }
  /// Dynamic extents count as `assumed`.
  [[nodiscard]] static consteval auto static_order(double assumed) {
    std::array<double, all::rank> size{};
    for (std::size_t i = 0; i < all::rank; ++i)
      size[i] =
          all::static_extents[i] == dynamic ? assumed : static_cast<double>(all::static_extents[i]);
    return order(size);
  }
};

template <class Out, class E>
[[nodiscard]] QX_INLINE constexpr auto sum_to(E e) {
  return sum_over<axes_without<typename E::axes_type, Out>, E>::of(std::move(e));
}

template <auto Order, std::size_t Step>
struct next_pair {
  static constexpr std::size_t first = Order.step[Step].first;
  static constexpr std::size_t second = Order.step[Step].second;
};

template <auto Order, std::size_t Step, class Out, class Tuple>
[[nodiscard]] QX_INLINE constexpr auto contract_by(Tuple operands) {
  constexpr std::size_t n = std::tuple_size_v<Tuple>;
  if constexpr (n == 1) {
    return sum_to<Out>(get<0>(std::move(operands)));
  } else {
    using pair = next_pair<Order, Step>;
    auto& a = get<pair::first>(operands);
    auto& b = get<pair::second>(operands);
    return [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
      [[maybe_unused]] constexpr auto place = [](std::size_t left) {
        for (std::size_t before = 0; before <= left; ++before)
          if (before == pair::first || before == pair::second) ++left;
        return left;
      };
      using needed =
          typename union_axes<Out,
                              typename std::tuple_element_t<place(I), Tuple>::axes_type...>::type;
      using A = std::remove_cvref_t<decltype(a)>;
      using B = std::remove_cvref_t<decltype(b)>;
      using here_a =
          axes_without<axes_without<typename A::axes_type, typename B::axes_type>, needed>;
      using here_b =
          axes_without<axes_without<typename B::axes_type, typename A::axes_type>, needed>;
      auto left = sum_over<here_a, A>::of(std::move(a));
      auto right = sum_over<here_b, B>::of(std::move(b));
      using over = axes_without<axes_shared<typename A::axes_type, typename B::axes_type>, needed>;
      auto joined = contract_nodes<over>(std::move(left), std::move(right));
      return contract_by<Order, Step + 1, Out>(
          bundle{get<place(I)>(std::move(operands))..., std::move(joined)});
    }(std::make_index_sequence<n - 2>{});
  }
}

}  // namespace impl

/// Three operands with dynamic extents: which pair comes first is decided when the sizes are known.
template <class Out, class A, class B, class C>
struct einsum_node : node_tag {
  using problem = impl::einsum_problem<Out, A, B, C>;
  using axes_type = Out;
  using value_type = typename A::value_type;
  static constexpr std::string_view name = "einsum";
  static constexpr int stages = 2;
  bundle<A, B, C> children;
  [[nodiscard]] QX_INLINE constexpr auto all_sizes() const {
    return children.apply([](const auto&... c)
                              QX_INLINE_LAMBDA { return impl::join_shapes(c.shape()...); });
  }
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return project_extents<Out>(all_sizes()); }

  /// Calls f with the expression of the cheapest order.
  template <class F>
  QX_INLINE void cheapest(F f) const {
    const auto sizes = all_sizes();
    std::array<double, problem::all::rank> size{};
    for (std::size_t i = 0; i < size.size(); ++i)
      size[i] = static_cast<double>(sizes[i]);
    const auto first = problem::order(size).step[0];
    if (first == impl::pair_of_operands{0, 1})
      f(by<0, 1>());
    else if (first == impl::pair_of_operands{0, 2})
      f(by<0, 2>());
    else
      f(by<1, 2>());
  }

 private:
  template <std::size_t First, std::size_t Second>
  [[nodiscard]] QX_INLINE constexpr auto by() const {
    constexpr impl::contraction_order<3> order{{{{First, Second}, {0, 1}}}, 0};
    return impl::contract_by<order, 0, Out>(children);
  }
};

/// `einsum(axes<i, l>{}, a, b, c)`: Σ a · b · c over all axes but those named. The cheapest order
/// is a constant for static extents. Of three operands with dynamic extents it is found when they
/// are evaluated; of four to six the dynamic extents are taken to be equal.
template <auto... Out, Operand... E>
  requires(sizeof...(E) > 0)
[[nodiscard]] QX_INLINE constexpr auto einsum(axes<Out...>, E&&... operands) {
  using problem = impl::einsum_problem<axes<Out...>, node_t<E>...>;
  if constexpr (sizeof...(E) == 3 && !problem::is_static) {
    return einsum_node<axes<Out...>, node_t<E>...>{{}, {as_node(std::forward<E>(operands))...}};
  } else {
    constexpr auto order = problem::static_order(256);
    return impl::contract_by<order, 0, axes<Out...>>(
        bundle<node_t<E>...>{as_node(std::forward<E>(operands))...});
  }
}

}  // namespace qx::inline QX_ARCH
