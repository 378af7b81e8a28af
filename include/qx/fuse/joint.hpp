// SPDX-License-Identifier: MIT
/// \file
/// Several assignments as one stage: their prologues are shared, their units of work stand in one
/// row that the threads cut into equal parts.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/alias.hpp>
#include <qx/fuse/attend.hpp>
#include <qx/fuse/context.hpp>
#include <qx/fuse/plan.hpp>
#include <qx/fuse/tiles.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {

/// Stages of rows that cost less (`row_stage::price`) are not worth waking threads for: three
/// microseconds of one thread.
inline constexpr std::size_t parallel_price = std::size_t{1} << 17;
inline constexpr std::size_t parallel_multiply_adds = 65536;

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
[[nodiscard]] QX_INLINE bool shares(const A& a, const activation_slot& sa, const B& b,
                                    const activation_slot& sb) {
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a.child)>,
                               std::remove_cvref_t<decltype(b.child)>> &&
                std::is_same_v<typename A::contracted_axes, typename B::contracted_axes>)
    return sa.ops == sb.ops && same(a.child, b.child);
  else
    return false;
}

/// Whether a stage wants memory that all threads see: `share` says how much, `use` is given it.
template <class Stage>
inline constexpr bool asks_for_memory = requires(Stage& s) { s.use(nullptr); };

/// All the stages of one `eval`, joined.
template <class... Stages>
class joint_stage {
 public:
  using stage_tuple = bundle<Stages...>;
  using matmul_tuple = decltype(joined(stage_matmuls(std::declval<const Stages&>())...));
  static constexpr std::size_t matmul_total = std::tuple_size_v<matmul_tuple>;

  QX_INLINE joint_stage(context& ctx, stage_tuple stages, bool shared_memory)
      : ctx_(ctx), stages_(std::move(stages)),
        matmuls_(stages_.apply([](const auto&... s)
                                   QX_INLINE_LAMBDA { return joined(stage_matmuls(s)...); })) {
    plan_prologues(shared_memory);
  }

  void run() {
    const bool alone = ctx_.pool() == nullptr || !worth_threads();
    ++ctx_.counters().stages;
    if (alone) {
      prologues(0, 1, 0);
      work(0, 1);
      return;
    }
    if (matmul_total != 0 && !private_) ++ctx_.counters().barriers;
    ctx_.pool()->parallel([this](std::size_t thread, std::size_t count) {
      if constexpr (matmul_total != 0) {
        if (private_) {
          prologues(0, 1, thread);
        } else {
          prologues(thread, count, thread);
          ctx_.pool()->barrier();
        }
      }
      work(thread, count);
    });
  }

 private:
  template <class F>
  QX_INLINE void each_matmul(F f) const {
    if constexpr (matmul_total != 0)
      [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
        (f(*get<I>(matmuls_), std::integral_constant<std::size_t, I>{}), ...);
      }(std::make_index_sequence<matmul_total>{});
  }

  void plan_prologues(bool shared_memory) {
    const kernel::table& kernels = ctx_.kernels();
    std::size_t bytes = 0;
    std::size_t columns = 0;
    std::size_t scratch = 0;
    each_matmul([&](const auto& m, auto index) {
      constexpr std::size_t i = index;
      const prologue<std::remove_cvref_t<decltype(m)>> p(m);
      slots_[i] = p.slot(kernels);
      slots_[i].owner = i;
      find_owner(m, index);
      if (slots_[i].owner != i) return;
      slots_[i].data = reinterpret_cast<std::byte*>(bytes);  // an offset until memory is known
      bytes += slots_[i].bytes();
      columns = std::max(columns, slots_[i].columns);
      scratch = std::max(scratch, p.scratch(kernels));
    });
    // One column: each thread converts it for itself, which is cheaper than waiting.
    private_ = columns <= 1 && !shared_memory;
    private_bytes_ = private_ ? bytes : 0;
    stages_.for_each([&](const auto& s)
                         QX_INLINE_LAMBDA { scratch = std::max(scratch, s.scratch(kernels)); });
    ctx_.reserve_private(private_bytes_ + scratch);
    share(private_ ? 0 : kernel::round_up(bytes, kernel::line_bytes));
  }

