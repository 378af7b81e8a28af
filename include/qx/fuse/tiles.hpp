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
#include <qx/fuse/column_groups.hpp>
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
    for (std::size_t i = 0; i < column_axes::rank; ++i)
      columns_ *= space_.outer[i];
    for (std::size_t i = column_axes::rank; i < outer_axes::rank; ++i)
      blocks_ *= space_.outer[i];
    rows_ = blocks_ * space_.inner;
    groups_ = column_groups(columns_);
    each_matmul([&](const auto& m, std::size_t i) {
      groups_.join(m.weight);
      first_[i] = i;
      if constexpr (matmul_count > 1)
        each_matmul([&](const auto& other, std::size_t j) {
          if (j < first_[i] && same(other, m)) first_[i] = j;
        });
    });
    const std::size_t inner = std::max<std::size_t>(space_.inner, 1);
    const std::size_t grain =
        row_axes::rank == 1 ? kernel::panel_rows : common_multiple(kernel::panel_rows, inner);
    // What reads partners anywhere in a head needs a tile that holds heads whole.
    const std::size_t least = (impl::reads_whole_rows<Exprs> || ...)
                                  ? std::max(target_unit_rows, inner)
                                  : target_unit_rows;
    unit_rows_ = (least + grain - 1) / grain * grain;
  }

  /// Whether assignments have tiles of one size and a product in common: two of their matmuls are
  /// the same.
  [[nodiscard]] QX_INLINE static bool fit(const assignment<Targets, Exprs>&... all) {
    const space_type spaces[] = {impl::make_space<space_type>(target_shape(all.target))...};
    for (const space_type& s : spaces)
      if (s.outer != spaces[0].outer || s.inner != spaces[0].inner) return false;
    column_groups groups(0);
    bool agree = true;
    const auto see = [&](const auto* m) QX_INLINE_LAMBDA {
      agree = agree && groups.agrees(m->weight);
      groups.see(m->weight);
    };
    (impl::matmuls_of(all.expression).for_each(see), ...);
    if (!agree) return false;
    const tile_stage stage(all...);
    for (std::size_t i = 0; i < matmul_count; ++i)
      if (stage.repeated(i)) return true;
    return false;
  }

  [[nodiscard]] QX_INLINE const matmul_tuple& matmuls() const { return matmuls_; }
  [[nodiscard]] QX_INLINE std::size_t units() const {
    return columns_ == 0 ? 0 : (rows_ + unit_rows_ - 1) / unit_rows_;
  }
  [[nodiscard]] QX_INLINE std::size_t multiply_adds() const {
    std::size_t different = 0;
    for (std::size_t i = 0; i < matmul_count; ++i)
      different += repeated(i) ? 0 : 1;
    return columns_ * get<0>(matmuls_)->weight.shape.count() * different;
  }

  [[nodiscard]] std::size_t scratch(const kernel::table& kernels) const {
    binder count(&kernels);
    std::array<tile_view, matmul_count> tiles{};
    take_tiles(count, tiles);
    take_panels(count);
    std::array<tile_view, matmul_count> unused{};
    binder inner(&kernels, nullptr, unused.data());
    (void)bound_all(inner);
    return count.used() + inner.used();
  }

  /// Computes units [first, last); `prologues[i]` says where the i-th matmul's activations lie.
  void run(const kernel::table& kernels, std::byte* memory, const prologue_job* prologues,
           const std::byte* activations, std::size_t first, std::size_t last) const {
    binder b(&kernels, memory);
    std::array<tile_view, matmul_count> tiles{};
    take_tiles(b, tiles);
    std::byte* const panels = take_panels(b);
    binder inner(&kernels, memory + b.used(), tiles.data());
    auto e = bound_all(inner);
    auto t = targets_.apply([](const auto&... target) QX_INLINE_LAMBDA {
      return bundle{bound_target<std::remove_cvref_t<decltype(target)>, space_type>(target)...};
    });
    for (std::size_t u = first; u < last; ++u) {
      const std::size_t row = u * unit_rows_;
      const std::size_t count = std::min(unit_rows_, rows_ - row);
      for (std::size_t g = 0; g < groups_.count(); ++g) {
        const std::size_t begin = groups_.begin(g);
        const std::size_t end = groups_.begin(g + 1);
        if (begin == end) continue;
        const auto sources = prepare_panels(kernels, panels, g, row, count);
        for (std::size_t c = begin; c < end; c += block_columns) {
          const std::size_t n = std::min(block_columns, end - c);
          multiply(kernels, sources, prologues, activations, tiles, row, count, c, n);
          [&]<std::size_t... I>(std::index_sequence<I...>) QX_INLINE_LAMBDA {
            (epilogue(get<I>(e), get<I>(t), row, count, c, n), ...);
          }(std::index_sequence_for<Exprs...>{});
        }
      }
    }
  }

 private:
  /// The least common multiple; std::lcm would be a function that two arches share.
  [[nodiscard]] QX_INLINE static constexpr std::size_t common_multiple(std::size_t a,
                                                                       std::size_t b) {
    std::size_t multiple = a;
    while (multiple % b != 0)
      multiple += a;
    return multiple;
  }

  /// 64 × 64 floats are 16 KiB: the tiles of two matmuls stay in the nearest cache.
  static constexpr std::size_t target_unit_rows = 64;
  static constexpr std::size_t block_columns = 64;
  using panel_sources = std::array<const std::byte*, matmul_count>;

  template <class M>
  [[nodiscard]] QX_INLINE static std::size_t depth(const M& m) {
    return project_extents<typename M::contracted_axes>(m.weight.shape).count();
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

  QX_INLINE void take_tiles(binder& b, std::array<tile_view, matmul_count>& tiles) const {
    const std::size_t wide = std::min(block_columns, std::max<std::size_t>(columns_, 1));
    for (std::size_t i = 0; i < matmul_count; ++i) {
      tiles[i].stride = unit_rows_;
      tiles[i].data = repeated(i) ? tiles[first_[i]].data : b.take_array<float>(unit_rows_ * wide);
    }
  }
  /// Whether the i-th matmul is one that stands before it, whose tile then serves.
  [[nodiscard]] QX_INLINE bool repeated(std::size_t i) const {
    return matmul_count > 1 && first_[i] != i;
  }
  /// Weights that were not packed when they were loaded are packed here, a unit at a time.
  QX_INLINE std::byte* take_panels(binder& b) const {
    std::size_t bytes = 0;
    each_matmul([&](const auto& m, std::size_t i) {
      if (m.weight.panels == nullptr && !repeated(i))
        bytes +=
            unit_rows_ / kernel::panel_rows * ops_of(b.kernels(), m.weight).panel_bytes(depth(m));
    });
    return b.take(bytes);
  }
  panel_sources prepare_panels(const kernel::table& kernels, std::byte* memory, std::size_t group,
                               std::size_t row, std::size_t count) const {
    const std::size_t matrix_panels = (rows_ + kernel::panel_rows - 1) / kernel::panel_rows;
    panel_sources sources{};
    each_matmul([&](const auto& m, std::size_t i) {
      if (repeated(i)) return;
      const kernel::matmul_ops& ops = ops_of(kernels, m.weight);
      const std::size_t matrix = is_routed<std::remove_cvref_t<decltype(m.weight)>> ? group : 0;
      const std::size_t k = depth(m);
      const std::size_t panel = ops.panel_bytes(k);
      if (m.weight.panels != nullptr) {
        sources[i] = m.weight.panels + (matrix * matrix_panels + row / kernel::panel_rows) * panel;
        return;
      }
      sources[i] = memory;
      const std::size_t row_bytes = block_shape_of(m.weight).bytes_of(k);
      for (std::size_t r = 0; r < count; r += kernel::panel_rows, memory += panel)
        ops.pack(m.weight.rows + (matrix * rows_ + row + r) * row_bytes, row_bytes,
                 std::min(kernel::panel_rows, count - r), k, memory);
    });
    return sources;
  }
  QX_INLINE void multiply(const kernel::table& kernels, const panel_sources& sources,
                          const prologue_job* prologues, const std::byte* activations,
                          std::array<tile_view, matmul_count>& tiles, std::size_t row,
                          std::size_t count, std::size_t column, std::size_t n) const {
    const std::size_t panels = (count + kernel::panel_rows - 1) / kernel::panel_rows;
    each_matmul([&](const auto& m, std::size_t i) {
      tiles[i].first_row = row;
      tiles[i].first_column = column;
      if (repeated(i)) return;
      const prologue_job& p = prologues[i];
      ops_of(kernels, m.weight)
          .tile(sources[i], panels, p.k, activations + p.offset + column * p.row_bytes, p.row_bytes,
                n, const_cast<float*>(tiles[i].data), tiles[i].stride);
    });
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
  std::array<std::size_t, matmul_count> first_{};  // the first matmul that is the same
  std::size_t columns_ = 1;
  column_groups groups_{1};
  std::size_t blocks_ = 1;
  std::size_t rows_ = 0;
  std::size_t unit_rows_ = 0;
};

}  // namespace qx::inline QX_ARCH
