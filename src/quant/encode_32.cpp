// SPDX-License-Identifier: MIT
/// \file
/// Searching encoders of the 32-element formats, eight blocks at a time.
#include "encoders.hpp"
#include "fit.hpp"

#include <qx/quant/iq4_nl.hpp>
#include <qx/quant/q4_0.hpp>
#include <qx/quant/q4_1.hpp>
#include <qx/quant/q5_0.hpp>
#include <qx/quant/q5_1.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace qx::quant {
namespace {

constexpr std::size_t block_elements = 32;

/// Element i of 32, into zeroed fields.
template <class B>
void put_code(B& block, std::size_t i, int code) {
  const auto byte = static_cast<std::uint8_t>(code);
  if constexpr (requires { block.fifths; })
    detail::put_five_bits(block.fifths, block.codes, i, byte);
  else
    block.codes[i % 16] = static_cast<std::uint8_t>(block.codes[i % 16] | byte << (i < 16 ? 0 : 4));
}

/// Calls encode_eight(chunk, blocks) for every eight blocks of the row; the last are completed with
/// zeros.
template <class B, class F>
void for_eights(const float* in, const float* weights, std::size_t n, std::byte* row,
                const F& encode_eight) {
  chunk<block_elements> c;
  B blocks[lanes::count];
  for (std::size_t at = 0; at < n; at += chunk_elements) {
    const std::size_t count = std::min(chunk_elements, n - at);
    float x[chunk_elements]{}, w[chunk_elements]{};
    std::copy_n(in + at, count, x);
    if (weights != nullptr) std::copy_n(weights + at, count, w);
    load(x, weights == nullptr ? nullptr : w, c);
    std::fill_n(blocks, lanes::count, B{});
    encode_eight(c, blocks);
    std::memcpy(row + at / block_elements * sizeof(B), blocks, count / block_elements * sizeof(B));
  }
}

/// Rounds a number of each block to what its field can hold; returns what decoders will read.
template <class B>
lanes put_field(const chunk<block_elements>& c, lanes value, B (&blocks)[lanes::count],
                f16 B::* field) {
  for (std::size_t lane = 0; lane < lanes::count; ++lane) {
    const f16 stored = c.stored(value.get(lane));
    blocks[lane].*field = stored;
    value.set(lane, c.loaded(stored));
  }
  return value;
}

/// x = q · scale with q from `lowest`, stored as q - lowest.
template <class B>
void encode_scaled(const float* in, const float* weights, std::size_t n, std::byte* row, int lowest,
                   sweep spans) {
  const whole_codes nearest(lowest, -lowest - 1);
  for_eights<B>(in, weights, n, row, [&](const auto& c, B(&blocks)[lanes::count]) {
    const lanes scale = put_field(c, best_scale(c.part[0], nearest, spans), blocks, &B::scale);
    for (std::size_t i = 0; i < block_elements; ++i) {
      const lanes q = nearest(c.part[0].x[i] * reciprocal(scale));
      for (std::size_t lane = 0; lane < lanes::count; ++lane)
        put_code(blocks[lane], i, static_cast<int>(q.get(lane)) - lowest);
    }
  });
}

/// x = q · scale + lowest, with q up to `highest`.
template <class B>
void encode_affine(const float* in, const float* weights, std::size_t n, std::byte* row,
                   int highest, sweep spans) {
  const whole_codes nearest(0, highest);
  const lanes anywhere = lanes::all(std::numeric_limits<float>::max());
  for_eights<B>(in, weights, n, row, [&](const auto& c, B(&blocks)[lanes::count]) {
    const line l = best_line(c.part[0], nearest, spans, anywhere);
    const lanes scale = put_field(c, l.step, blocks, &B::scale);
    const lanes lowest = put_field(c, l.offset, blocks, &B::lowest);
    for (std::size_t i = 0; i < block_elements; ++i) {
      const lanes q = nearest((c.part[0].x[i] - lowest) * reciprocal(scale));
      for (std::size_t lane = 0; lane < lanes::count; ++lane)
        put_code(blocks[lane], i, static_cast<int>(q.get(lane)));
    }
  });
}

/// The nearest of the sixteen levels: the lowest, and every gap whose middle is below x.
struct nearest_level {
  [[nodiscard]] QX_INLINE lanes operator()(lanes x) const {
    lanes level = lanes::all(iq4_nl::levels[0]);
    for (std::size_t i = 1; i < 16; ++i) {
      const float above = iq4_nl::levels[i], below = iq4_nl::levels[i - 1];
      level += where_below(lanes::all((above + below) / 2), x, lanes::all(above - below),
                           lanes::all(0.0f));
    }
    return level;
  }
};

}  // namespace

void search_q4_0(const float* in, const float* weights, std::size_t n, std::byte* row) {
  encode_scaled<q4_0>(in, weights, n, row, -8, {-9.0f, 0.2f, 12});
}
void search_q5_0(const float* in, const float* weights, std::size_t n, std::byte* row) {
  encode_scaled<q5_0>(in, weights, n, row, -16, {-17.0f, 0.2f, 12});
}
void search_q4_1(const float* in, const float* weights, std::size_t n, std::byte* row) {
  encode_affine<q4_1>(in, weights, n, row, 15, {13.5f, 0.2f, 12});
}
void search_q5_1(const float* in, const float* weights, std::size_t n, std::byte* row) {
  encode_affine<q5_1>(in, weights, n, row, 31, {29.5f, 0.2f, 12});
}

void search_iq4_nl(const float* in, const float* weights, std::size_t n, std::byte* row) {
  const nearest_level nearest;
  for_eights<iq4_nl>(in, weights, n, row, [&](const auto& c, iq4_nl(&blocks)[lanes::count]) {
    const lanes scale = best_scale(c.part[0], nearest, {-142.0f, 4.0f, 12});
    const lanes kept = put_field(c, scale, blocks, &iq4_nl::scale);
    for (std::size_t i = 0; i < block_elements; ++i) {
      const lanes level = nearest(c.part[0].x[i] * reciprocal(kept));
      for (std::size_t lane = 0; lane < lanes::count; ++lane) {
        const auto at = std::ranges::find(iq4_nl::levels, static_cast<int>(level.get(lane)));
        put_code(blocks[lane], i, static_cast<int>(at - iq4_nl::levels));
      }
    }
  });
}

}  // namespace qx::quant
