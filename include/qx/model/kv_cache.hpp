// SPDX-License-Identifier: MIT
/// \file
/// Keys and values of past tokens. Each sequence owns a run of slots, one per position, in every
/// layer; [slot, kv_head, dim], F32 or F16.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/core/error.hpp>
#include <qx/core/graph_types.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/batch.hpp>
#include <qx/platform/huge_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qx {

struct kv_shape {
  std::size_t layers = 0;
  std::size_t sequences = 1;
  std::size_t context = 0;   ///< positions per sequence
  std::size_t kv_heads = 0;
  std::size_t dim = 0;
  dtype type = dtype::f16;   ///< f32 or f16

  /// Bytes of all keys and values; nullopt when the product overflows.
  [[nodiscard]] std::optional<std::size_t> bytes() const;
};

class kv_cache {
 public:
  using layer_view = tensor_ref<axis_names::slot, axis_names::kv_head, axis_names::dim>;

  [[nodiscard]] static result<kv_cache> create(const kv_shape& shape);

  [[nodiscard]] const kv_shape& shape() const { return shape_; }
  [[nodiscard]] layer_view keys(std::size_t layer) const { return view(2 * layer); }
  [[nodiscard]] layer_view values(std::size_t layer) const { return view(2 * layer + 1); }

  /// Positions that a sequence holds.
  [[nodiscard]] std::size_t length(std::int32_t sequence) const {
    return lengths_[static_cast<std::size_t>(sequence)];
  }
  /// Forgets positions `length` and later.
  void truncate(std::int32_t sequence, std::size_t length) {
    std::size_t& held = lengths_[static_cast<std::size_t>(sequence)];
    held = length < held ? length : held;
  }

  /// Checks that a batch continues what is cached, and writes for each of its tokens the slot it
  /// goes to and the slots it sees. Nothing is changed when it does not.
  [[nodiscard]] result<void> place(const batch& b, std::span<std::int32_t> slots,
                                   std::span<attention_span> spans);

 private:
  [[nodiscard]] layer_view view(std::size_t index) const;

  kv_shape shape_;
  platform::huge_buffer memory_;
  std::vector<std::size_t> lengths_;
};

}  // namespace qx
