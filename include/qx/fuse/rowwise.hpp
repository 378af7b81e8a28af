// SPDX-License-Identifier: MIT
/// \file
/// Softmax and norms: statistics of a row, then each element again. Values that are dear are kept
/// from the sweep that needs them first, in the destination's own row where nothing else is read.
#pragma once

#include <qx/fuse/price.hpp>
#include <qx/fuse/row_blocks.hpp>
#include <qx/fuse/sweep.hpp>
#include <qx/fuse/target.hpp>

#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

template <class Rule>
struct finish_rule {
  [[no_unique_address]] Rule rule;
  template <class S>
  [[nodiscard]] QX_INLINE auto operator()(const S& s, std::size_t count) const {
    return rule.prepare(Rule::monoid::finish(s, count), count);
  }
};

/// What a rule makes of the statistics of a row.
template <class Rule, class T>
struct row_scale {
  using type = decltype(std::declval<const Rule&>().prepare(
      Rule::monoid::finish(Rule::monoid::template start<T>(), std::size_t{}), std::size_t{}));
};
template <class Rule, class T>
  requires has_row_rule<Rule>
struct row_scale<Rule, T> {
  using type = decltype(std::declval<const row_rule_of<Rule>&>().prepare(T{}, std::size_t{}));
};

/// What a rule with two statistics keeps of the first one.
template <class Rule, class T>
struct first_kept {
  using type = T;
};
template <class Rule, class T>
  requires takes_factor<Rule>
struct first_kept<Rule, T> {
  using type = decltype(Rule::origin(T{}, 1.0));
};

/// What a row that is swept as a whole keeps of its blocks.
struct nothing {};

/// A row-wise function along the inner axis, where a row is swept as often as the rule says.
template <class Rule, auto Axis, class Child, class Space>
class inner_rowwise {
 public:
  using T = typename Child::value_type;
  using split = split_operand<row_rule_of<Rule>, Axis, Child>;
  using operand = typename split::operand;
  static constexpr bool two_statistics = has_row_rule<Rule>;
  static constexpr bool keeps = keeps_values<Rule, operand>;
  /// Long rows are swept a block at a time.
  static constexpr bool in_blocks = keeps && moves_origin<row_rule_of<Rule>, T>;
  /// Rows of a destination can hold what is kept where each of them is computed anew.
  static constexpr bool may_borrow =
      keeps && includes_axes<typename Child::axes_type, typename Space::outer_axes>;

  QX_INLINE inner_rowwise(const rowwise_node<Rule, Axis, Child>& n, const Space& s, binder& b)
      : inner_rowwise(n, s, b, n.child.shape()[Child::axes_type::find(decltype(Axis)::name)]) {}

