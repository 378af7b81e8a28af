// SPDX-License-Identifier: MIT
/// \file
/// A made-up block format, from its bytes to a matmul.
// [format-header]
#include <qx/quant/block.hpp>

/// Q4_SQ: 32 elements in 18 bytes, x = scale · n · |n| with n = q - 8.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | scale, binary16 |
/// | 2–17 | codes: the low nibble of byte i is element i, the high nibble element i + 16 |
struct q4_sq {
  static constexpr std::size_t elements = 32;

  /// n · |n| of every code.
  static constexpr std::int8_t levels[16] = {-64, -49, -36, -25, -16, -9, -4, -1,
                                             0,   1,   4,   9,   16,  25, 36, 49};

  qx::f16 scale;
  std::uint8_t codes[16];
};

QX_INLINE constexpr void decode(const q4_sq& block, std::span<float, 32> out) {
  const float scale = static_cast<float>(block.scale);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = scale * static_cast<float>(q4_sq::levels[block.codes[i] & 15]);
    out[i + 16] = scale * static_cast<float>(q4_sq::levels[block.codes[i] >> 4]);
  }
}
// [/format-header]

// [format-encode]
/// The element of largest magnitude becomes -64, the level that reaches furthest.
constexpr void encode(std::span<const float, 32> in, q4_sq& block) {
  const float scale = qx::quant::detail::storable(qx::quant::detail::extreme(in) / -64.0f);
  block = {.scale = qx::f16::from(scale), .codes = {}};
  const float inverse = qx::quant::detail::inverse(scale);
  for (std::size_t i = 0; i < 32; ++i) {
    const float x = qx::quant::detail::finite(in[i]) * inverse;
    int code = 0;
    while (code < 15 &&
           2.0f * x > static_cast<float>(q4_sq::levels[code] + q4_sq::levels[code + 1]))
      ++code;
    block.codes[i % 16] = static_cast<std::uint8_t>(block.codes[i % 16] | code << (i < 16 ? 0 : 4));
  }
}
// [/format-encode]

// [format-kernel]
#include <qx/kernel/format/nibbles.hpp>

namespace qx::kernel::inline QX_ARCH {

struct q4_sq_panel : half_scales, nibble_codes {
  using block = q4_sq;
  using dot = simd::dot_signed;  // weights of -128 … 127, stored with an offset
  static constexpr int offset = dot::offset;
  static constexpr bool has_lowest = false;
  static constexpr level_table levels{block::levels, offset};

  /// Four weights of each of sixteen rows.
  QX_INLINE static dot::weights weights(const std::byte* codes, std::size_t step) {
    return dot::prepare(simd::look_up(simd::repeated_bytes(levels.byte), nibbles(codes, step)));
  }
};

}  // namespace qx::kernel::inline QX_ARCH
// [/format-kernel]

// [own-format]
#include <qx/kernel/own_format.hpp>
#include <qx/qx.hpp>

inline constexpr qx::block_format q4_sq_format = qx::own_format<q4_sq>("q4_sq");
// [/own-format]
// [own-format-kernel]
inline constexpr qx::block_format q4_sq_by_integers =
    qx::own_format<q4_sq, qx::kernel::dot_matmul<qx::kernel::q4_sq_panel>>("q4_sq");
// [/own-format-kernel]

#include <cmath>
#include <cstdlib>
#include <vector>

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

float wave(std::size_t i) {
  const float x = static_cast<float>(i);
  return std::sin(x * x * 0.37f + x);
}

constexpr std::size_t rows = qx::kernel::panel_rows, k = 256, blocks = k / q4_sq::elements;

