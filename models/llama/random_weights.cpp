// SPDX-License-Identifier: MIT
#include <qx/quant/codec.hpp>
#include <qx/quant/iq4_nl.hpp>
#include <qx/quant/mxfp4.hpp>
#include <qx/quant/q2_k.hpp>
#include <qx/quant/q3_k.hpp>
#include <qx/quant/q4_0.hpp>
#include <qx/quant/q4_1.hpp>
#include <qx/quant/q4_k.hpp>
#include <qx/quant/q5_0.hpp>
#include <qx/quant/q5_1.hpp>
#include <qx/quant/q5_k.hpp>
#include <qx/quant/q6_k.hpp>
#include <qx/quant/q8_0.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <models/llama/random_weights.hpp>
#include <vector>

namespace qx::llama {
namespace {

/// Where a block keeps its scale and, in formats that have one, the number that its codes are
/// offset by. All else in a block may be any bits.
struct block_fields {
  dtype type;
  std::size_t scale;
  std::size_t offset = no_offset;
  float ratio = 0.0f;  // offset / scale that makes the mean 0

  static constexpr std::size_t no_offset = static_cast<std::size_t>(-1);
};

// Codes of b bits are (2^b - 1) / 2 on average; the six-bit factors beside them cancel.
constexpr std::array fields{
    block_fields{dtype::q4_0, offsetof(quant::q4_0, scale)},
    block_fields{dtype::q4_1, offsetof(quant::q4_1, scale), offsetof(quant::q4_1, lowest), -7.5f},
    block_fields{dtype::q5_0, offsetof(quant::q5_0, scale)},
    block_fields{dtype::q5_1, offsetof(quant::q5_1, scale), offsetof(quant::q5_1, lowest), -15.5f},
    block_fields{dtype::q8_0, offsetof(quant::q8_0, scale)},
    block_fields{dtype::q2_k, offsetof(quant::q2_k, scale), offsetof(quant::q2_k, base), 1.5f},
    block_fields{dtype::q3_k, offsetof(quant::q3_k, scale)},
    block_fields{dtype::q4_k, offsetof(quant::q4_k, scale), offsetof(quant::q4_k, base), 7.5f},
    block_fields{dtype::q5_k, offsetof(quant::q5_k, scale), offsetof(quant::q5_k, base), 15.5f},
    block_fields{dtype::q6_k, offsetof(quant::q6_k, scale)},
    block_fields{dtype::iq4_nl, offsetof(quant::iq4_nl, scale)},
    block_fields{dtype::mxfp4, offsetof(quant::mxfp4, exponent)}};

/// Word `index` of a stream: SplitMix64 (Steele, Lea and Flood 2014), a counter at heart, so that
/// threads can begin anywhere.
std::uint64_t word(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = (seed << 40) + index * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

void put_f16(std::byte* at, float value) {
  const qx::f16 stored = qx::f16::from(value);
  std::memcpy(at, &stored, sizeof(stored));
}

/// MXFP4 has powers of two only, twice what its integer levels are multiplied by: the nearest.
void put_scale(dtype type, std::byte* at, float value) {
  if (type != dtype::mxfp4) return put_f16(at, value);
  const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(value) & 0x7fffffffu;
  *at = static_cast<std::byte>(((magnitude + 0x4afb0du) >> 23) + 1);
}

/// Random bits, then the fields that must be numbers. The scale's sign is random: formats whose
/// codes are not symmetric have a mean of 0 over many blocks.
void fill_block(std::byte* block, const block_fields& f, float scale, std::uint64_t seed,
                std::size_t index) {
  const std::size_t bytes = info(f.type).block_bytes, words = (bytes + 7) / 8;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < words; ++i) {
    bits = word(seed, index * words + i);
    std::memcpy(block + i * 8, &bits, std::min<std::size_t>(8, bytes - i * 8));
  }
  const float signed_scale = (bits >> 63) != 0 ? -scale : scale;
  put_scale(f.type, block + f.scale, signed_scale);
  if (f.offset != block_fields::no_offset) put_f16(block + f.offset, f.ratio * signed_scale);
}

const block_fields& fields_of(dtype type) {
  return *std::ranges::find(fields, type, &block_fields::type);
}

/// The standard deviation of blocks with a scale of 1, from a sample.
float deviation_at_one(dtype type) {
  constexpr std::size_t blocks = 256;
  const std::size_t elements = blocks * info(type).block_elements;
  std::vector<std::byte> sample(bytes_of(type, elements));
  for (std::size_t i = 0; i < blocks; ++i)
    fill_block(sample.data() + i * info(type).block_bytes, fields_of(type), 1.0f, 0, i);
  std::vector<float> decoded(elements);
  quant::decode_row(type, sample.data(), elements, decoded.data());
  double squares = 0.0;
  for (const float x : decoded)
    squares += static_cast<double>(x) * x;
  return static_cast<float>(std::sqrt(squares / static_cast<double>(elements)));
}

}  // namespace

random_weights::random_weights(dtype type, float deviation)
    : type_(type),
      // Plain types are uniform in ±a, which has a deviation of a / √3.
      scale_(is_quantized(type) ? deviation / deviation_at_one(type)
                                : deviation * std::sqrt(3.0f)) {}

void random_weights::fill(std::span<std::byte> blocks, std::uint64_t seed,
                          std::size_t first) const {
  if (!is_quantized(type_)) return fill_plain(blocks, seed, first);
  const std::size_t bytes = info(type_).block_bytes;
  const block_fields& f = fields_of(type_);
  for (std::size_t at = 0; at < blocks.size(); at += bytes)
    fill_block(blocks.data() + at, f, scale_, seed, first++);
}

void random_weights::fill_plain(std::span<std::byte> elements, std::uint64_t seed,
                                std::size_t first) const {
  const std::size_t bytes = info(type_).block_bytes;
  for (std::size_t at = 0; at < elements.size(); at += bytes) {
    const auto upper =
        static_cast<float>(word(seed, first++) >> 40);  // 24 bits: floats count them all
    const float value = (upper * 0x1p-23f - 1.0f) * scale_;
    const qx::f16 half = qx::f16::from(value);
    const qx::bf16 brain = qx::bf16::from(value);
    const void* const stored = type_ == dtype::f32   ? static_cast<const void*>(&value)
                               : type_ == dtype::f16 ? static_cast<const void*>(&half)
                                                     : static_cast<const void*>(&brain);
    std::memcpy(elements.data() + at, stored, bytes);
  }
}

}  // namespace qx::llama
