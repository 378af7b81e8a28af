// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/kv_cache.hpp>

#include <limits>
#include <utility>

namespace qx {

std::optional<std::size_t> kv_shape::bytes() const {
  std::size_t total = 2 * info(type).block_bytes;
  for (const std::size_t factor : {layers, sequences, context, kv_heads, dim}) {
    if (factor != 0 && total > std::numeric_limits<std::ptrdiff_t>::max() / factor)
      return std::nullopt;
    total *= factor;
  }
  return total;
}

result<kv_cache> kv_cache::create(const kv_shape& shape) {
  if (shape.type != dtype::f32 && shape.type != dtype::f16)
    return fail(errc::unsupported,
                message("KV cache: type ", name(shape.type), " is not f32 or f16"));
  const auto bytes = shape.bytes();
  if (!bytes || *bytes == 0)
    return fail(errc::argument,
                message("KV cache: ", shape.layers, " layers × ", shape.sequences, " sequences × ",
                        shape.context, " positions is not a size that can be had"));
  if (shape.context >
      static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()) / shape.sequences)
    return fail(errc::argument,
                message("KV cache: ", shape.sequences, " sequences × ", shape.context,
                        " positions are more slots than 32 bits can number"));
  auto memory = platform::huge_buffer::create(*bytes);
  if (!memory) return std::unexpected(memory.error());
  kv_cache cache;
  cache.shape_ = shape;
  cache.memory_ = std::move(*memory);
  cache.lengths_.assign(shape.sequences, 0);
  return cache;
}

kv_cache::layer_view kv_cache::view(std::size_t index) const {
  const std::size_t slots = shape_.sequences * shape_.context;
  const std::size_t bytes = slots * shape_.kv_heads * shape_.dim * info(shape_.type).block_bytes;
  return {shape_.type, memory_.data() + index * bytes,
          layer_view::extents_type({slots, shape_.kv_heads, shape_.dim})};
}

result<void> kv_cache::place(const batch& b, std::span<std::int32_t> slots,
                             std::span<attention_span> spans) {
  for (std::size_t i = 0; i < b.tokens.size(); ++i) {
    const std::int32_t sequence = b.sequences[i];
    const std::int32_t position = b.positions[i];
    const auto undo = [&](error e) {
      for (std::size_t k = i; k-- > 0;)
        --lengths_[static_cast<std::size_t>(b.sequences[k])];
      return std::unexpected(std::move(e));
    };
    if (sequence < 0 || static_cast<std::size_t>(sequence) >= shape_.sequences)
      return undo({errc::range, message("batch: sequence ", sequence, " of token ", i,
                                        " is outside 0…", shape_.sequences - 1)});
    std::size_t& held = lengths_[static_cast<std::size_t>(sequence)];
    if (position < 0 || static_cast<std::size_t>(position) != held)
      return undo({errc::range,
                   message("batch: position ", position, " of token ", i, " does not follow the ",
                           held, " positions that sequence ", sequence, " holds")});
    if (held >= shape_.context)
      return undo(
          {errc::range, message("batch: sequence ", sequence, " is full: the context holds ",
                                shape_.context, " tokens")});
    const std::size_t first = static_cast<std::size_t>(sequence) * shape_.context;
    slots[i] = static_cast<std::int32_t>(first + held);
    ++held;
    spans[i] = {first, held};
  }
  return {};
}

}  // namespace qx