  /// Memory that all threads see: the activations' bytes, then what stages ask for.
  void share(std::size_t bytes) {
    if constexpr (matmul_total != 0 || (asks_for_memory<Stages> || ...)) {
      std::array<std::size_t, sizeof...(Stages)> begin{};
      std::size_t i = 0;
      stages_.for_each([&](auto& s) QX_INLINE_LAMBDA {
        begin[i++] = bytes;
        if constexpr (asks_for_memory<std::remove_reference_t<decltype(s)>>)
          bytes += s.share(ctx_.kernels(), ctx_.threads());
      });
      if (bytes == 0) return;
      shared_ = ctx_.shared(bytes);
      i = 0;
      stages_.for_each([&](auto& s) QX_INLINE_LAMBDA {
        if constexpr (asks_for_memory<std::remove_reference_t<decltype(s)>>)
          s.use(shared_ + begin[i]);
        ++i;
      });
    }
  }

  template <class M, std::size_t I>
  QX_INLINE void find_owner(const M& m, std::integral_constant<std::size_t, I>) {
    [&]<std::size_t... J>(std::index_sequence<J...>) QX_INLINE_LAMBDA {
      (void)((slots_[J].owner == J && shares(*get<J>(matmuls_), slots_[J], m, slots_[I])
                  ? (slots_[I].owner = J, true)
                  : false) ||
             ...);
    }(std::make_index_sequence<I>{});
  }

  [[nodiscard]] bool worth_threads() const {
    std::size_t price = 0;
    std::size_t multiply_adds = 0;
    const auto add = [&](const auto& s) QX_INLINE_LAMBDA {
      if constexpr (requires { s.multiply_adds(); })
        multiply_adds += s.multiply_adds();
      else if constexpr (requires { s.price(); })
        price += s.price();
      else
        price += 4 * s.elements();  // keys and values of attention: two multiply-adds each
    };
    stages_.for_each(add);
    return price >= parallel_price || multiply_adds >= parallel_multiply_adds;
  }

  [[nodiscard]] QX_INLINE activation_slot slot_of(std::size_t i, std::size_t thread) const {
    activation_slot s = slots_[i];
    std::byte* const base = private_ ? ctx_.private_block(thread) : shared_;
    s.data = base + reinterpret_cast<std::uintptr_t>(slots_[s.owner].data);
    return s;
  }

  void prologues(std::size_t part, std::size_t parts, std::size_t thread) const {
    each_matmul([&](const auto& m, auto index) {
      constexpr std::size_t i = index;
      if (slots_[i].owner != i) return;
      const prologue<std::remove_cvref_t<decltype(m)>> p(m);
      const std::size_t n = slots_[i].columns;
      p.run(ctx_.kernels(), ctx_.private_block(thread) + private_bytes_, slot_of(i, thread),
            n * part / parts, n * (part + 1) / parts);
    });
  }

  /// The units of all stages in one row, cut into equal contiguous parts.
  void work(std::size_t thread, std::size_t count) const {
    std::size_t total = 0;
    stages_.for_each([&](const auto& s) QX_INLINE_LAMBDA { total += s.units(); });
    const std::size_t first = total * thread / count;
    const std::size_t last = total * (thread + 1) / count;
    std::size_t begin = 0;
    std::size_t matmul = 0;
    const auto one = [&](const auto& s) QX_INLINE_LAMBDA {
      const std::size_t n = s.units();
      const std::size_t from = std::clamp(first, begin, begin + n) - begin;
      const std::size_t to = std::clamp(last, begin, begin + n) - begin;
      begin += n;
      run_stage(s, thread, from, to, matmul);
    };
    stages_.for_each(one);
  }

  template <class Stage>
  QX_INLINE void run_stage(const Stage& s, std::size_t thread, std::size_t from, std::size_t to,
                           std::size_t& matmul) const {
    std::byte* const memory = ctx_.private_block(thread) + private_bytes_;
    if constexpr (requires { s.matmuls(); }) {
      std::array<activation_slot, Stage::matmul_count> slots;
      for (activation_slot& slot : slots)
        slot = slot_of(matmul++, thread);
      if (from < to) s.run(ctx_.kernels(), memory, slots, from, to);
    } else {
      if (from < to) s.run(ctx_.kernels(), memory, from, to);
    }
  }

  context& ctx_;
  stage_tuple stages_;
  matmul_tuple matmuls_;
  std::array<activation_slot, matmul_total> slots_{};
  std::byte* shared_ = nullptr;
  std::size_t private_bytes_ = 0;
  bool private_ = false;
};

template <class... Stages>
joint_stage(context&, bundle<Stages...>, bool) -> joint_stage<Stages...>;

}  // namespace impl

}  // namespace qx::inline QX_ARCH
