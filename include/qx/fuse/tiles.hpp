// SPDX-License-Identifier: MIT
/// \file
/// The driver of expressions around matmuls. Rows of the weight are cut into tiles; a tile of the
/// result is computed into scratch that stays in the nearest cache, and the rest of the expression
/// runs over it before the next tile is begun. A unit of work is some rows with all their columns,
/// so that threads have equal shares however columns are routed, and results that are added up are
/// added by one of them. Several assignments run over the same tiles, so that a product which they
/// have in common is multiplied once.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/matmuls.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace qx::inline QX_ARCH {

template <class... Assignments>
class tile_stage;
template <class... Targets, class... Exprs>
class tile_stage<assignment<Targets, Exprs>...> {
 public:
  using matmul_tuple = decltype(joined(impl::matmuls_of(std::declval<const Exprs&>())...));
  using first_matmul = std::remove_cvref_t<decltype(*get<0>(std::declval<matmul_tuple>()))>;
  using column_axes = typename first_matmul::column_axes;
  using row_axes = typename first_matmul::row_axes;
  using outer_axes = axes_concat<column_axes, typename impl::all_but_last<row_axes>::type>;
  using space_type = space<outer_axes, last_axis<row_axes>>;
  static constexpr std::size_t matmul_count = std::tuple_size_v<matmul_tuple>;
  static_assert((same_axes_set<impl::stage_axes<Targets>, axes_concat<column_axes, row_axes>> &&
                 ...),
                "qx: the destination of a matmul has the columns' and the rows' axes");
  static_assert(((impl::reduced_axes<Exprs>::type::rank == 0) && ...),
                "qx: a reduction over a matmul's result needs it stored first: evaluate the matmul "
                "by itself");
  static_assert(
      impl::same_tiles(static_cast<const matmul_tuple*>(nullptr)),
      "qx: matmuls of one expression must have the same columns and rows: evaluate one by itself");

  explicit tile_stage(const assignment<Targets, Exprs>&... all)
      : targets_{all.target...}, exprs_{&all.expression...},
        matmuls_(joined(impl::matmuls_of(all.expression)...)) {
    ((void)join_extents<impl::stage_axes<Targets>>(target_shape(all.target),
                                                   all.expression.shape()),
     ...);
    space_ = impl::make_space<space_type>(target_shape(get<0>(targets_)));
    std::size_t columns = 1;
    for (std::size_t i = 0; i < outer_axes::rank; ++i)
      (i < column_axes::rank ? columns : blocks_) *= space_.outer[i];
    see_sources();
    const std::size_t inner = std::max<std::size_t>(space_.inner, 1);
    // What reads partners anywhere in a head needs a tile that holds heads whole.
    work_ = tile_work(sources_.data(), matmul_count, columns, blocks_ * space_.inner,
                      row_axes::rank == 1 ? 1 : inner,
                      (impl::reads_whole_rows<Exprs> || ...) ? inner : 1);
  }

  /// Whether assignments have tiles of one size, and their stacks the same routes.
  [[nodiscard]] static bool fit(const assignment<Targets, Exprs>&... all) {
    const space_type spaces[] = {impl::make_space<space_type>(target_shape(all.target))...};
    for (const space_type& s : spaces)
      if (s.outer != spaces[0].outer || s.inner != spaces[0].inner) return false;
    std::array<tile_source, matmul_count> sources;
    std::size_t i = 0;
    const auto see = [&](const auto* m) QX_INLINE_LAMBDA { sources[i++] = source_of(*m); };
    (impl::matmuls_of(all.expression).for_each(see), ...);
    return tile_work::routed_alike(sources.data(), matmul_count);
  }
  /// Whether two of the matmuls are the same.
  [[nodiscard]] bool repeats() const { return work_.repeats(sources_.data()); }

  [[nodiscard]] QX_INLINE const matmul_tuple& matmuls() const { return matmuls_; }
  [[nodiscard]] QX_INLINE std::size_t units() const { return work_.units(); }
  [[nodiscard]] QX_INLINE std::size_t multiply_adds() const {
    return work_.multiply_adds(sources_.data());
  }
  [[nodiscard]] std::size_t scratch(const kernel::table& kernels) const {
    std::array<tile_view, matmul_count> unused{};
    binder inner(&kernels, nullptr, unused.data());
    (void)bound_all(inner);
    return work_.scratch(sources_.data(), kernels) + inner.used();
  }