  /// `borrowed`: the row of the destination, for values of this very type, or nullptr.
  QX_INLINE void begin(const row_index<Space::outer_rank>& r, T* borrowed = nullptr) {
    if (!watch_.moves(r)) return;
    child_.begin(r);
    factor_.begin(r);
    if constexpr (keeps) row_ = may_borrow && borrowed != nullptr ? borrowed : own_row_;
    if constexpr (in_blocks) {
      begin_blocks();
    } else if constexpr (two_statistics) {
      using second = typename row_rule_of<Rule>::second;
      first_ = first_of<row_rule_of<Rule>, split>(values<false, keeps_operand<Rule, operand>>(),
                                                  factor_.value(), count_);
      scale_ = rule_.prepare(second::finish(sweep<second>(values<true, keeps>(), count_), count_),
                             count_);
    } else {
      using monoid = typename Rule::monoid;
      scale_ = rule_.prepare(monoid::finish(sweep<monoid>(values<true, keeps>(), count_), count_),
                             count_);
    }
  }
  [[nodiscard]] QX_INLINE bool dense() const { return keeps || is_dense(child_); }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    if constexpr (in_blocks)
      return rule_.apply(blocks_.scale_at(j), load_lanes(row_ + j, lanes));
    else if constexpr (keeps)
      return rule_.apply(scale_, load_lanes(row_ + j, lanes));
    else
      return rule_.apply(scale_, values<true, false>().value(j, lanes));
  }

 private:
  using child_type = bound<operand, Space>;
  using scale_type = typename row_scale<Rule, T>::type;
  using first_type = typename first_kept<row_rule_of<Rule>, T>::type;

  /// What a statistic is taken of; `Keep` it as it is computed. By value, so that sweeps hold it in
  /// registers.
  template <bool Last, bool Keep>
  struct swept {
    child_type child;
    [[no_unique_address]] row_rule_of<Rule> rule;
    first_type first;
    T* row;
    template <class Lanes>
    [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
      const auto v = value(j, lanes);
      if constexpr (Keep) store_lanes(row + j, 1, v, lanes);
      return v;
    }
    template <class Lanes>
    [[nodiscard]] QX_INLINE auto value(std::size_t j, Lanes lanes) const {
      if constexpr (Last && keeps_operand<Rule, operand>)
        return rule.value(first, load_lanes(row + j, lanes));
      else if constexpr (Last && two_statistics)
        return rule.value(first, child.load(j, lanes));
      else
        return child.load(j, lanes);
    }
    [[nodiscard]] QX_INLINE bool dense() const {
      return (Last && keeps_operand<Rule, operand>) || is_dense(child);
    }
  };
  template <bool Last, bool Keep>
  [[nodiscard]] QX_INLINE swept<Last, Keep> values() const {
    return {child_, rule_, first_, row_};
  }

  QX_INLINE void begin_blocks() {
    using rule = row_rule_of<Rule>;
    const double factor = factor_.value();
    sweep_blocks<rule, T>(
        blocks_, count_, factor,
        ordered_by<split>(values<false, keeps_operand<Rule, operand>>(), factor),
        [&](const first_type& origin) QX_INLINE_LAMBDA {
          first_ = origin;
          return values<true, keeps>();
        },
        rule_);
  }

  QX_INLINE inner_rowwise(const rowwise_node<Rule, Axis, Child>& n, Space s, binder& b,
                          std::size_t count)
      : child_(split::operand_of(n.child), with_inner(s, count), b),
        factor_(n.child, with_inner(s, count), b), rule_(row_rule(n.rule)), count_(count) {
    if constexpr (keeps) own_row_ = b.template take_array<T>(count + simd::lanes);
    if constexpr (in_blocks) blocks_.take(b, count);
  }
  /// The operand's own extent, which nothing else has to agree with.
  [[nodiscard]] QX_INLINE static Space with_inner(Space s, std::size_t count) {
    s.inner = count;
    return s;
  }

  child_type child_;
  [[no_unique_address]] bound_factor<split, Space> factor_;
  [[no_unique_address]] row_rule_of<Rule> rule_;
  std::size_t count_;
  T* own_row_ = nullptr;
  T* row_ = nullptr;
  first_type first_{};
  scale_type scale_{};
  [[no_unique_address]] std::conditional_t<in_blocks, row_blocks<first_type, T>, nothing> blocks_;
  row_watch<typename Child::axes_type, Space> watch_;
};

/// A row-wise function along another axis: the statistic first, then the operand once more.
template <class Rule, auto Axis, class Child, class Space>
struct outer_rowwise {
  bound_statistic<typename Rule::monoid, Axis, Child, Space, finish_rule<Rule>> statistic;
  bound<Child, Space> child;
  [[no_unique_address]] Rule rule;

  QX_INLINE outer_rowwise(const rowwise_node<Rule, Axis, Child>& n, const Space& s, binder& b)
      : statistic(n.child, s, b, {n.rule}), child(n.child, s, b), rule(n.rule) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    statistic.begin(r);
    child.begin(r);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    return rule.apply(statistic.value(j), child.load(j, lanes));
  }
};

template <class Rule, auto Axis, class Child, class Space>
using rowwise_of =
    std::conditional_t<same_axis<Axis, Space::inner_axis>, inner_rowwise<Rule, Axis, Child, Space>,
                       outer_rowwise<Rule, Axis, Child, Space>>;

}  // namespace impl

template <class Rule, auto Axis, class Child, class Space>
struct bound<rowwise_node<Rule, Axis, Child>, Space> : impl::rowwise_of<Rule, Axis, Child, Space> {
  using impl::rowwise_of<Rule, Axis, Child, Space>::rowwise_of;
};

}  // namespace qx::inline QX_ARCH
