// SPDX-License-Identifier: MIT
/// \file
/// Several assignments in one pass over rows, so that parts which they have in common are computed
/// once and what they read is read once; and over the tiles of products that they have in common.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/plan.hpp>
#include <qx/fuse/rows.hpp>
#include <qx/fuse/tiles.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {

/// Whether keeping changes an expression.
template <class Expr, class Around, class Group>
inline constexpr bool keeps_parts =
    !std::is_same_v<typename with_kept<Expr, Around, Group>::type, Expr>;

template <class Target, class Expr>
struct stage_space {
  using type = void;
};
template <class T, class Axes, class Expr>
  requires runs_in_rows<Expr>
struct stage_space<basic_view<T, Axes>, Expr> {
  using type = typename row_space<Expr, Axes>::type;
};

/// Whether assignments walk the same space and at least two of them keep something.
template <class Targets, class Exprs>
inline constexpr bool share_rows = false;
template <class T, class... Targets, class E, class... Exprs>
  requires(sizeof...(Targets) > 0)
inline constexpr bool share_rows<bundle<T, Targets...>, bundle<E, Exprs...>> =
    !std::is_void_v<typename stage_space<T, E>::type> &&
    (std::is_same_v<typename stage_space<T, E>::type, typename stage_space<Targets, Exprs>::type> &&
     ...) &&
    ((kept_in<E>() > 0) + ... + (kept_in<Exprs>() > 0)) > 1;

template <class... Assignments>
class rows_together;
template <class... Targets, class... Exprs>
class rows_together<assignment<Targets, Exprs>...> {
 public:
  using space_type = typename stage_space<std::tuple_element_t<0, bundle<Targets...>>,
                                          std::tuple_element_t<0, bundle<Exprs...>>>::type;

  [[nodiscard]] QX_INLINE static bool fit(const assignment<Targets, Exprs>&... all) {
    const space_type spaces[] = {make_space<space_type>(target_shape(all.target))...};
    bool same = true;
    for (const space_type& s : spaces)
      same = same && s.outer == spaces[0].outer && s.inner == spaces[0].inner;
    return same;
  }
  QX_INLINE explicit rows_together(const assignment<Targets, Exprs>&... all)
      : targets_{all.target...}, exprs_{&all.expression...} {
    ((void)row_stage<Targets, Exprs>(all.target, all.expression), ...);  // checks the shapes
    space_ = make_space<space_type>(target_shape(get<0>(targets_)));
  }

  [[nodiscard]] QX_INLINE std::size_t units() const {
    return splits_inner() ? (space_.inner + grain - 1) / grain : space_.rows();
  }
  [[nodiscard]] QX_INLINE std::size_t price() const {
    std::size_t sum = 0;
    each([&](const auto& target, const auto* e) QX_INLINE_LAMBDA {
      sum += row_stage<std::remove_cvref_t<decltype(target)>, std::remove_cvref_t<decltype(*e)>>(
                 target, *e)
                 .price();
    });
    return sum;
  }
  [[nodiscard]] QX_INLINE std::size_t scratch(const kernel::table& kernels) const {
    binder count(&kernels);
    (void)bound_all(count);
    return count.used();
  }
  [[gnu::noinline]] void run(const kernel::table& kernels, std::byte* memory, std::size_t first,
                             std::size_t last) const {
    if (first >= last || space_.inner == 0) return;
    binder b(&kernels, memory);
    auto e = bound_all(b);
    auto t = targets_.apply([](const auto&... target) QX_INLINE_LAMBDA {
      return bundle{bound_target<std::remove_cvref_t<decltype(target)>, space_type>(target)...};
    });
    const bool pieces = splits_inner();
    auto r = space_.row(pieces ? 0 : first);
    const std::size_t rows = pieces ? 1 : last - first;
    for (std::size_t i = 0; i < rows; ++i, space_.advance(r)) {
      [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
        (get<I>(t).begin(r), ...);
        (get<I>(e).begin(r), ...);
      }(std::index_sequence_for<Exprs...>{});
      if (pieces)
        run_lanes(e, t, first * grain, std::min(last * grain, space_.inner));
      else
        run_lanes(e, t, 0, space_.inner);
    }
  }

 private:
  /// As in `row_stage`: a single row is split in pieces.
  static constexpr std::size_t grain = 4096;
  [[nodiscard]] QX_INLINE bool splits_inner() const {
    return ((reduced_axes<Exprs>::type::rank == 0) && ...) && space_.rows() == 1;
  }
  template <class F>
  QX_INLINE void each(F f) const {
    [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
      (f(get<I>(targets_), get<I>(exprs_)), ...);
    }(std::index_sequence_for<Exprs...>{});
  }
  [[nodiscard]] QX_INLINE auto bound_all(binder& b) const {
    return exprs_.apply([&](const auto*... e) QX_INLINE_LAMBDA {
      return bundle<bound<Exprs, space_type>...>{bound<Exprs, space_type>(*e, space_, b)...};
    });
  }
  /// As `run_row`: what is known before the loop need not be asked in it.
  template <class E, class T>
  QX_INLINE static void run_lanes(const E& e, const T& t, std::size_t first, std::size_t last) {
    const auto all_dense = [](const auto&... one)
                               QX_INLINE_LAMBDA { return (is_dense(one) && ...); };
    if (e.apply(all_dense) && t.apply(all_dense)) [[likely]]
      run_all(e, t, first, last);
    else
      run_all_apart(e, t, first, last);
  }
  template <class E, class T>
  [[gnu::noinline]] static void run_all_apart(const E& e, const T& t, std::size_t first,
                                              std::size_t last) {
    run_all(e, t, first, last);
  }
  /// All expressions for sixteen lanes, then for the next.
  template <class E, class T>
  QX_INLINE static void run_all(const E e, const T t, std::size_t first, std::size_t last) {
    [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
      std::size_t j = first;
      for (; j + simd::lanes <= last; j += simd::lanes)
        (get<I>(t).store(j, get<I>(e).load(j, all_lanes{}), all_lanes{}), ...);
      const first_lanes rest{last - j};
      if (j < last) (get<I>(t).store(j, get<I>(e).load(j, rest), rest), ...);
    }(std::index_sequence_for<Exprs...>{});
  }

  bundle<Targets...> targets_;
  bundle<const Exprs*...> exprs_;
  space_type space_;
};

/// Whether a product of one assignment may be another's, too: their tiles have the same axes, and a
/// type stands twice among their matmuls.
template <class First, class... Rest>
consteval bool share_tiles() {
  if constexpr (sizeof...(Rest) == 0 || !runs_in_tiles<typename First::expression_type> ||
                !(runs_in_tiles<typename Rest::expression_type> && ...))
    return false;
  else if constexpr (!(std::is_same_v<typename tile_stage<First>::space_type,
                                      typename tile_stage<Rest>::space_type> &&
                       ...))
    return false;
  else
    return !all_different(
        static_cast<const typename tile_stage<First, Rest...>::matmul_tuple*>(nullptr));
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
