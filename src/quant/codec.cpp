// SPDX-License-Identifier: MIT
#include "encoders.hpp"

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

#include <array>
#include <cstring>

namespace qx::quant {
namespace {

using decoder = void (*)(const std::byte*, std::size_t, float*);

/// Rows may begin at any address, hence the copies.
template <class T>
void decode_plain(const std::byte* row, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i) {
    T element;
    std::memcpy(&element, row + i * sizeof(T), sizeof(T));
    out[i] = static_cast<float>(element);
  }
}

template <Block B>
void decode_blocks(const std::byte* row, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n / B::elements; ++i) {
    B block;
    std::memcpy(&block, row + i * sizeof(B), sizeof(B));
    decode(block, std::span<float, B::elements>(out + i * B::elements, B::elements));
  }
}

// In the order of dtype.
constexpr std::array<decoder, dtype_count> decoders{
    decode_plain<float>,        decode_plain<f16>,          decode_plain<bf16>,
    decode_blocks<q4_0>,        decode_blocks<q4_1>,        decode_blocks<q5_0>,
    decode_blocks<q5_1>,        decode_blocks<q8_0>,        decode_blocks<q2_k>,
    decode_blocks<q3_k>,        decode_blocks<q4_k>,        decode_blocks<q5_k>,
    decode_blocks<q6_k>,        decode_blocks<iq4_nl>,      decode_blocks<mxfp4>,
    decode_plain<std::int8_t>,  decode_plain<std::int16_t>, decode_plain<std::int32_t>,
    decode_plain<std::int64_t>, decode_plain<double>};

}  // namespace

void decode_row(dtype type, const std::byte* row, std::size_t n, float* out) {
  decoders[static_cast<std::size_t>(type)](row, n, out);
}

bool has_encoder(dtype type) { return encoder_of(type) != nullptr; }

bool encode_row(dtype type, const float* in, std::size_t n, std::byte* row, const float* weights) {
  const row_encoder encode_all = encoder_of(type);
  if (encode_all == nullptr || n % info(type).block_elements != 0) return false;
  encode_all(in, weights, n, row);
  return true;
}

}  // namespace qx::quant