std::vector<q4_sq> encoded_rows(std::vector<float>& decoded) {
  std::vector<q4_sq> out(rows * blocks);
  decoded.resize(rows * k);
  float in[32];
  for (std::size_t b = 0; b < out.size(); ++b) {
    for (std::size_t i = 0; i < 32; ++i)
      in[i] = wave(b * 32 + i);
    encode(std::span<const float, 32>(in), out[b]);
    const std::span<float, 32> back(decoded.data() + b * 32, 32);
    decode(out[b], back);
    // The widest gap of levels is 15 of 64, and the far end of the other side stops at 49.
    for (std::size_t i = 0; i < 32; ++i)
      require(std::abs(back[i] - in[i]) <= 15.1f / 64.0f);
  }
  return out;
}

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;

// [own-format-use]
/// Quantises a matrix, and reads it in every way that there is.
void use(qx::context& ctx, const qx::block_format& format, const qx::tensor<float, ff, model>& matrix,
         const qx::tensor<float, token, model>& x) {
  qx::block_tensor<ff, model> w(format, ff(matrix.extent(ff)), model(matrix.extent(model)));
  eval(ctx, w <<= matrix);  // encodes

  qx::tensor<float, token, ff> y(token(x.extent(token)), ff(matrix.extent(ff)));
  eval(ctx, y <<= silu(matmul(w, x)));  // multiplies

  qx::tensor<std::int32_t, token> ids(token(2));
  ids[1] = 3;
  qx::tensor<float, token, model> found = gather(w, ids);      // looks rows up
  qx::tensor<float, ff, model> error = decoded(w) - matrix;    // decodes
  // [/own-format-use]
  const qx::tensor<float, ff, model> back = decoded(w);
  const qx::tensor<float, token, ff> exact = silu(matmul(back, x));
  for (std::size_t i = 0; i < y.size(); ++i)
    require(std::abs(y.elements()[i] - exact.elements()[i]) < 0.15f);
  for (std::size_t i = 0; i < x.extent(model); ++i)
    require(found[0, i] == back[0, i] && found[1, i] == back[3, i]);
  for (const float e : error.elements()) require(std::abs(e) <= 15.1f / 64.0f);
}

void use_both() {
  qx::context ctx(2);
  for (const std::size_t out : {16, 37, 100}) {  // whole panels and parts of one
    qx::tensor<float, ff, model> matrix(ff(out), model(96));
    qx::tensor<float, token, model> x(token(5), model(96));
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix.elements()[i] = wave(i);
    for (std::size_t i = 0; i < x.size(); ++i) x.elements()[i] = wave(3 * i) * 0.2f;
    use(ctx, q4_sq_format, matrix, x);
    use(ctx, q4_sq_by_integers, matrix, x);
  }
}

}  // namespace

int main() {
  use_both();
  std::vector<float> w;
  const std::vector<q4_sq> matrix = encoded_rows(w);
  // [format-matmul]
  using matmul = qx::kernel::dot_matmul<qx::kernel::q4_sq_panel>;
  std::vector<std::byte> panel(matmul::panel_bytes(k));
  matmul::pack(reinterpret_cast<const std::byte*>(matrix.data()), blocks * sizeof(q4_sq), rows, k,
               panel.data());
  // [/format-matmul]
  std::vector<float> x(k), out(rows);
  for (std::size_t i = 0; i < k; ++i)
    x[i] = wave(7 * i);
  const auto& activations =
      qx::kernel::tables().front()->activations[static_cast<std::size_t>(matmul::input)];
  std::vector<std::byte> row(activations.row_bytes(k));
  activations.write(x.data(), k, row.data());
  matmul::tile(panel.data(), 1, k, row.data(), row.size(), 1, out.data(), rows);
  for (std::size_t r = 0; r < rows; ++r) {
    double exact = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < k; ++i) {
      exact += static_cast<double>(w[r * k + i]) * static_cast<double>(x[i]);
      squares += static_cast<double>(w[r * k + i]) * static_cast<double>(w[r * k + i]);
    }
    // Activations are rounded to steps of 1/127: an error of 1/√12 steps each, four times that.
    require(std::abs(static_cast<double>(out[r]) - exact) <
            4.0 * std::sqrt(squares / 12.0) / 127.0);
  }
}
