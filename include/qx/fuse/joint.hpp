// SPDX-License-Identifier: MIT
/// \file
/// Several assignments as one stage: their prologues are shared, their units of work stand in one
/// row that the threads cut into equal parts.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/alias.hpp>
#include <qx/fuse/attend.hpp>
#include <qx/fuse/plan.hpp>
#include <qx/fuse/tiles.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {

template <class Assignment>
[[nodiscard]] QX_INLINE auto make_stage(const Assignment& a) {
  using expr = typename Assignment::expression_type;
  using target = typename Assignment::target_type;
  constexpr work_kind kind = plan_of<expr>.kind;
  if constexpr (kind == work_kind::tiles)
    return tile_stage<Assignment>(a);
  else if constexpr (kind == work_kind::attention)
    return attention_stage<target, expr>(a.target, a.expression);
  else
    return row_stage<target, expr>(a.target, a.expression);
}

template <class Stage>
[[nodiscard]] QX_INLINE constexpr auto stage_matmuls(const Stage& s) {
  if constexpr (requires { s.matmuls(); })
    return s.matmuls();
  else
    return bundle<>();
}

/// Two matmuls share their activations when the expression and the layout are the same.
template <class A, class B>
[[nodiscard]] QX_INLINE bool same_activations(const A& a, const B& b) {
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a.child)>,
                               std::remove_cvref_t<decltype(b.child)>> &&
                std::is_same_v<typename A::contracted_axes, typename B::contracted_axes>)
    return same(a.child, b.child);
  else
    return false;
}

template <class Stage>
[[nodiscard]] stage_job job_of(context& ctx, Stage& s) {
  stage_job job;
  job.stage = &s;
  if constexpr (requires { s.use(nullptr); }) {
    job.shared = s.share(ctx.kernels(), ctx.threads());
    if (job.shared != 0)
      job.use = [](void* stage, std::byte* memory) { static_cast<Stage*>(stage)->use(memory); };
  }
  job.units = s.units();
  job.scratch = s.scratch(ctx.kernels());
  if constexpr (requires { s.matmuls(); }) {
    job.multiply_adds = s.multiply_adds();
    job.matmuls = Stage::matmul_count;
    job.run = [](const void* stage, const kernel::table& kernels, std::byte* scratch,
                 const prologue_job* prologues, const std::byte* activations, std::size_t first,
                 std::size_t last) {
      static_cast<const Stage*>(stage)->run(kernels, scratch, prologues, activations, first, last);
    };
  } else {
    job.price = s.price();
    job.run = [](const void* stage, const kernel::table& kernels, std::byte* scratch,
                 const prologue_job*, const std::byte*, std::size_t first, std::size_t last) {
      static_cast<const Stage*>(stage)->run(kernels, scratch, first, last);
    };
  }
  return job;
}

/// The I-th matmul's activations; those of an earlier one where they are the same.
template <std::size_t I, class Matmuls, std::size_t Count>
void plan_prologue(const kernel::table& kernels, const Matmuls& matmuls,
                   std::array<prologue_job, Count>& jobs) {
  const auto& m = *get<I>(matmuls);
  const kernel::activation_ops& ops = activation_ops_of(kernels, m.weight);
  const bool known = [&]<std::size_t... J>(std::index_sequence<J...>) QX_INLINE_LAMBDA {
    return ((jobs[J].ops == &ops && same_activations(*get<J>(matmuls), m)
                 ? (jobs[I] = jobs[J], true)
                 : false) ||
            ...);
  }(std::make_index_sequence<I>{});
  if (known) return;
  jobs[I] = prologue_of(m).job(kernels, ops);
  jobs[I].owner = I;
}

/// All the stages of one `eval`, joined.
template <class... Stages>
void run_stages(context& ctx, bool common_rows, Stages... stages) {
  const auto matmuls = joined(stage_matmuls(std::as_const(stages))...);
  constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<decltype(matmuls)>>;
  std::array<prologue_job, count> prologues;
  if constexpr (count != 0)
    [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
      (plan_prologue<I>(ctx.kernels(), matmuls, prologues), ...);
    }(std::make_index_sequence<count>{});
  const stage_job jobs[] = {job_of(ctx, stages)...};
  run_jobs(ctx, jobs, sizeof...(Stages), prologues.data(), count, common_rows);
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
