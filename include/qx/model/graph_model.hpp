// SPDX-License-Identifier: MIT
/// \file
/// A graph that runs: `graph_model<A>` puts weights, cache and memory behind a graph and satisfies
/// `Model`. What A has to say is in the concept `Architecture`, everything else is the same for all
/// graphs.
#pragma once

#include <qx/core/error.hpp>
#include <qx/fuse/context.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/kernel/table.hpp>
#include <qx/model/hyperparameters.hpp>
#include <qx/model/model.hpp>
#include <qx/model/step.hpp>
#include <qx/model/weight_loader.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace qx {

struct load_options {
  std::size_t threads = 0;    ///< 0: as many as the machine has
  bool pin = false;           ///< keep each thread on a processor of its own
  std::size_t context = 0;    ///< positions per sequence; 0: the file's, at most 4096
  std::size_t sequences = 1;  ///< that the cache holds at once
  std::size_t batch = 512;    ///< tokens of one step at most
  dtype kv_type = dtype::f16;
  const kernel::table* kernels = nullptr;  ///< nullptr: the best that runs here
  packing_options packing = {};            ///< a cache of packed weights, and who is told

  [[nodiscard]] const kernel::table& table() const {
    return kernels != nullptr ? *kernels : kernel::best_table();
  }
};

/// Bytes that a loaded model occupies, beside the mapped file.
struct memory_report {
  std::size_t weights = 0;  ///< packed for the kernels
  std::size_t cache = 0;    ///< keys and values
  std::size_t buffers = 0;  ///< values of one step
};

/// A graph, described by types and functions:
///   `config`   derives from model_shape; `read(file)` reads it;
///   `weights`  the tensors; `load(loader, config, weights)` names them;
///   `step`     the values of one step, derived from graph_step and made from it, memory and config;
///   `forward(ctx, config, weights, step)`  the formulas, from tokens to logits.
template <class A>
concept Architecture =
    std::derived_from<typename A::config, model_shape> && std::default_initializable<typename A::weights> &&
    std::derived_from<typename A::step, graph_step> &&
    std::constructible_from<typename A::step, const graph_step&, step_memory&,
                            const typename A::config&> &&
    requires(const gguf::file& file, weight_loader& loader, context& ctx,
             const typename A::config& c, typename A::weights& w, const typename A::step& s) {
      { A::read(file) } -> std::same_as<result<typename A::config>>;
      A::load(loader, c, w);
      A::forward(ctx, c, std::as_const(w), s);
    };

/// What models have whatever their graph is: threads, panels, cache, memory, logits.
class graph_runtime {
 public:
  /// The sizes that options and a model's shape come to.
  struct room {
    kv_shape cache;
    std::size_t batch;  ///< tokens of a step at most
  };
  [[nodiscard]] static result<room> room_for(const gguf::file& file, const model_shape& shape,
                                             const load_options& options);
  /// Brings what the loader has named to rest. `step_bytes` is the memory of the largest step.
  [[nodiscard]] static result<graph_runtime> create(const gguf::file& file, weight_loader& loader,
                                                    const model_shape& shape, const room& sizes,
                                                    std::size_t step_bytes,
                                                    const load_options& options);
  /// The memory of a model that create() would make.
  [[nodiscard]] static result<memory_report> estimate(const gguf::file& file, weight_loader& loader,
                                                      const model_shape& shape, const room& sizes,
                                                      std::size_t step_bytes);

  /// Checks a batch, gives it its place in the cache, and says what the graph is given. The memory
  /// for logits grows to the largest number of outputs asked for.
  [[nodiscard]] result<graph_step> begin(const batch& b);
  [[nodiscard]] step_memory memory() const { return step_memory(buffers_.data()); }

  [[nodiscard]] model_limits limits() const;
  [[nodiscard]] kv_cache& cache() { return cache_; }
  [[nodiscard]] const kv_cache& cache() const { return cache_; }
  [[nodiscard]] context& runtime() { return runtime_; }
  [[nodiscard]] memory_report report() const;

 private:
  graph_runtime(context runtime, packed_image panels, kv_cache cache, platform::huge_buffer buffers,
                std::size_t batch, std::size_t vocabulary);

