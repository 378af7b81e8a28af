// SPDX-License-Identifier: MIT
/// \file
/// Llamas of random weights, for measuring without a download: the shape of a known model, any
/// type of weights, as the bytes of a GGUF file that other engines run too.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/platform/huge_buffer.hpp>
#include <qx/platform/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace qx::llama {

struct synthetic_shape {
  std::string_view name;
  std::size_t layers;
  std::size_t model;
  std::size_t heads;
  std::size_t kv_heads;
  std::size_t dim;  ///< of one head
  std::size_t ff;
  std::size_t vocab;
  std::size_t context;
  float rope_base;
  bool tied;          ///< the embedding is the output matrix too
  bool rope_factors;  ///< frequencies stretched as Llama 3.1 and later do
};

/// All shapes, the smallest first.
[[nodiscard]] std::span<const synthetic_shape> synthetic_shapes();

struct synthetic_kind {
  const synthetic_shape* shape;
  dtype type;  ///< of every matrix
};

/// "tinyllama-1.1b:q4_0". errc::argument lists the shapes or types that there are.
[[nodiscard]] result<synthetic_kind> parse_synthetic(std::string_view text);

/// The bytes of the file: parse them with gguf::file::parse. Weights are random with a variance of
/// 1 / columns, so that activations stay near 1; every bit pattern of a block's codes occurs. They
/// are the same for any number of threads. The tokenizer is `vocabulary`'s, or where that is null a
/// byte vocabulary. errc::shape where `vocabulary` has another number of tokens than the shape.
[[nodiscard]] result<platform::huge_buffer>
make_synthetic(const synthetic_kind& kind, const gguf::file* vocabulary,
               platform::thread_pool& pool,
               const std::function<void(std::size_t done, std::size_t total)>& progress = {});

}  // namespace qx::llama
