// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/fuse/context.hpp>
#include <qx/model/kv_cache.hpp>
#include <qx/platform/cpu.hpp>

#include <algorithm>
#include <models/llama/buffers.hpp>
#include <models/llama/model.hpp>
#include <models/llama/rope_table.hpp>
#include <models/llama/step.hpp>
#include <utility>
#include <vector>

namespace qx::llama {

struct model::state {
  config shape;
  std::size_t batch_limit;
  context runtime;
  weights tensors;
  kv_cache cache;
  rope_table rope;
  buffers buffer;
  tensor<float, output, vocab> logits;
  forward_function run;
};

model::model(std::unique_ptr<state> s) : state_(std::move(s)) {}
model::model(model&&) noexcept = default;
model& model::operator=(model&&) noexcept = default;
model::~model() = default;

result<model> model::load(const gguf::file& file, const load_options& options) {
  auto shape = read_config(file);
  if (!shape) return std::unexpected(std::move(shape.error()));
  const config c = *shape;
  if (options.batch == 0 || options.sequences == 0)
    return fail(errc::argument, "a model needs room for at least one token and one sequence");
  const std::size_t positions =
      options.context != 0 ? options.context : std::min<std::size_t>(c.context, 4096);
  const kernel::table& kernels =
      options.kernels != nullptr ? *options.kernels : kernel::best_table();

  context runtime(options.threads, kernels, {.pin = options.pin});
  auto tensors = load_weights(file, c, kernels, runtime.pool(), options.packing);
  if (!tensors) return std::unexpected(std::move(tensors.error()));
  auto cache = kv_cache::create({.layers = c.layers,
                                 .sequences = options.sequences,
                                 .context = positions,
                                 .kv_heads = c.kv_heads,
                                 .dim = c.dim,
                                 .type = options.kv_type});
  if (!cache) return std::unexpected(std::move(cache.error()));
  const std::size_t most = std::min(options.batch, positions * options.sequences);
  rope_table rope(c.rope, c.dim, tensors->rope_factors);
  return model(std::make_unique<state>(
      state{c, most, std::move(runtime), std::move(*tensors), std::move(*cache), std::move(rope),
            buffers(buffer_shapes(c, most)),
            tensor<float, output, vocab>(output(1), vocab(c.vocab)), forward_for(kernels)}));
}

model_limits model::limits() const {
  const kv_shape& kv = state_->cache.shape();
  return {state_->shape.vocab, kv.context, kv.sequences, state_->batch_limit};
}
std::size_t model::length(std::int32_t sequence) const { return state_->cache.length(sequence); }
void model::truncate(std::int32_t sequence, std::size_t length) {
  state_->cache.truncate(sequence, length);
}
const config& model::configuration() const { return state_->shape; }
context& model::runtime() { return state_->runtime; }

memory_report model::memory() const {
  return {state_->tensors.packed.panels().size(), state_->cache.shape().bytes().value_or(0),
          buffer_shapes(state_->shape, state_->batch_limit).bytes() +
              state_->logits.size() * sizeof(float)};
}

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

result<logits_view> model::forward(const batch& b) {
  state& m = *state_;
  if (auto ok = check(b, limits()); !ok) return std::unexpected(std::move(ok.error()));
  const std::size_t n = b.tokens.size();
  const std::size_t wanted = b.outputs.size();
  if (auto ok = m.cache.place(b, m.buffer.slots, m.buffer.spans); !ok)
    return std::unexpected(std::move(ok.error()));
  if (wanted > m.logits.extent(output))
    m.logits = tensor<float, output, vocab>(output(wanted), vocab(m.shape.vocab));
  m.rope.fill(b.positions, m.buffer.cosine.elements(), m.buffer.sine.elements());

  const step s{
      .tokens = {b.tokens.data(), extents<axes<token>>({n})},
      .outputs = {b.outputs.data(), extents<axes<output>>({wanted})},
      .slots = std::span<const std::int32_t>(m.buffer.slots).first(n),
      .spans = std::span<const attention_span>(m.buffer.spans).first(n),
      .cosine = std::as_const(m.buffer.cosine).view().first(token, n),
      .sine = std::as_const(m.buffer.sine).view().first(token, n),
      .x = m.buffer.x.view().first(token, n),
      .q = m.buffer.q.view().first(token, n),
      .a = m.buffer.a.view().first(token, n),
      .f = m.buffer.f.view().first(token, n),
      .logits = m.logits.view().first(output, wanted),
  };
  m.run(m.runtime, m.shape, m.tensors, m.cache, s);
  return logits_view(s.logits);
}

}  // namespace qx::llama