  /// Computes units [first, last); `prologues[i]` says where the i-th matmul's activations lie.
  void run(const kernel::table& kernels, std::byte* memory, const prologue_job* prologues,
           const std::byte* activations, std::size_t first, std::size_t last) const {
    std::array<tile_view, matmul_count> tiles{};
    work_.place(sources_.data(), memory, tiles.data());
    binder inner(&kernels, memory + work_.scratch(sources_.data(), kernels), tiles.data());
    auto e = bound_all(inner);
    auto t = targets_.apply([](const auto&... target) QX_INLINE_LAMBDA {
      return bundle{bound_target<std::remove_cvref_t<decltype(target)>, space_type>(target)...};
    });
    struct {
      const tile_stage* stage;
      decltype(e)* expressions;
      decltype(t)* targets;
    } all{this, &e, &t};
    using self_type = decltype(all);
    const auto then = [](void* self, std::size_t row, std::size_t count, std::size_t column,
                         std::size_t n) {
      const auto& [stage, expressions, targets] = *static_cast<self_type*>(self);
      [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
        (stage->epilogue(get<I>(*expressions), get<I>(*targets), row, count, column, n), ...);
      }(std::index_sequence_for<Exprs...>{});
    };
    work_.run({sources_.data(), &kernels, memory, prologues, activations, tiles.data(), then, &all},
              first, last);
  }

 private:
  template <class M>
  [[nodiscard]] QX_INLINE static tile_source source_of(const M& m) {
    tile_source s;
    s.rows = m.weight.rows;
    s.panels = m.weight.panels;
    s.type = m.weight.type;
    s.own = m.weight.own;
    s.k = project_extents<typename M::contracted_axes>(m.weight.shape).count();
    if constexpr (is_routed<std::remove_cvref_t<decltype(m.weight)>>) {
      s.starts = m.weight.starts.data();
      s.matrices = m.weight.starts.size() - 1;
    }
    return s;
  }
  QX_INLINE void see_sources() {
    each_matmul([&](const auto& m, std::size_t i) {
      sources_[i] = source_of(m);
      sources_[i].first = i;
      if constexpr (matmul_count > 1)
        each_matmul([&](const auto& other, std::size_t j) {
          if (j < sources_[i].first && same(other, m)) sources_[i].first = j;
        });
    });
  }
  /// From left to right, which is the order of the tiles.
  [[nodiscard]] QX_INLINE auto bound_all(binder& b) const {
    return exprs_.apply([&](const auto*... e) QX_INLINE_LAMBDA {
      return bundle<bound<Exprs, space_type>...>{bound<Exprs, space_type>(*e, space_, b)...};
    });
  }
  template <class F>
  QX_INLINE void each_matmul(F f) const {
    [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
      (f(*get<I>(matmuls_), I), ...);
    }(std::make_index_sequence<matmul_count>{});
  }
  template <class E, class T>
  QX_INLINE void epilogue(E& e, T& t, std::size_t row, std::size_t count, std::size_t column,
                          std::size_t n) const {
    if constexpr (row_axes::rank == 1) {
      auto r = space_.row(column);
      for (std::size_t c = 0; c < n; ++c, space_.advance(r)) {
        e.begin(r);
        t.begin(r);
        run_row(e, t, row, row + count);
      }
    } else {
      const std::size_t first = row / space_.inner;
      const std::size_t last = (row + count) / space_.inner;
      for (std::size_t c = column; c < column + n; ++c) {
        auto r = space_.row(c * blocks_ + first);
        for (std::size_t block = first; block < last; ++block, space_.advance(r)) {
          e.begin(r);
          t.begin(r);
          run_row(e, t, 0, space_.inner);
        }
      }
    }
  }

  bundle<Targets...> targets_;
  bundle<const Exprs*...> exprs_;
  matmul_tuple matmuls_;
  space_type space_;
  std::array<tile_source, matmul_count> sources_{};
  tile_work work_;
  std::size_t blocks_ = 1;  ///< rows of the space that make one row of tiles
};

}  // namespace qx::inline QX_ARCH
