// SPDX-License-Identifier: MIT
/// \file
/// What a graph works with in one step: what it is given, and memory for the values between its
/// stages.
#pragma once

#include <qx/core/graph_types.hpp>
#include <qx/core/tensor_view.hpp>
#include <qx/fuse/context.hpp>
#include <qx/model/axes.hpp>
#include <qx/model/hyperparameters.hpp>
#include <qx/model/kv_cache.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace qx {

/// Hands out the memory of a step from the front: an addition each. Without memory it only counts,
/// so that the same constructor of a graph's values says how much they take and places them.
class step_memory {
 public:
  step_memory() = default;
  explicit step_memory(std::byte* memory) : memory_(memory) {}

  /// `take<float, token, model>(n, c.model)`: elements that hold anything, 64-byte aligned.
  template <class T, auto... As, std::convertible_to<std::size_t>... N>
    requires(sizeof...(As) == sizeof...(N))
  [[nodiscard]] tensor_view<T, As...> take(N... sizes) {
    const extents<axes<As...>> shape({static_cast<std::size_t>(sizes)...});
    std::size_t bytes = sizeof(T);
    for (const std::size_t size : shape.sizes())
      bytes = size != 0 && bytes > largest / size ? largest : bytes * size;
    return {reinterpret_cast<T*>(place(bytes)), shape};
  }
  template <class T>
  [[nodiscard]] std::span<T> list(std::size_t n) {
    return {reinterpret_cast<T*>(place(n > largest / sizeof(T) ? largest : n * sizeof(T))), n};
  }

  /// Of all that was handed out; `largest` where it is more than that.
  [[nodiscard]] std::size_t bytes() const { return used_; }
  static constexpr std::size_t largest = std::numeric_limits<std::ptrdiff_t>::max();

 private:
  [[nodiscard]] std::byte* place(std::size_t bytes) {
    std::byte* const at = memory_ == nullptr ? nullptr : memory_ + used_;
    const std::size_t room = largest - used_;
    used_ = bytes > room || room - bytes < 64 ? largest : used_ + (bytes + 63) / 64 * 64;
    return at;
  }

  std::byte* memory_ = nullptr;
  std::size_t used_ = 0;
};

/// What every graph is given. Its own values derive from this: views, with a constructor
/// `step(const graph_step& given, step_memory& m, const config& c)` that takes them from `m`.
struct graph_step {
  tensor_view<const std::int32_t, axis_names::token> tokens;
  tensor_view<const std::int32_t, axis_names::token> positions;
  tensor_view<const std::int32_t, axis_names::output> outputs;  ///< which tokens' logits are wanted
  std::span<const std::int32_t> slots;    ///< [token]: where keys and values go
  std::span<const attention_span> spans;  ///< [token]: what is seen
  const kv_cache* cache = nullptr;
  tensor_view<float, axis_names::output, axis_names::vocab> logits;

  [[nodiscard]] std::size_t count() const { return tokens.size(); }
};

/// The values that most graphs keep between their stages.
struct decoder_step : graph_step {
  tensor_view<float, axis_names::token, axis_names::model> x;  ///< the residual stream
  tensor_view<float, axis_names::token, axis_names::head, axis_names::dim> q;  ///< queries
  tensor_view<float, axis_names::token, axis_names::head, axis_names::dim> a;  ///< attended values
  tensor_view<float, axis_names::token, axis_names::ff> f;  ///< hidden layer; none of experts

  decoder_step(const graph_step& given, step_memory& m, const model_shape& c);
};

/// The same with room for the angles of each token's rotation, laid out like a head.
struct rotated_step : decoder_step {
  tensor_view<float, axis_names::token, axis_names::dim> cosine;
  tensor_view<float, axis_names::token, axis_names::dim> sine;

  rotated_step(const graph_step& given, step_memory& m, const model_shape& c);
};

}  // namespace qx
