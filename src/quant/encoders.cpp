// SPDX-License-Identifier: MIT
#include "encoders.hpp"

#include <qx/quant/block.hpp>
#include <qx/quant/mxfp4.hpp>
#include <qx/quant/q4_0.hpp>
#include <qx/quant/q4_1.hpp>
#include <qx/quant/q5_0.hpp>
#include <qx/quant/q5_1.hpp>
#include <qx/quant/q8_0.hpp>

#include <concepts>
#include <cstring>

namespace qx::quant {
namespace {

/// Weights change nothing: every element is rounded for itself.
template <class T>
void encode_plain(const float* in, const float*, std::size_t n, std::byte* row) {
  for (std::size_t i = 0; i < n; ++i) {
    T element;
    if constexpr (std::same_as<T, float>)
      element = in[i];
    else
      element = T::from(in[i]);
    std::memcpy(row + i * sizeof(T), &element, sizeof(T));
  }
}

/// Blocks as their format computes them, whatever the weights.
template <EncodableBlock B>
void encode_blocks(const float* in, const float*, std::size_t n, std::byte* row) {
  for (std::size_t i = 0; i < n / B::elements; ++i) {
    B block;
    encode(std::span<const float, B::elements>(in + i * B::elements, B::elements), block);
    std::memcpy(row + i * sizeof(B), &block, sizeof(B));
  }
}

/// Without weights the bytes that every engine writes, with them the better ones.
template <EncodableBlock B, row_encoder Search>
void encode_or_search(const float* in, const float* weights, std::size_t n, std::byte* row) {
  weights == nullptr ? encode_blocks<B>(in, weights, n, row) : Search(in, weights, n, row);
}

}  // namespace

row_encoder encoder_of(dtype type) {
  switch (type) {
  case dtype::f32:
    return encode_plain<float>;
  case dtype::f16:
    return encode_plain<f16>;
  case dtype::bf16:
    return encode_plain<bf16>;
  case dtype::q4_0:
    return encode_or_search<q4_0, search_q4_0>;
  case dtype::q4_1:
    return encode_or_search<q4_1, search_q4_1>;
  case dtype::q5_0:
    return encode_or_search<q5_0, search_q5_0>;
  case dtype::q5_1:
    return encode_or_search<q5_1, search_q5_1>;
  case dtype::mxfp4:  // its scales are powers of two, a binary order apart
    return encode_blocks<mxfp4>;
  case dtype::q8_0:  // its rounding is finer than what weights could tell apart
    return encode_blocks<q8_0>;
  case dtype::iq4_nl:
    return search_iq4_nl;
  default:
    return k_encoder_of(type);
  }
}

}  // namespace qx::quant
