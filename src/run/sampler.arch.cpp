// SPDX-License-Identifier: MIT
/// \file
/// The sampler's sweeps as composed expressions over the logits.
#include "arch.hpp"
#include "expressions.hpp"
#include "narrow.hpp"

#include <qx/qx.hpp>
#include <qx/run/candidates.hpp>

namespace qx::sampling::inline QX_ARCH {
namespace {

using axis_names::candidate;

constexpr std::size_t block = candidates::block;
constexpr axis<"block"> block_axis;
constexpr auto within = fixed<candidate, block>;

tensor_view<const float, candidate> as_view(std::span<const float> x) {
  return {x.data(), make_extents<axes<candidate>>(candidate(x.size()))};
}
tensor_view<float, candidate> as_view(std::span<float> x) {
  return {x.data(), make_extents<axes<candidate>>(candidate(x.size()))};
}

/// `reduction(x)` of whole blocks as one matrix, then of what is left.
template <class F>
void for_blocks(std::span<const float> x, std::span<float> out, F reduction) {
  const std::size_t whole = x.size() / block;
  if (whole != 0) {
    const tensor_view<const float, block_axis, within> rows(
        x.data(), make_extents<axes<block_axis, within>>(block_axis(whole)));
    const tensor_view<float, block_axis> target(out.data(),
                                                make_extents<axes<block_axis>>(block_axis(whole)));
    eval(target <<= reduction(rows));
  }
  if (x.size() % block != 0) {
    const tensor_view<float> target(out.data() + whole, extents<axes<>>());
    eval(target <<= reduction(as_view(x.subspan(whole * block))));
  }
}

void block_largest(std::span<const float> x, std::span<float> largest) {
  for_blocks(x, largest,
             [](const auto& logits) { return largest_or_nan(logits, over(candidate)); });
}

void block_weights(std::span<const float> x, float origin, float scale, std::span<float> sums) {
  for_blocks(x, sums, [=](const auto& logits) {
    return weight_sum(logits, origin, scale, over(candidate));
  });
}

void weights(std::span<const float> x, float origin, float scale, std::span<float> out) {
  eval(as_view(out) <<= weight_of(as_view(x), origin, scale));
}

void multiply(std::span<const float> x, float scale, std::span<float> out) {
  eval(as_view(out) <<= as_view(x) * scale);
}

}  // namespace

constinit const vector_ops sweeps{
    .block_largest = block_largest,
    .block_weights = block_weights,
    .weights = weights,
    .multiply = multiply,
    .moments = moments_of,
    .keep = keep,
    .keep_ids = keep_ids,
    .mass_from = mass_from,
    .split = split,
};

}  // namespace qx::sampling::inline QX_ARCH
