// SPDX-License-Identifier: MIT
/// \file
/// A llama layer whose extents are constants beside the same layer with extents of the run: one
/// template, the formulas of models/llama/layer.hpp, Q8_0 weights, one token, in turns. A layer of
/// a small model (width 64), where sizes known to the compiler might count, and one of 1.1B (2048).
///
/// usage: bench_static_layer [SECONDS]   (2 for each row)
#include <qx/core/message.hpp>
#include <qx/qx.hpp>
#include <qx/run/stopwatch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace {

using namespace qx;

inline constexpr axis<"token"> token;
inline constexpr axis<"slot"> slot;
inline constexpr axis<"model"> model;
inline constexpr axis<"head"> head;
inline constexpr axis<"kv_head"> kv_head;
inline constexpr axis<"dim"> dim;
inline constexpr axis<"ff"> ff;

struct sizes {
  std::size_t tokens, width, heads, kv_heads, head_size, hidden;
};
constexpr std::size_t slots = 64;
constexpr float epsilon = 1e-5f;

void fill(std::span<float> out, std::size_t seed, double scale) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(scale * std::sin(0.37 * static_cast<double>(i * 13 % 9973 + seed)));
}

/// Q8_0 rows of k elements, packed for the machine's kernels.
template <class Axes>
class packed {
 public:
  packed(const extents<Axes>& shape, std::size_t k, std::size_t seed) : shape_(shape) {
    const std::size_t rows = shape.count() / k;
    tensor<float, slot, dim> matrix(slot(rows), dim(k));
    fill(matrix.elements(), seed, 1 / std::sqrt(static_cast<double>(k)));
    block_tensor<slot, dim> blocks(dtype::q8_0, slot(rows), dim(k));
    eval(blocks <<= matrix);
    const auto& ops = kernel::best_table().matmul[static_cast<std::size_t>(dtype::q8_0)];
    const std::size_t panel = ops.panel_bytes(k);
    memory_ = tensor<float, slot>(slot((rows + 15) / 16 * panel / sizeof(float)));
    for (std::size_t p = 0; p * 16 < rows; ++p)
      ops.pack(blocks.bytes().data() + p * 16 * blocks.row_bytes(), blocks.row_bytes(),
               std::min<std::size_t>(16, rows - p * 16), k,
               reinterpret_cast<std::byte*>(memory_.data()) + p * panel);
  }
  operator basic_weight<Axes>() const {
    return {dtype::q8_0, nullptr, reinterpret_cast<const std::byte*>(memory_.data()), shape_};
  }

 private:
  extents<Axes> shape_;
  tensor<float, slot> memory_{slot(0)};
};

/// All tensors of a layer; the axes are static or dynamic as they come.
template <auto Token, auto Model, auto Head, auto KvHead, auto Dim, auto Ff>
class layer {
 public:
  explicit layer(const sizes& n)
      : attn_norm_(extents<axes<Model>>({n.width})), ffn_norm_(attn_norm_.shape()),
        wq_(extents<axes<Head, Dim, Model>>({n.heads, n.head_size, n.width}), n.width, 1),
        wk_(extents<axes<KvHead, Dim, Model>>({n.kv_heads, n.head_size, n.width}), n.width, 2),
        wv_(extents<axes<KvHead, Dim, Model>>({n.kv_heads, n.head_size, n.width}), n.width, 3),
        wo_(extents<axes<Model, Head, Dim>>({n.width, n.heads, n.head_size}), n.width, 4),
        gate_(extents<axes<Ff, Model>>({n.hidden, n.width}), n.width, 5),
        up_(extents<axes<Ff, Model>>({n.hidden, n.width}), n.width, 6),
        down_(extents<axes<Model, Ff>>({n.width, n.hidden}), n.hidden, 7),
        x_(extents<axes<Token, Model>>({n.tokens, n.width})),
        f_(extents<axes<Token, Ff>>({n.tokens, n.hidden})),
        q_(extents<axes<Token, Head, Dim>>({n.tokens, n.heads, n.head_size})), a_(q_.shape()),
        cosine_(extents<axes<Token, Dim>>({n.tokens, n.head_size})), sine_(cosine_.shape()),
        keys_(extents<axes<slot, KvHead, Dim>>({slots, n.kv_heads, n.head_size})),
        values_(keys_.shape()), spans_(n.tokens), rows_(n.tokens) {
    fill(attn_norm_.elements(), 11, 1);
    fill(ffn_norm_.elements(), 12, 1);
    fill(cosine_.elements(), 13, 1);
    fill(sine_.elements(), 14, 1);
    fill(keys_.elements(), 15, 1);
    fill(values_.elements(), 16, 1);
    for (std::size_t t = 0; t < n.tokens; ++t) {
      rows_[t] = static_cast<std::int32_t>(slots - n.tokens + t);
      spans_[t] = {0, slots - n.tokens + t + 1};
    }
  }

