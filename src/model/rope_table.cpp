// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/rope_table.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace qx {

namespace {

void read_scaling(hyperparameters& keys, rope_config& rope, std::size_t context) {
  const float old_factor = keys.optional<float>("rope.scale_linear", 1.0f);
  const auto kind =
      keys.optional<std::string>("rope.scaling.type", old_factor != 1.0f ? "linear" : "none");
  rope.factor = keys.positive("rope.scaling.factor", old_factor);
  if (kind == "linear") {
    rope.scaling = rope_scaling::linear;
  } else if (kind == "yarn") {
    rope.scaling = rope_scaling::yarn;
    rope.original_context = keys.count("rope.scaling.original_context_length", context);
    rope.attention_factor = keys.optional<float>("rope.scaling.attn_factor", 1.0f);
    rope.beta_fast = keys.positive("rope.scaling.yarn_beta_fast", 32.0f);
    rope.beta_slow = keys.positive("rope.scaling.yarn_beta_slow", 1.0f);
  } else if (kind != "none" && kind != "longrope") {
    keys.refuse(errc::unsupported,
                message("rope scaling '", kind, "' is not none, linear or yarn"));
  }
}

/// The pair whose wavelength makes `rotations` full turns within the original context (Peng et al.
/// 2023, equation 17, solved for the dimension).
double turning_pair(const rope_config& c, double rotations) {
  const auto n = static_cast<double>(c.rotated);
  const double turns = static_cast<double>(c.original_context) / (rotations * 2.0 * std::numbers::pi);
  return n * std::log(turns) / (2.0 * std::log(static_cast<double>(c.base)));
}

/// 1 where a frequency is kept, 0 where it is interpolated, linear between.
double kept_share(const rope_config& c, std::size_t pair) {
  const double last = static_cast<double>(c.rotated) - 1.0;
  const double low = std::max(0.0, std::floor(turning_pair(c, c.beta_fast)));
  const double high = std::min(last, std::ceil(turning_pair(c, c.beta_slow)));
  const double ramp = (static_cast<double>(pair) - low) / std::max(0.001, high - low);
  return 1.0 - std::clamp(ramp, 0.0, 1.0);
}

}  // namespace

rope_config read_rope(hyperparameters& keys, const model_shape& shape, rope_pairs pairs) {
  rope_config rope{.pairs = pairs};
  rope.base = keys.positive("rope.freq_base", 10000.0f);
  rope.rotated = keys.count("rope.dimension_count", shape.dim);
  if (rope.rotated > shape.dim || rope.rotated % 2 != 0)
    keys.refuse(errc::shape, message("'", keys.architecture(), ".rope.dimension_count' is ",
                                     rope.rotated, "; it must be even and at most ", shape.dim));
  read_scaling(keys, rope, shape.context);
  return rope;
}

rope_table::rope_table(const rope_config& c, std::size_t dim, std::span<const float> factors)
    : dim_(dim), pairs_(c.pairs), frequency_(c.rotated / 2) {
  for (std::size_t i = 0; i < frequency_.size(); ++i) {
    double f = std::pow(static_cast<double>(c.base), -2.0 * static_cast<double>(i) / static_cast<double>(c.rotated));
    if (!factors.empty()) f /= static_cast<double>(factors[i]);
    const double slowed = f / static_cast<double>(c.factor);
    if (c.scaling == rope_scaling::linear) f = slowed;
    if (c.scaling == rope_scaling::yarn) {
      const double kept = kept_share(c, i);
      f = slowed * (1.0 - kept) + f * kept;
    }
    frequency_[i] = f;
  }
  if (c.scaling == rope_scaling::yarn)
    magnitude_ = static_cast<double>(c.attention_factor) * (1.0 + 0.1 * std::log(static_cast<double>(c.factor)));
}

void rope_table::fill(std::span<const std::int32_t> positions, std::span<float> cosine, std::span<float> sine) const {
  const std::size_t half = frequency_.size();
  for (std::size_t t = 0; t < positions.size(); ++t) {
    float* const c = cosine.data() + t * dim_;
    float* const s = sine.data() + t * dim_;
    for (std::size_t i = 0; i < half; ++i) {
      const double angle = static_cast<double>(positions[t]) * frequency_[i];
      const std::size_t first = pairs_ == rope_pairs::adjacent ? 2 * i : i;
      const std::size_t second = pairs_ == rope_pairs::adjacent ? 2 * i + 1 : i + half;
      c[first] = c[second] = static_cast<float>(magnitude_ * std::cos(angle));
      s[second] = static_cast<float>(magnitude_ * std::sin(angle));
      s[first] = -s[second];
    }
    std::fill(c + 2 * half, c + dim_, 1.0f);
    std::fill(s + 2 * half, s + dim_, 0.0f);
  }
}

}  // namespace qx
