// SPDX-License-Identifier: MIT
/// \file
/// F32, F16 and BF16 panels: one element of 16 rows after the other.
#pragma once

#include <qx/kernel/fma_tile.hpp>

namespace qx::kernel::inline QX_ARCH {

template <std::size_t Bytes>
struct plain_panel {
  static constexpr std::size_t elements = 1;
  static constexpr std::size_t source_bytes = Bytes;
  QX_INLINE static void pack_row(const std::byte* source, std::size_t row, std::byte* block) {
    std::memcpy(block + row * Bytes, source, Bytes);
  }
};

struct f32_panel : plain_panel<4> {
  QX_INLINE static void decode(const std::byte* block, float* out) {
    std::memcpy(out, block, panel_rows * sizeof(float));
  }
};
struct f16_panel : plain_panel<2> {
  QX_INLINE static void decode(const std::byte* block, float* out) {
    simd::store16(out, simd::load16_f16(block));
  }
};
struct bf16_panel : plain_panel<2> {
  QX_INLINE static void decode(const std::byte* block, float* out) {
    simd::store16(out, simd::load16_bf16(block));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