  /// One layer of a fresh x [token, model].
  void run(context& ctx) {
    fill(x_.elements(), 17, 1);
    const tensor_ref_of keys(dtype::f32, reinterpret_cast<std::byte*>(keys_.data()), keys_.shape());
    const tensor_ref_of values(dtype::f32, reinterpret_cast<std::byte*>(values_.data()),
                               values_.shape());
    const rotation<basic_view<const float, axes<Token, Dim>>> angles{
        cosine_.view(), sine_.view(), q_.shape()[2], rope_pairs::adjacent};
    const auto h = rms_norm(x_, attn_norm_, epsilon);
    eval(ctx, q_ <<= rope(matmul(as(wq_), h), angles),
         scatter_rows<Token>(keys, rows_) <<= rope(matmul(as(wk_), h), angles),
         scatter_rows<Token>(values, rows_) <<= matmul(as(wv_), h));
    const float scale = 1.0f / std::sqrt(static_cast<float>(q_.shape()[2]));
    eval(ctx, a_ <<= attention(q_, keys, values, spans_, scale));
    eval(ctx, x_ <<= x_ + matmul(as(wo_), a_));
    const auto m = rms_norm(x_, ffn_norm_, epsilon);
    eval(ctx, f_ <<= silu(matmul(as(gate_), m)) * matmul(as(up_), m));
    eval(ctx, x_ <<= x_ + matmul(as(down_), f_));
  }
  [[nodiscard]] std::span<const float> result() const { return x_.elements(); }

 private:
  using tensor_ref_of = basic_ref<std::byte, axes<slot, KvHead, Dim>>;
  template <class Axes>
  [[nodiscard]] static basic_weight<Axes> as(const packed<Axes>& w) {
    return w;
  }
  basic_tensor<float, axes<Model>> attn_norm_, ffn_norm_;
  packed<axes<Head, Dim, Model>> wq_;
  packed<axes<KvHead, Dim, Model>> wk_, wv_;
  packed<axes<Model, Head, Dim>> wo_;
  packed<axes<Ff, Model>> gate_, up_;
  packed<axes<Model, Ff>> down_;
  basic_tensor<float, axes<Token, Model>> x_;
  basic_tensor<float, axes<Token, Ff>> f_;
  basic_tensor<float, axes<Token, Head, Dim>> q_, a_;
  basic_tensor<float, axes<Token, Dim>> cosine_, sine_;
  basic_tensor<float, axes<slot, KvHead, Dim>> keys_, values_;
  std::vector<attention_span> spans_;
  std::vector<std::int32_t> rows_;
};

template <sizes N>
void compare(const char* name, double seconds) {
  layer<fixed<token, N.tokens>, fixed<model, N.width>, fixed<head, N.heads>,
        fixed<kv_head, N.kv_heads>, fixed<dim, N.head_size>, fixed<ff, N.hidden>>
      constants(N);
  layer<token, model, head, kv_head, dim, ff> of_the_run(N);
  context ctx(1);
  constants.run(ctx);
  of_the_run.run(ctx);
  if (!std::ranges::equal(constants.result(), of_the_run.result()))
    throw std::runtime_error(message(name, ": the two layers differ"));
  std::vector<double> ratio;
  double fastest[2] = {1e9, 1e9};
  const auto timed = [&](auto& one, double& best) {
    const stopwatch watch;
    one.run(ctx);
    const double took = watch.seconds();
    best = std::min(best, took);
    return took;
  };
  for (const stopwatch watch; watch.seconds() < seconds || ratio.size() < 3;) {
    const double varying = timed(of_the_run, fastest[1]);
    ratio.push_back(varying / timed(constants, fastest[0]));
  }
  const auto middle = ratio.begin() + static_cast<std::ptrdiff_t>(ratio.size() / 2);
  std::ranges::nth_element(ratio, middle);
  std::printf("%-24s %12.1f %12.1f %9.3f   %zu rounds\n", name, fastest[1] * 1e6, fastest[0] * 1e6,
              *middle, ratio.size());
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  std::printf("%-24s %12s %12s %9s\n", "one token, one thread", "dynamic us", "static us", "ratio");
  compare<sizes{1, 64, 8, 4, 8, 192}>("width 64", seconds);
  compare<sizes{1, 2048, 32, 4, 64, 5632}>("width 2048", seconds);
}
