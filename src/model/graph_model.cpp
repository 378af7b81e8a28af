// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/graph_model.hpp>

#include <algorithm>

namespace qx {

namespace {

result<void> check(const batch& b, const model_limits& limits) {
  const std::size_t n = b.tokens.size();
  if (n == 0 || n > limits.batch)
    return fail(errc::range, message("batch: ", n, " tokens; one step takes 1…", limits.batch));
  if (b.positions.size() != n || b.sequences.size() != n)
    return fail(errc::shape, message("batch: ", n, " tokens with ", b.positions.size(),
                                     " positions and ", b.sequences.size(), " sequences"));
  for (std::size_t i = 0; i < n; ++i)
    if (b.tokens[i] < 0 || static_cast<std::size_t>(b.tokens[i]) >= limits.vocabulary)
      return fail(errc::range, message("token id ", b.tokens[i], " is outside the vocabulary of ",
                                       limits.vocabulary));
  for (const std::int32_t o : b.outputs)
    if (o < 0 || static_cast<std::size_t>(o) >= n)
      return fail(errc::range, message("batch: output ", o, " is outside its ", n, " tokens"));
  return {};
}

}  // namespace

result<graph_runtime::room> graph_runtime::room_for(const gguf::file& file,
                                                    const model_shape& shape,
                                                    const load_options& options) {
  if (options.batch == 0 || options.sequences == 0)
    return fail(errc::argument, "a model needs room for at least one token and one sequence");
  const std::size_t positions =
      options.context != 0 ? options.context : std::min<std::size_t>(shape.context, 4096);
  if (shape.positions_end && positions > shape.context)
    return fail(errc::range, message(file.source(), ": a context of ", positions,
                                     " tokens is wanted, the model has only learned ",
                                     shape.context, " positions"));
  return room{.cache = {.layers = shape.layers,
                        .sequences = options.sequences,
                        .context = positions,
                        .kv_heads = shape.kv_heads,
                        .dim = shape.dim,
                        .type = options.kv_type},
              .batch = std::min(options.batch, positions * options.sequences)};
}

result<memory_report> graph_runtime::estimate(const gguf::file& file, weight_loader& loader,
                                              const model_shape& shape, const room& sizes,
                                              std::size_t step_bytes) {
  const auto plan = loader.plan();
  if (!plan) return std::unexpected(plan.error());
  const auto cache = sizes.cache.bytes();
  if (!cache || step_bytes == step_memory::largest)
    return fail(errc::memory, message(file.source(), ": ", sizes.cache.context,
                                      " positions take more bytes than 64 bits count"));
  return memory_report{plan->bytes(), *cache, step_bytes + shape.vocab * sizeof(float)};
}

result<graph_runtime> graph_runtime::create(const gguf::file& file, weight_loader& loader,
                                            const model_shape& shape, const room& sizes,
                                            std::size_t step_bytes, const load_options& options) {
  const auto plan = loader.plan();
  if (!plan) return std::unexpected(plan.error());
  context runtime(options.threads, options.table(), {.pin = options.pin});
  auto packed = pack_or_map(file, *plan, runtime.pool(), options.packing);
  if (!packed) return std::unexpected(std::move(packed.error()));
  loader.tell_panels(packed->panels().data());
  auto cache = kv_cache::create(sizes.cache);
  if (!cache) return std::unexpected(std::move(cache.error()));
  auto buffers = platform::huge_buffer::create(step_bytes);
  if (!buffers) return std::unexpected(std::move(buffers.error()));
  return graph_runtime(std::move(runtime), std::move(*packed), std::move(*cache),
                       std::move(*buffers), sizes.batch, shape.vocab);
}

graph_runtime::graph_runtime(context runtime, packed_image panels, kv_cache cache,
                             platform::huge_buffer buffers, std::size_t batch,
                             std::size_t vocabulary)
    : runtime_(std::move(runtime)), panels_(std::move(panels)), cache_(std::move(cache)),
      buffers_(std::move(buffers)), slots_(batch), spans_(batch),
      logits_(axis_names::output(1), axis_names::vocab(vocabulary)) {}

model_limits graph_runtime::limits() const {
  const kv_shape& kv = cache_.shape();
  return {logits_.extent(axis_names::vocab), kv.context, kv.sequences, slots_.size()};
}

memory_report graph_runtime::report() const {
  return {panels_.panels().size(), cache_.shape().bytes().value_or(0),
          buffers_.size() + logits_.size() * sizeof(float)};
}

result<graph_step> graph_runtime::begin(const batch& b) {
  if (auto ok = check(b, limits()); !ok) return std::unexpected(std::move(ok.error()));
  const std::size_t n = b.tokens.size();
  const std::size_t wanted = b.outputs.size();
  if (auto ok = cache_.place(b, slots_, spans_); !ok) return std::unexpected(std::move(ok.error()));
  if (wanted > logits_.extent(axis_names::output))
    logits_ = tensor<float, axis_names::output, axis_names::vocab>(
        axis_names::output(wanted), axis_names::vocab(limits().vocabulary));
  const extents<axes<axis_names::token>> tokens({n});
  return graph_step{.tokens = {b.tokens.data(), tokens},
                    .positions = {b.positions.data(), tokens},
                    .outputs = {b.outputs.data(), extents<axes<axis_names::output>>({wanted})},
                    .slots = std::span<const std::int32_t>(slots_).first(n),
                    .spans = std::span<const attention_span>(spans_).first(n),
                    .cache = &cache_,
                    .logits = logits_.view().first(axis_names::output, wanted)};
}

}  // namespace qx
