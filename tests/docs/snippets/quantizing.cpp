// SPDX-License-Identifier: MIT
#include <qx/gguf/writer.hpp>
#include <qx/qx.hpp>
#include <qx/quant/codec.hpp>
#include <qx/run/quantize.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"out"> out_axis;
inline constexpr qx::axis<"in"> in_axis;

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}

// [quantize-file]
/// `in` as Q4_K_M; what came of it, in a sentence.
std::string shrink(const std::filesystem::path& in, const std::filesystem::path& out) {
  const auto model = qx::gguf::file::open(in);
  if (!model) return model.error().message;
  qx::platform::thread_pool pool(2);
  const auto done = qx::quantize(*model, out, *qx::find_recipe("Q4_K_M"), {}, pool);
  return done ? std::to_string(done->bits) + " bits per element" : done.error().message;
}
// [/quantize-file]

/// One matrix of one layer.
void write_model(const std::filesystem::path& path, const std::vector<float>& weights) {
  const std::array<std::size_t, 2> shape{256, weights.size() / 256};
  qx::gguf::writer out;
  require(out.add("blk.0.attn_q.weight", qx::dtype::f32, shape, std::as_bytes(std::span(weights)))
              .has_value());
  require(out.write(path).has_value());
}
}  // namespace

int main() {
  std::vector<float> x(512);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = std::sin(static_cast<float>(i * i) * 0.37f);
  const auto folder = std::filesystem::temp_directory_path();
  const auto in = folder / "qx-quantizing-in.gguf", out = folder / "qx-quantizing-out.gguf";
  write_model(in, x);
  require(shrink(in, out) == "4.500000 bits per element");
  require(shrink(folder / "qx-no-such-file", out).contains("No such file"));
  x[300] = std::nanf("");
  write_model(in, x);
  require(shrink(in, out).contains("'blk.0.attn_q.weight' has NaN in row 1, column 44"));
  x[300] = 0.0f;
  std::filesystem::remove(in);
  std::filesystem::remove(out);

  qx::context ctx(2);
  const qx::tensor<float, out_axis, in_axis> matrix = qx::random_normal(1, out_axis(48), in_axis(256));
  const qx::tensor<float, token, in_axis> input = qx::random_normal(2, token(3), in_axis(256));
  // [block-tensor]
  qx::block_tensor<out_axis, in_axis> w(qx::dtype::q4_k, out_axis(48), in_axis(256));
  eval(ctx, w <<= matrix * 0.1f);                                  // quantises
  qx::tensor<float, token, out_axis> y = matmul(w, input);         // multiplies in Q4_K
  qx::tensor<float, out_axis> error =
      mean(abs(decoded(w) - matrix * 0.1f), over(in_axis));        // what it cost
  // [/block-tensor]
  require(std::isfinite(y[2, 47]) && error[0] > 0.001f && error[0] < 0.02f);

  std::vector<float> importance(x.size(), 1.0f);
  // [encode-row]
  std::vector<std::byte> blocks(qx::bytes_of(qx::dtype::q4_k, x.size()));
  require(
      qx::quant::encode_row(qx::dtype::q4_k, x.data(), x.size(), blocks.data(), importance.data()));
  std::vector<float> back(x.size());
  qx::quant::decode_row(qx::dtype::q4_k, blocks.data(), x.size(), back.data());
  // [/encode-row]
  for (std::size_t i = 0; i < x.size(); ++i)
    require(std::abs(back[i] - x[i]) < 0.1f);
}
