// SPDX-License-Identifier: MIT
/// \file
/// From the tensors of a file to the members of a graph: each is found by name, checked against the
/// shape that the graph wants, and remembered if it is to be packed. Matrices keep the type they
/// have in the file; vectors become floats. The first error is kept; what follows it does nothing.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/kernel/table.hpp>
#include <qx/model/pack_cache.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qx {

/// One of several equal parts of a tensor's rows: `{1, 3}` are the keys of a fused attn_qkv.
struct row_part {
  std::size_t index = 0;
  std::size_t of = 1;
};

class weight_loader {
 public:
  using sizes = std::initializer_list<std::size_t>;
  /// Both must outlive the loader and the weights: rows are read from the file.
  weight_loader(const gguf::file& file, const kernel::table& kernels)
      : file_(file), plan_(kernels), used_(file.tensors().size()) {}

  /// A matrix that is multiplied with; its panels are known once the weights are at rest, so `w`
  /// must stay where it is until then.
  template <auto... As>
  void matrix(std::string_view name, weight<As...>& w, sizes rows, sizes columns, row_part of = {}) {
    const auto at = find_matrix(name, {product(rows), product(columns), 1, of});
    if (!at) return;
    place(w, *at, joined<sizeof...(As)>(rows, columns));
    slots_.push_back({&w.panels, plan_.add(*at->source, at->first_row, at->rows)});
  }
  /// A matrix of which rows are looked up: it stays in the file.
  template <auto... As>
  void table(std::string_view name, weight<As...>& w, sizes rows, sizes columns) {
    const auto at = find_matrix(name, {product(rows), product(columns), 1, {}});
    if (at) place(w, *at, joined<sizeof...(As)>(rows, columns));
  }
  /// `count` matrices in one tensor.
  template <auto... As>
  void stack(std::string_view name, weight_stack<As...>& w, std::size_t count, sizes rows,
             sizes columns) {
    const auto at = find_matrix(name, {product(rows), product(columns), count, {}});
    if (!at) return;
    std::array<std::size_t, sizeof...(As)> all{count};
    const auto one = joined<sizeof...(As) - 1>(rows, columns);
    std::ranges::copy(one, all.begin() + 1);
    place(w, *at, all);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t offset = plan_.add(*at->source, i * product(rows), product(rows));
      if (i == 0) slots_.push_back({&w.panels, offset});
    }
  }
  template <auto... As>
  void vector(std::string_view name, tensor<float, As...>& v, sizes extents_of, row_part of = {}) {
    const std::vector<float> values = numbers(name, product(extents_of), of);
    if (failed()) return;
    v = tensor<float, As...>(extents<axes<As...>>(joined<sizeof...(As)>(extents_of, {})));
    std::ranges::copy(values, v.data());
  }
  /// A list of numbers, read as floats.
  [[nodiscard]] std::vector<float> numbers(std::string_view name, std::size_t n, row_part of = {});

  /// Names the tensors of `n` layers: within `f(layer)` a name stands for "blk.INDEX.name".
  template <class Layer, class F>
  void layers(std::vector<Layer>& list, std::size_t n, F&& f) {
    // A header may claim layers that the file does not have; members must stay where they are.
    list.reserve(std::min(n, file_.tensors().size()));
    for (std::size_t i = 0; i < n && i < list.capacity() && !failed(); ++i) {
      enter_layer(i);
      f(list.emplace_back());
    }
    prefix_.clear();
  }

  /// Whether the file has a tensor of this name; the name is as in the other functions.
  [[nodiscard]] bool has(std::string_view name) const {
    return file_.find_tensor(prefix_ + std::string(name)) != nullptr;
  }
  [[nodiscard]] bool failed() const { return error_.has_value(); }

  /// What there is to pack, or the first error. A bias that no one named is one: a graph that leaves
  /// it out would give other results than the model's.
  [[nodiscard]] result<packing_plan> plan();
  /// Tells all matrices where the image of their panels lies.
  void tell_panels(const std::byte* image) const;

 private:
  struct wanted_shape {
    std::size_t rows;  ///< of one matrix, or of one part
    std::size_t columns;
    std::size_t matrices;
    row_part of;
  };
  struct found_rows {
    const gguf::tensor_info* source;
    std::size_t first_row;
    std::size_t rows;
  };
  /// Where a matrix has to be told its panels once they are there.
  struct panel_slot {
    const std::byte** panels;
    std::size_t offset;
  };

  [[nodiscard]] static std::size_t product(sizes s) {
    std::size_t n = 1;
    for (const std::size_t size : s)
      n *= size;
    return n;
  }
  template <std::size_t Rank>
  [[nodiscard]] static std::array<std::size_t, Rank> joined(sizes rows, sizes columns) {
    if (rows.size() + columns.size() != Rank)
      throw_shape_error("weight_loader: a size is needed for each axis of the member");
    std::array<std::size_t, Rank> all{};
    std::ranges::copy(columns, std::ranges::copy(rows, all.begin()).out);
    return all;
  }
  template <class Weight, class Sizes>
  static void place(Weight& w, const found_rows& at, const Sizes& all) {
    w.type = at.source->type;
    w.rows = at.source->data.data() + at.first_row * at.source->row_bytes();
    w.shape = decltype(w.shape)(all);
  }

  void enter_layer(std::size_t index);
  [[nodiscard]] const gguf::tensor_info* find(const std::string& name, const wanted_shape& want);
  [[nodiscard]] std::optional<found_rows> find_matrix(std::string_view name, wanted_shape want);
  void refuse(errc code, const std::string& text);

  const gguf::file& file_;
  packing_plan plan_;
  std::vector<bool> used_;  ///< [tensor of the file]
  std::vector<panel_slot> slots_;
  std::string prefix_;
  std::optional<error> error_;
};

}  // namespace qx
