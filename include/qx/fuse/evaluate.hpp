// SPDX-License-Identifier: MIT
/// \file
/// `eval(ctx, a <<= …, b <<= …)`: checks shapes once, sizes the temporaries, shares prologues, and
/// runs all assignments as one stage.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/core/copy.hpp>
#include <qx/fuse/blocks.hpp>
#include <qx/fuse/joint.hpp>
#include <qx/fuse/lower.hpp>
#include <qx/fuse/together.hpp>

#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

template <class... Targets, class... Exprs>
void eval(context& ctx, const assignment<Targets, Exprs>&... assignments);

namespace impl {
/// Evaluates into memory of its own and copies.
template <class Target, class Expr>
void eval_through_temporary(context& ctx, const assignment<Target, Expr>& a) {
  const auto shape = target_shape(a.target);
  using list = typename std::remove_cvref_t<decltype(shape)>::axes_type;
  using element = typename target_element<Target>::type;
  basic_tensor<element, list> temporary(shape);
  eval(ctx, assignment<basic_view<element, list>, Expr>{temporary.view(), a.expression});
  if constexpr (std::is_same_v<Target, basic_view<element, list>>)
    copy_elements(std::as_const(temporary).data(), a.target);
  else
    eval(ctx, a.target <<= std::as_const(temporary));
}
template <class Assignment>
void eval_apart(context& ctx, const Assignment& a) {
  // Twice the kernels for a case that hardly exists is too dear.
  if constexpr (matmuls_in<typename Assignment::expression_type> != 0 &&
                !is_view<typename Assignment::target_type>)
    throw_shape_error(
        "a matmul's epilogue reads what it scatters or stores in 16 bits: evaluate it by itself");
  else
    eval_through_temporary(ctx, a);
}
}  // namespace impl

namespace impl {
/// What there is to say of storing an expression at a destination.
template <class Target, class Expr>
using assignment_complaint = typename detail::first_complaint<
    destination_complaint<typename Expr::axes_type,
                          typename std::remove_cvref_t<decltype(target_shape(
                              std::declval<const Target&>()))>::axes_type>,
    std::conditional_t<target_stores<Target, Expr>, complaint::none,
                       complaint::would_narrow<typename target_element<Target>::type,
                                               typename Expr::value_type>>>::type;

/// A page: temporaries that are larger are worth the arena of a context.
inline constexpr std::size_t stack_bytes = 4096;

/// Runs a stage of rows on the calling thread with scratch memory on its stack. False where that
/// holds too little, or where other threads would be worth waking.
template <class Stage>
[[nodiscard]] QX_INLINE bool run_here(const kernel::table& kernels, bool alone,
                                      const Stage& stage) {
  if (!alone && stage.price() >= parallel_price) return false;
  if (stage.scratch(kernels) > stack_bytes) return false;
  alignas(64) std::byte memory[stack_bytes];
  stage.run(kernels, memory, 0, stage.units());
  return true;
}
/// One assignment of rows.
template <class Assignment>
QX_INLINE void eval_rows(context& ctx, const Assignment& a) {
  const auto stage = make_stage(a);
  if (run_here(ctx.kernels(), ctx.pool() == nullptr, stage))
    ++ctx.counters().stages;
  else
    run_stages(ctx, false, stage);
}
/// The same where nothing of a context is needed and every extent is a constant: it unrolls into
/// the caller.
template <class Target, class Expr>
[[nodiscard]] QX_INLINE bool eval_unrolled(const assignment<Target, Expr>& a) {
  if constexpr (is_small_product<Target, Expr>)
    if (small_product<Expr>::lies(a.expression) && a.target.contiguous()) {
      small_product<Expr>::of_memory(a.expression, a.target.data());
      return true;
    }
  const row_stage<Target, Expr> stage(a.target, a.expression);
  if (stage.scratch(binder(nullptr)) > stack_bytes) return false;
  alignas(64) std::byte memory[stack_bytes];
  stage.run(binder(nullptr, memory), 0, stage.units());
  return true;
}

template <class Target, class Expr>
[[nodiscard]] QX_INLINE auto retargeted(const Target& target, Expr e) {
  return assignment<Target, Expr>{target, std::move(e)};
}
/// The assignment with those parts of its expression kept that are worth it; `Group` are all
/// expressions of the evaluation.
template <class Group, class Target, class Expr>
[[nodiscard]] QX_INLINE decltype(auto) kept_parts(const assignment<Target, Expr>& a) {
  using around = stage_axes<Target>;
  if constexpr (keeps_parts<Expr, around, Group>)
    return retargeted(a.target, keep<around, Group>(a.expression));
  else
    return (a);
}

/// Runs assignments that need no earlier stage as one.
template <class... Targets, class... Exprs>
void eval_stage(context& ctx, const assignment<Targets, Exprs>&... assignments) {
  using group = bundle<Exprs...>;
  if constexpr ((keeps_parts<Exprs, stage_axes<Targets>, group> || ...)) {
    eval_stage(ctx, kept_parts<group>(assignments)...);
    return;
  }
  if constexpr (sizeof...(assignments) > 1) {
    if (depend(assignments...)) {
      ((void)make_stage(assignments), ...);
      (eval(ctx, assignments), ...);  // row numbers may be what an earlier one writes
      return;
    }
  }
  (check_target(assignments.target), ...);
  (check_once(assignments.expression), ...);
  if ((needs_temporary(assignments) || ...)) {
    if constexpr (sizeof...(assignments) > 1) {
      ((void)make_stage(assignments), ...);
      ((needs_temporary(assignments) ? eval_apart(ctx, assignments) : eval(ctx, assignments)), ...);
    } else {
      (eval_apart(ctx, assignments), ...);
    }
    return;
  }
  if constexpr (sizeof...(assignments) == 1 && (runs_in_rows<Exprs> && ...))
    return (eval_rows(ctx, assignments), ...);
  if constexpr (share_rows<bundle<Targets...>, group>)
    if (rows_together<assignment<Targets, Exprs>...>::fit(assignments...)) {
      rows_together<assignment<Targets, Exprs>...> all(assignments...);
      return run_stages(ctx, false, all);
    }
  const bool prologue_hit = (prologue_reads_target(assignments) || ...);
  if constexpr (share_tiles<assignment<Targets, Exprs>...>()) {
    using tiles_together = tile_stage<assignment<Targets, Exprs>...>;
    if (tiles_together::fit(assignments...)) {
      const tiles_together all(assignments...);
      if (all.repeats()) return run_stages(ctx, prologue_hit, all);
    }
  }
  run_stages(ctx, prologue_hit, make_stage(assignments)...);
}

template <class Assignment>
QX_INLINE void check_shape(const Assignment& a) {
  const auto shape = target_shape(a.target);
  using list = typename std::remove_cvref_t<decltype(shape)>::axes_type;
  using expr = typename Assignment::expression_type;
  (void)join_extents<list>(shape, extents<typename expr::axes_type>(a.expression.shape()));
}
/// Runs what the assignments need stored, then the assignments.
template <class... Targets, class... Exprs>
void eval_in_stages(context& ctx, const assignment<Targets, Exprs>&... assignments) {
  if constexpr (sizeof...(assignments) > 1)
    if (depend(assignments...)) return (eval(ctx, assignments), ...);
  (check_shape(assignments), ...);
  arena_need need;
  (need.then(need_of(assignments.expression)), ...);
  lowering lower(ctx, ctx.stored(need.most));
  // In braces, from left to right: the arena is sized for that order.
  const bundle<decltype(retargeted(assignments.target, lower.node(assignments.expression)))...>
      last{retargeted(assignments.target, lower.node(assignments.expression))...};
  last.apply([&](const auto&... a) { eval_stage(ctx, a...); });
}
}  // namespace impl

