// SPDX-License-Identifier: MIT
/// \file
/// Encoders of the 256-element formats. Spans and starts were chosen by measurement on normally
/// distributed weights: more of them cost time and lower the error by less than half a percent.
#include "encoders.hpp"
#include "search_affine.hpp"
#include "search_scaled.hpp"

#include <qx/quant/q2_k.hpp>
#include <qx/quant/q3_k.hpp>
#include <qx/quant/q4_k.hpp>
#include <qx/quant/q5_k.hpp>
#include <qx/quant/q6_k.hpp>

#include <cstring>

namespace qx::quant {
namespace {

struct tuning {
  sweep spans;   ///< of a group, in codes
  sweep starts;  ///< of the block's scale, in multiples
};

template <class B, template <class> class Search, tuning T>
void encode_blocks(const float* in, const float* weights, std::size_t n, std::byte* row) {
  for (std::size_t at = 0; at < n; at += B::elements, row += sizeof(B)) {
    const Search<B> search(in + at, weights == nullptr ? nullptr : weights + at, T.spans, T.starts);
    B block;
    pack(search.found(), block);
    std::memcpy(row, &block, sizeof(B));
  }
}

}  // namespace

row_encoder k_encoder_of(dtype type) {
  switch (type) {
  case dtype::q2_k:
    return encode_blocks<q2_k, affine_search, tuning{{2.2f, 0.1f, 12}, {13.0f, 1.0f, 3}}>;
  case dtype::q3_k:
    return encode_blocks<q3_k, scaled_search, tuning{{-4.6f, 0.15f, 12}, {-32.0f, 1.0f, 3}}>;
  case dtype::q4_k:
    return encode_blocks<q4_k, affine_search, tuning{{13.5f, 0.2f, 12}, {60.0f, 1.5f, 3}}>;
  case dtype::q5_k:
    return encode_blocks<q5_k, affine_search, tuning{{29.5f, 0.2f, 12}, {60.0f, 1.5f, 3}}>;
  case dtype::q6_k:
    return encode_blocks<q6_k, scaled_search, tuning{{-33.0f, 0.25f, 12}, {-128.0f, 1.5f, 3}}>;
  default:
    return nullptr;
  }
}

}  // namespace qx::quant