  context runtime_;
  packed_image panels_;
  kv_cache cache_;
  platform::huge_buffer buffers_;
  std::vector<std::int32_t> slots_;    ///< [token]
  std::vector<attention_span> spans_;  ///< [token]
  tensor<float, axis_names::output, axis_names::vocab> logits_;
};

template <Architecture A>
class graph_model {
 public:
  using config = typename A::config;

  /// `file` must outlive the model: tables are read from it.
  [[nodiscard]] static result<graph_model> load(const gguf::file& file,
                                                const load_options& options = {}) {
    auto shape = A::read(file);
    if (!shape) return std::unexpected(std::move(shape.error()));
    const auto sizes = graph_runtime::room_for(file, *shape, options);
    if (!sizes) return std::unexpected(sizes.error());
    // Weights are told their panels, so they get their place first.
    auto parts = std::make_unique<fixed_parts>(fixed_parts{*std::move(shape), {}});
    weight_loader loader(file, options.table());
    A::load(loader, parts->shape, parts->tensors);
    auto running = graph_runtime::create(file, loader, parts->shape, *sizes,
                                         step_bytes(parts->shape, sizes->batch), options);
    if (!running) return std::unexpected(std::move(running.error()));
    return graph_model(std::move(parts), std::move(*running));
  }

  [[nodiscard]] model_limits limits() const { return running_.limits(); }
  /// Logits of the batch's outputs. A batch that does not continue the cache, is larger than
  /// `limits().batch` or holds ids outside the vocabulary is refused and changes nothing.
  [[nodiscard]] result<logits_view> forward(const batch& b) {
    const auto given = running_.begin(b);
    if (!given) return std::unexpected(given.error());
    step_memory memory = running_.memory();
    const typename A::step s(*given, memory, parts_->shape);
    A::forward(running_.runtime(), parts_->shape, std::as_const(parts_->tensors), s);
    return logits_view(s.logits);
  }
  [[nodiscard]] std::size_t length(std::int32_t sequence) const {
    return running_.cache().length(sequence);
  }
  void truncate(std::int32_t sequence, std::size_t length) {
    running_.cache().truncate(sequence, length);
  }

  [[nodiscard]] const config& configuration() const { return parts_->shape; }
  [[nodiscard]] memory_report memory() const { return running_.report(); }
  /// What the graph runs on: threads, kernels, counters of stages.
  [[nodiscard]] context& runtime() { return running_.runtime(); }

  /// What `load(file, options)->memory()` would say; nothing is packed. Errors: those of load().
  [[nodiscard]] static result<memory_report> memory_needed(const gguf::file& file,
                                                           const load_options& options = {}) {
    const auto shape = A::read(file);
    if (!shape) return std::unexpected(shape.error());
    const auto sizes = graph_runtime::room_for(file, *shape, options);
    if (!sizes) return std::unexpected(sizes.error());
    typename A::weights ignored;
    weight_loader loader(file, options.table());
    A::load(loader, *shape, ignored);
    return graph_runtime::estimate(file, loader, *shape, *sizes, step_bytes(*shape, sizes->batch));
  }
  /// What there is to pack for a table's kernels. Errors: those of load().
  [[nodiscard]] static result<packing_plan> packing(const gguf::file& file,
                                                    const kernel::table& kernels) {
    const auto shape = A::read(file);
    if (!shape) return std::unexpected(shape.error());
    typename A::weights ignored;
    weight_loader loader(file, kernels);
    A::load(loader, *shape, ignored);
    return loader.plan();
  }

 private:
  struct fixed_parts {
    config shape;
    typename A::weights tensors;
  };
  [[nodiscard]] static std::size_t step_bytes(const config& c, std::size_t tokens) {
    graph_step given;
    given.tokens = {nullptr, extents<axes<axis_names::token>>({tokens})};
    step_memory count;
    (void)typename A::step(given, count, c);
    return count.bytes();
  }
  graph_model(std::unique_ptr<fixed_parts> parts, graph_runtime running)
      : parts_(std::move(parts)), running_(std::move(running)) {}

  std::unique_ptr<fixed_parts> parts_;
  graph_runtime running_;
};

}  // namespace qx
