// SPDX-License-Identifier: MIT
/// \file
/// The first stage of a llama layer with Q8_0 weights: norm, conversion to int8, three matmuls, two
/// of them rotated; fused, and each step evaluated by itself.
#include "oracle.hpp"

#include <qx/quant/codec.hpp>
#include <qx/qx.hpp>

#include <cmath>
#include <vector>

namespace qx::bench {
namespace {

inline constexpr axis<"token"> token;
inline constexpr axis<"model"> model;
inline constexpr axis<"head"> head;
inline constexpr axis<"kv_head"> kv_head;
inline constexpr auto dim = fixed<axis<"dim">{}, head_dim>;
constexpr std::size_t width = 2048, kv_heads = 4;

/// Rows of Q8_0, and the same packed.
struct stored_weight {
  std::size_t row_bytes = bytes_of(dtype::q8_0, width);
  std::vector<std::byte> rows, panels;

  explicit stored_weight(std::size_t count) : rows(count * row_bytes) {
    std::vector<float> row(width);
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t i = 0; i < width; ++i)
        row[i] = std::sin(static_cast<float>(r * 31 + i * 7 % 1009)) * 0.03f;
      (void)quant::encode_row(dtype::q8_0, row.data(), width, rows.data() + r * row_bytes);
    }
    const auto& ops = kernel::best_table().matmul[static_cast<std::size_t>(dtype::q8_0)];
    panels.resize(count / kernel::panel_rows * ops.panel_bytes(width) + 64);
    for (std::size_t p = 0; p < count / kernel::panel_rows; ++p)
      ops.pack(rows.data() + p * kernel::panel_rows * row_bytes, row_bytes, kernel::panel_rows,
               width, aligned() + p * ops.panel_bytes(width));
  }
  [[nodiscard]] std::byte* aligned() {
    const auto at = reinterpret_cast<std::uintptr_t>(panels.data());
    return panels.data() + ((at + 63) / 64 * 64 - at);
  }
  template <auto Head>
  [[nodiscard]] weight<Head, dim, model> as() {
    return {dtype::q8_0, rows.data(), aligned(),
            make_extents<axes<Head, dim, model>>(Head(rows.size() / row_bytes / head_dim),
                                                 model(width))};
  }
};

struct weights {
  stored_weight q{width}, k{kv_heads * head_dim}, v{kv_heads * head_dim};
};
weights& all() {
  static weights w;
  return w;
}

/// What a job's memory is here.
struct named {
  using table = tensor_view<const float, token, dim>;
  tensor_view<const float, token, model> x;
  tensor_view<const float, model> norm;
  rotation<table> angles;
  tensor_view<float, token, head, dim> q;
  tensor_view<float, token, kv_head, dim> k, v;

  explicit named(const job& j)
      : x(j.in[0], make_extents<axes<token, model>>(token(j.rows), model(width))),
        norm(j.in[1], make_extents<axes<model>>(model(width))),
        angles{{j.in[2], make_extents<axes<token, dim>>(token(j.rows))},
               {j.in[2], make_extents<axes<token, dim>>(token(j.rows))},
               head_dim,
               rope_pairs::adjacent},
        q(j.out, make_extents<axes<token, head, dim>>(token(j.rows), head(width / head_dim))),
        k(j.out + j.rows * width, keys(j)),
        v(j.out + j.rows * (width + kv_heads * head_dim), keys(j)) {}
  static extents<axes<token, kv_head, dim>> keys(const job& j) {
    return make_extents<axes<token, kv_head, dim>>(token(j.rows), kv_head(kv_heads));
  }
};

void fused(const job& j) {
  const named n(j);
  const auto h = rms_norm(n.x, n.norm, epsilon);
  eval(n.q <<= rope(matmul(all().q.as<head>(), h), n.angles),
       n.k <<= rope(matmul(all().k.as<kv_head>(), h), n.angles),
       n.v <<= matmul(all().v.as<kv_head>(), h));
}

/// Memory of the steps, kept from call to call as a library of single functions would.
void one_by_one(const job& j) {
  const named n(j);
  static std::vector<float> normed, raw;
  normed.resize(j.rows * width);
  raw.resize(j.rows * width);
  const tensor_view<float, token, model> h(normed.data(), n.x.shape());
  eval(h <<= rms_norm(n.x, n.norm, epsilon));
  const tensor_view<float, token, head, dim> q(raw.data(), n.q.shape());
  eval(q <<= matmul(all().q.as<head>(), h));
  eval(n.q <<= rope(q, n.angles));
  const tensor_view<float, token, kv_head, dim> k(raw.data(), n.k.shape());
  eval(k <<= matmul(all().k.as<kv_head>(), h));
  eval(n.k <<= rope(k, n.angles));
  eval(n.v <<= matmul(all().v.as<kv_head>(), h));
}

/// Row r of a weight times normalised x, in double.
double product(const stored_weight& w, std::size_t r, const std::vector<double>& x) {
  std::vector<float> row(width);
  quant::decode_row(dtype::q8_0, w.rows.data() + r * w.row_bytes, width, row.data());
  double s = 0;
  for (std::size_t i = 0; i < width; ++i)
    s += static_cast<double>(row[i]) * x[i];
  return s;
}

}  // namespace

bool norm_matmuls_agree(const job& j) {
  for (const std::size_t t : {std::size_t{0}, j.rows - 1}) {
    std::vector<double> x(width);
    double squares = 0;
    for (std::size_t i = 0; i < width; ++i)
      squares += static_cast<double>(j.in[0][t * width + i]) * j.in[0][t * width + i];
    for (std::size_t i = 0; i < width; ++i)
      x[i] = j.in[0][t * width + i] / std::sqrt(squares / width + epsilon) * j.in[1][i];
    for (const std::size_t r : {std::size_t{0}, std::size_t{77}, kv_heads * head_dim - 1}) {
      const double c = j.in[2][t * head_dim + r % head_dim];  // cosine and sine alike
      const double q = c * (product(all().q, r, x) + product(all().q, r ^ 1, x));
      const double k = c * (product(all().k, r, x) + product(all().k, r ^ 1, x));
      const double v = product(all().v, r, x);
      const std::size_t kv = kv_heads * head_dim;
      const float* keys = j.out + j.rows * width;
      // Sums of 2048 products of about 0.03 x 1, activations rounded to eight bits.
      if (std::abs(j.out[t * width + r] - q) > 0.1 || std::abs(keys[t * kv + r] - k) > 0.1 ||
          std::abs(keys[(j.rows + t) * kv + r] - v) > 0.05)
        return false;
    }
  }
  return true;
}

void add_layer(contender& whole, contender& steps) {
  whole[task::norm_matmuls] = fused;
  steps[task::norm_matmuls] = one_by_one;
}

}  // namespace qx::bench
