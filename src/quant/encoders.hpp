// SPDX-License-Identifier: MIT
/// \file
/// Rows of floats to blocks, one function for each format.
#pragma once

#include <qx/core/dtype.hpp>

#include <cstddef>

namespace qx::quant {

/// Encodes `n` floats, whole blocks, at `row`, which may have any alignment. `weights` is null or
/// has one number for each element (see encode_row).
using row_encoder = void (*)(const float* in, const float* weights, std::size_t n, std::byte* row);

/// Null where there is none.
[[nodiscard]] row_encoder encoder_of(dtype type);

/// Blocks of 256 elements: Q2_K to Q6_K. Null for other types.
[[nodiscard]] row_encoder k_encoder_of(dtype type);

/// Blocks of 32 whose scale is searched for instead of computed: IQ4_NL always, Q4_0, Q4_1, Q5_0
/// and Q5_1 where there are weights.
void search_q4_0(const float* in, const float* weights, std::size_t n, std::byte* row);
void search_q4_1(const float* in, const float* weights, std::size_t n, std::byte* row);
void search_q5_0(const float* in, const float* weights, std::size_t n, std::byte* row);
void search_q5_1(const float* in, const float* weights, std::size_t n, std::byte* row);
void search_iq4_nl(const float* in, const float* weights, std::size_t n, std::byte* row);

}  // namespace qx::quant
