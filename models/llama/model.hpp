// SPDX-License-Identifier: MIT
/// \file
/// A llama that runs: weights, cache and buffers behind the Model concept.
#pragma once

#include <qx/core/error.hpp>
#include <qx/fuse/context.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/kernel/table.hpp>
#include <qx/model/model.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <models/llama/config.hpp>
#include <models/llama/weights.hpp>

namespace qx::llama {

struct load_options {
  std::size_t threads = 0;    ///< 0: as many as the machine has
  bool pin = false;           ///< keep each thread on a processor of its own
  std::size_t context = 0;    ///< positions per sequence; 0: the file's, at most 4096
  std::size_t sequences = 1;  ///< that the cache holds at once
  std::size_t batch = 512;    ///< tokens of one step at most
  dtype kv_type = dtype::f16;
  const kernel::table* kernels = nullptr;  ///< nullptr: the best that runs here
  packing_options packing = {};            ///< a cache of packed weights, and who is told
};

/// Bytes that a loaded model occupies, beside the mapped file.
struct memory_report {
  std::size_t weights = 0;  ///< packed for the kernels
  std::size_t cache = 0;    ///< keys and values
  std::size_t buffers = 0;  ///< activations of one step
};

class model {
 public:
  /// `file` must outlive the model: embeddings are read from it.
  [[nodiscard]] static result<model> load(const gguf::file& file, const load_options& options = {});
  model(model&&) noexcept;
  model& operator=(model&&) noexcept;
  ~model();

  [[nodiscard]] model_limits limits() const;
  /// Logits of the batch's outputs. A batch that does not continue the cache, is larger than
  /// `limits().batch` or holds ids outside the vocabulary is refused and changes nothing. The
  /// memory for logits grows to the largest number of outputs asked for.
  [[nodiscard]] result<logits_view> forward(const batch& b);
  [[nodiscard]] std::size_t length(std::int32_t sequence) const;
  void truncate(std::int32_t sequence, std::size_t length);

  [[nodiscard]] const config& configuration() const;
  [[nodiscard]] memory_report memory() const;
  /// What the graph runs on: threads, kernels, counters of stages.
  [[nodiscard]] context& runtime();

 private:
  struct state;
  explicit model(std::unique_ptr<state> s);
  std::unique_ptr<state> state_;
};

static_assert(Model<model>);

}  // namespace qx::llama
