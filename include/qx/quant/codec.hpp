// SPDX-License-Identifier: MIT
/// \file
/// Rows of any element type to floats and back, chosen at run time. Plain scalar code, the same to
/// the bit on every machine; kernels that multiply decode for themselves.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>

namespace qx::quant {

/// Decodes `n` elements at `row` (bytes_of(type, n) bytes, any alignment) to floats. `n` must
/// divide into blocks: a partial block at the end is left out.
void decode_row(dtype type, const std::byte* row, std::size_t n, float* out);

/// Whether encode_row() can write this type: all that weights are stored in.
[[nodiscard]] bool has_encoder(dtype type);

/// Encodes `n` floats as bytes_of(type, n) bytes at `row` (any alignment). False, with nothing
/// written, where there is no encoder or `n` does not divide into blocks.
///
/// Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0 are computed as every engine does it. IQ4_NL and the K-quants,
/// and with `weights` all but Q8_0, are searched for: they minimise Σ w (x - decoded)² with the
/// weights of the row's elements (finite, not negative, one for each; 1 where null). The same
/// input gives the same bytes on every machine.
///
/// Block types count NaN as 0 and saturate (see quant/block.hpp); f16 rounds to nearest even and
/// overflows to infinity.
[[nodiscard]] bool encode_row(dtype type, const float* in, std::size_t n, std::byte* row,
                              const float* weights = nullptr);

}  // namespace qx::quant
