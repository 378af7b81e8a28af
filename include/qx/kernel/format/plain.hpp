// SPDX-License-Identifier: MIT
/// \file
/// F32, F16 and BF16 panels, multiplied as they lie: one element of 16 rows after the other, or,
/// where the machine multiplies BF16 by itself, one pair of elements of 16 rows after the other.
#pragma once

#include <qx/kernel/float_tile.hpp>
#include <qx/simd/bf16.hpp>

namespace qx::kernel::inline QX_ARCH {

/// Weights of 16 bits that are widened as they are loaded.
struct f16_step : f32_step {
  static constexpr std::size_t weight_bytes = 2 * panel_rows;
  QX_INLINE static weights load(const std::byte* p) { return simd::load16_f16(p); }
};
struct bf16_step : f32_step {
  static constexpr std::size_t weight_bytes = 2 * panel_rows;
  QX_INLINE static weights load(const std::byte* p) { return simd::load16_bf16(p); }
};

#if defined(__AVX512BF16__)
/// Two elements a step; activations are BF16 too.
struct bf16_pair_step {
  static constexpr std::size_t weight_bytes = 4 * panel_rows, input_bytes = 4;
  using weights = simd::bf16_pairs;
  QX_INLINE static weights load(const std::byte* p) { return simd::load_bf16_pairs(p); }
  QX_INLINE static weights spread(const std::byte* x) { return simd::all_bf16_pairs(x); }
  QX_INLINE static simd::f32x16 add(const simd::f32x16& sum, const weights& w, const weights& x) {
    return simd::bf16_dot(sum, w, x);
  }
};
#endif

/// `Widened` is the step that loads sixteen elements as floats, `Step` the one that multiplies.
template <class Widened, class Step, activation Input>
struct plain_matmul {
  static constexpr activation input = Input;
  static constexpr std::size_t element_bytes = Widened::weight_bytes / panel_rows;
  /// Elements of a row that lie side by side.
  static constexpr std::size_t together = Step::weight_bytes / Widened::weight_bytes;

  static std::size_t steps(std::size_t k) { return (k + together - 1) / together; }
  static std::size_t panel_bytes(std::size_t k) {
    return round_up(steps(k) * Step::weight_bytes, line_bytes);
  }

  static void pack(const std::byte* source, std::size_t row_stride, std::size_t rows, std::size_t k,
                   std::byte* panel) {
    if (rows < panel_rows || k % together != 0) std::memset(panel, 0, panel_bytes(k));
    // Lines of the panel are written whole, so that a large matrix is not fetched to be written.
    for (std::size_t step = 0; step < steps(k); ++step) {
      const std::size_t left = k - step * together, n = left < together ? left : together;
      for (std::size_t row = 0; row < rows; ++row)
        std::memcpy(panel + step * Step::weight_bytes + row * together * element_bytes,
                    source + row * row_stride + step * together * element_bytes, n * element_bytes);
    }
    const std::size_t written = steps(k) * Step::weight_bytes;
    std::memset(panel + written, 0, panel_bytes(k) - written);
  }

  static void tile(const std::byte* panels, std::size_t panel_count, std::size_t k,
                   const std::byte* x, std::size_t x_stride, std::size_t columns, float* out,
                   std::size_t out_stride) {
    panels_times_all<Step>(panels, panel_count, panel_bytes(k), steps(k), columns,
                           {x, x_stride, out, out_stride}, true);
  }

  static void decode(const std::byte* row, std::size_t k, float* out) {
    std::size_t i = 0;
    for (; i + 16 <= k; i += 16)
      simd::store16(out + i, Widened::load(row + i * element_bytes));
    if (i == k) return;
    alignas(64) std::byte rest[Widened::weight_bytes] = {};
    alignas(64) float floats[16];
    std::memcpy(rest, row + i * element_bytes, (k - i) * element_bytes);
    simd::store16(floats, Widened::load(rest));
    std::memcpy(out + i, floats, (k - i) * sizeof(float));
  }
};

using f32_matmul = plain_matmul<f32_step, f32_step, activation::f32>;
/// BF16 activations would cost F16 weights their accuracy: decision 7.
using f16_matmul = plain_matmul<f16_step, f16_step, activation::f32>;
#if defined(__AVX512BF16__)
using bf16_matmul = plain_matmul<bf16_step, bf16_pair_step, activation::bf16>;
#else
using bf16_matmul = plain_matmul<bf16_step, bf16_step, activation::f32>;
#endif

}  // namespace qx::kernel::inline QX_ARCH