namespace impl {
/// Blocks are encoded from floats that are stored first: their scales depend on whole blocks.
template <class Target, class Expr>
void eval_or_encode(context& ctx, const assignment<Target, Expr>& a) {
  if constexpr (stores_blocks<Target>) {
    using list = typename std::remove_cvref_t<decltype(*a.target.blocks)>::axes_type;
    basic_tensor<float, list> floats(a.target.blocks->shape());
    eval(ctx, assignment<basic_view<float, list>, Expr>{floats.view(), a.expression});
    encode_rows(ctx, floats.data(), encoding_of(*a.target.blocks));
  } else {
    eval(ctx, a);
  }
}
}  // namespace impl

/// Runs the assignments as one stage, after stages for what their expressions need stored. Of
/// assignments that need memory of their own or that run one after the other, all shapes are
/// checked before the first one runs. When one of them reads what another writes they run one after
/// the other, in the order written; when one reads its own target in another order than it writes
/// it, through a temporary. Shapes that disagree throw `shape_error` before anything runs.
template <class... Targets, class... Exprs>
void eval(context& ctx, const assignment<Targets, Exprs>&... assignments) {
  static_assert((impl::assignment_complaint<Targets, Exprs>::absent && ...));
  if constexpr ((impl::stores_blocks<Targets> || ...))
    (impl::eval_or_encode(ctx, assignments), ...);
  else if constexpr ((impl::needs_lowering<Exprs>() || ...))
    impl::eval_in_stages(ctx, assignments...);
  else
    impl::eval_stage(ctx, assignments...);
}

namespace impl {
/// Whether an assignment has static extents and needs nothing of a context.
template <class Target, class Expr>
consteval bool needs_no_context() {
  if constexpr (!is_view<Target> || needs_lowering<Expr>())
    return false;
  else
    return static_count<typename Target::axes_type> != dynamic &&
           plan_of<Expr>.kind == work_kind::rows;
}
}  // namespace impl

/// The same on the calling thread alone.
template <class... Targets, class... Exprs>
QX_INLINE void eval(const assignment<Targets, Exprs>&... assignments) {
  static_assert((impl::assignment_complaint<Targets, Exprs>::absent && ...));
  if constexpr (sizeof...(assignments) == 1 && (impl::needs_no_context<Targets, Exprs>() && ...)) {
    (check_once(assignments.expression), ...);
    if ((!impl::needs_temporary(assignments) && ...))
      if ((impl::eval_unrolled(impl::kept_parts<bundle<Exprs...>>(assignments)) && ...)) return;
  }
  eval(default_context(), assignments...);
}

/// `tensor<float, token, vocab> p = softmax(x, over(vocab));` evaluates; found by the tensor's
/// constructor.
template <class T, class Axes, Node E>
void evaluate_into(basic_tensor<T, Axes>& target, const E& e) {
  static_assert(impl::assignment_complaint<basic_view<T, Axes>, E>::absent);
  const assignment<basic_view<T, Axes>, E> a{target.view(), e};
  eval(default_context(), a);
}
template <class T, class Axes, Operand E>
  requires(!Node<E>)
void evaluate_into(basic_tensor<T, Axes>& target, const E& tensor_or_view) {
  evaluate_into(target, as_node(tensor_or_view));
}

}  // namespace qx::inline QX_ARCH
