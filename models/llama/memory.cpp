// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/kv_cache.hpp>

#include <algorithm>
#include <models/llama/buffers.hpp>
#include <models/llama/memory.hpp>

namespace qx::llama {
namespace {

/// What load_weights() would pack, of a file in which tensors may be missing or misshapen.
std::size_t packed_bytes(const gguf::file& file, const kernel::table& kernels) {
  const bool tied = file.find_tensor("output.weight") == nullptr;
  packing_plan plan(kernels);
  for (const gguf::tensor_info& t : file.tensors())
    if (t.rank >= 2 && is_weight(t.type) && (t.name != "token_embd.weight" || tied)) plan.add(t);
  return plan.bytes();
}

}  // namespace

result<memory_report> memory_needed(const gguf::file& file, const load_options& options) {
  const auto c = read_config(file);
  if (!c) return std::unexpected(c.error());
  const std::size_t positions =
      options.context != 0 ? options.context : std::min<std::size_t>(c->context, 4096);
  const kv_shape kv{.layers = c->layers,
                    .sequences = options.sequences,
                    .context = positions,
                    .kv_heads = c->kv_heads,
                    .dim = c->dim,
                    .type = options.kv_type};
  const auto cache = kv.bytes();
  if (!cache)
    return fail(errc::memory, message(file.source(), ": a cache for ", positions,
                                      " positions has more bytes than 64 bits count"));
  const kernel::table& kernels =
      options.kernels != nullptr ? *options.kernels : kernel::best_table();
  const buffer_shapes step(*c, std::min(options.batch, positions * options.sequences));
  return memory_report{packed_bytes(file, kernels), *cache,
                       step.bytes() + c->vocab * sizeof(float)};
}

}  // namespace qx::llama
