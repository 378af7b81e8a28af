// SPDX-License-Identifier: MIT
/// \file
/// Nodes that are computed tile by tile: matmul with any weight type, and attention. Whatever
/// stands around them in an expression is their epilogue or prologue.
#pragma once

#include <qx/core/graph_types.hpp>
#include <qx/expr/node.hpp>

#include <span>

namespace qx::inline QX_ARCH {

/// Y[columns…, rows…] = Σ_k W[rows…, k…] · X[columns…, k…]: the axes that W and X share are
/// contracted. W holds its contracted axes last.
template <class Weight, class Child>
struct matmul_node : node_tag {
  using weight_axes = typename Weight::axes_type;
  using input_axes = typename Child::axes_type;
  using column_axes = axes_without<input_axes, weight_axes>;
  using row_axes = axes_without<weight_axes, input_axes>;
  using contracted_axes = axes_without<weight_axes, row_axes>;
  using axes_type = axes_concat<column_axes, row_axes>;
  using value_type = float;
  static_assert(contracted_axes::rank > 0,
                "qx: matmul needs an axis that the weight and the activation share");
  static_assert(std::is_same_v<axes_concat<row_axes, contracted_axes>, weight_axes>,
                "qx: the weight's contracted axes must be its last ones");
  static_assert(extents_agree<weight_axes, input_axes>);
  static_assert(std::is_same_v<typename Child::value_type, float>,
                "qx: matmul takes float activations: cast<float>() them");

  Weight weight;
  Child child;

  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    std::array<std::size_t, axes_type::rank> sizes{};
    const auto input = child.shape();
    for (std::size_t i = 0; i < axes_type::rank; ++i) {
      const std::size_t in_input = positions<input_axes, axes_type>[i];
      sizes[i] =
          in_input != npos ? input[in_input] : weight.shape[positions<weight_axes, axes_type>[i]];
    }
    for (std::size_t i = 0; i < contracted_axes::rank; ++i) {
      const auto in_weight = weight.shape[positions<weight_axes, contracted_axes>[i]];
      const auto in_input = input[positions<input_axes, contracted_axes>[i]];
      if (in_weight != in_input)
        throw_extent_mismatch(contracted_axes::names[i], in_weight, in_input);
    }
    return extents<axes_type>(sizes);
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return matmul_node<Weight, C>{{}, weight, std::move(c)};
  }
};

/// A stack of matrices as the weight of a matmul: matrix i is multiplied with columns starts[i] …
/// starts[i + 1]. `Axes` are those of one matrix, and so is `shape`.
template <class Axes>
struct routed_weight {
  using axes_type = Axes;
  dtype type = dtype::f32;
  const std::byte* rows = nullptr;
  const std::byte* panels = nullptr;
  extents<Axes> shape{};
  const block_format* own = nullptr;
  std::span<const std::int32_t> starts;  ///< [matrix + 1], from 0 to the number of columns
};
template <class Axes>
[[nodiscard]] QX_INLINE constexpr block_shape block_shape_of(const routed_weight<Axes>& w) {
  return block_shape_of(w.type, w.own);
}
template <class W>
inline constexpr bool is_routed = false;
template <class Axes>
inline constexpr bool is_routed<routed_weight<Axes>> = true;

/// softmax(scale · q·kᵀ) v for queries [token, head, dim] over cached keys and values
/// [slot, kv_head, dim]; head h reads key/value head h / (heads / kv_heads) (Vaswani et al. 2017,
/// Ainslie et al. 2023). `spans[t]` are the slots that token t sees: causality and the sequence it
/// belongs to.
template <class Query, class Cache>
struct attention_node : node_tag {
  using axes_type = typename Query::axes_type;
  using cache_axes = typename Cache::axes_type;
  using value_type = float;
  static_assert(axes_type::rank == 3 && cache_axes::rank == 3,
                "qx: attention takes queries [token, head, dim] and caches [slot, kv_head, dim]");
  Query query;  ///< a leaf with contiguous heads
  Cache keys;
  Cache values;
  std::span<const attention_span> spans;
  float scale;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return query.shape(); }
};

/// Rows of a table by number: [ids…, columns] from a table [rows, columns] of any type.
template <class Table, class Ids>
struct gather_node : node_tag {
  using table_axes = typename Table::axes_type;
  static_assert(table_axes::rank == 2, "qx: gather takes a table [rows, columns]");
  static_assert(std::is_same_v<typename Ids::value_type, std::int32_t>,
                "qx: gather takes integer row numbers");
  using axes_type = axes_concat<typename Ids::axes_type, axes<last_axis<table_axes>>>;
  using value_type = float;
  Table table;
  Ids ids;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    std::array<std::size_t, axes_type::rank> sizes{};
    for (std::size_t i = 0; i + 1 < axes_type::rank; ++i)
      sizes[i] = ids.shape()[i];
    sizes[axes_type::rank - 1] = table.shape[1];
    return extents<axes_type>(sizes);
  }
};

/// The elements of a weight of any type as floats, a row at a time.
template <class Weight>
struct decoded_node : node_tag {
  using axes_type = typename Weight::axes_type;
  using value_type = float;
  static constexpr std::string_view name = "decoded";
  Weight weight;
  [[nodiscard]] QX_INLINE constexpr auto shape() const { return weight.shape; }
};

/// Cosines and signed sines for each token, laid out like one head: the rotation of element j is
/// x[j] · cosine[j] + x[partner(j)] · sine[j] (Su et al. 2021). Elements past `rotated` keep
/// their value (cosine 1, sine 0).
template <class View>
struct rotation {
  using axes_type = typename View::axes_type;
  View cosine;  ///< [token, dim]
  View sine;    ///< [token, dim]
  std::size_t rotated = 0;
  rope_pairs pairs = rope_pairs::adjacent;
};

/// Rotary position embedding along the last axis of the operand.
template <class Child, class View>
struct rope_node : node_tag {
  using axes_type = typename Child::axes_type;
  using value_type = float;
  static constexpr bool joins_tiles = true;  ///< partners lie in the same row of the inner axis
  static constexpr bool whole_rows = true;   ///< anywhere in it
  static_assert(includes_axes<axes_type, typename View::axes_type>,
                "qx: rope needs an operand with the axes of its rotation");
  static_assert(same_axis<last_axis<axes_type>, last_axis<typename View::axes_type>>,
                "qx: rope rotates along the operand's last axis");
  static_assert(std::is_same_v<typename Child::value_type, float>,
                "qx: rope takes float: cast<float>() the operand");
  static_assert(extents_agree<axes_type, typename View::axes_type>);
  Child child;
  rotation<View> angles;
  [[nodiscard]] QX_INLINE constexpr auto shape() const {
    const auto s = child.shape();
    const auto& table = angles.cosine.shape();
    (void)join_extents<axes_type>(extents<axes_type>(s), table);
    if (angles.sine.shape() != table)
      throw_shape_error("rope: cosines and sines have different shapes");
    const std::size_t dim = s[axes_type::rank - 1];
    if (angles.rotated % 2 != 0)
      throw_shape_error("rope: the number of rotated elements must be even");
    if (angles.rotated > dim) throw_out_of_range(last_axis<axes_type>.name, 0, angles.rotated, dim);
    return s;
  }
  template <class C>
  [[nodiscard]] QX_INLINE constexpr auto with(C c) const {
    return rope_node<C, View>{{}, std::move(c), angles};
  }
};

}  // namespace qx::inline QX_ARCH
