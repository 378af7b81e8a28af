// SPDX-License-Identifier: MIT
/// \file
/// The tensors of a small duet and the same model in double precision, one number at a time.
#pragma once

#include <qx/core/token.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace duet_reference {

inline constexpr std::uint32_t layers = 2, model_size = 64, heads = 4, kv_heads = 1, head_size = 16,
                               ff_size = 96, vocabulary = 50, context = 64;

struct tensor {
  std::string name;
  std::array<std::size_t, 2> dims;  ///< columns, rows; vectors have one row
  std::vector<float> values;
};

/// Numbers that are the same on every machine, small enough for activations to stay near 1.
inline std::vector<float> numbers(std::size_t count, float size, std::uint32_t seed) {
  std::vector<float> out(count);
  for (float& x : out) {
    seed = seed * 1664525u + 1013904223u;  // Numerical Recipes' quick generator
    x = size * (static_cast<float>(seed >> 8) * 0x1p-23f - 1.0f);
  }
  return out;
}

inline std::vector<tensor> tensors() {
  std::vector<tensor> all;
  const auto add = [&](const std::string& name, std::size_t columns, std::size_t rows) {
    const float size = rows == 1 ? 1.0f : 1.7f / std::sqrt(static_cast<float>(columns));
    const auto seed = static_cast<std::uint32_t>(all.size());
    all.push_back({name, {columns, rows}, numbers(columns * rows, size, seed)});
  };
  add("token_embd.weight", model_size, vocabulary);
  add("output_norm.weight", model_size, 1);
  for (std::uint32_t i = 0; i < layers; ++i) {
    const std::string b = "blk." + std::to_string(i) + ".";
    add(b + "norm.weight", model_size, 1);
    add(b + "attn_q.weight", model_size, heads * head_size);
    add(b + "attn_k.weight", model_size, kv_heads * head_size);
    add(b + "attn_v.weight", model_size, kv_heads * head_size);
    add(b + "attn_output.weight", heads * head_size, model_size);
    add(b + "ffn_up.weight", model_size, ff_size);
    add(b + "ffn_down.weight", ff_size, model_size);
  }
  return all;
}

/// The same model in double precision, one number at a time.
class plain {
 public:
  explicit plain(const std::vector<tensor>& all) : all_(all) {}

  std::vector<double> logits(std::span<const qx::token_id> tokens) {
    std::vector<double> last;
    for (std::size_t t = 0; t < tokens.size(); ++t)
      last = token(static_cast<std::size_t>(tokens[t]), t);
    return product("token_embd.weight", normed(last, "output_norm.weight"));
  }

 private:
  const std::vector<float>& find(const std::string& name) const {
    for (const tensor& t : all_)
      if (t.name == name) return t.values;
    return all_.front().values;
  }
  std::vector<double> product(const std::string& name, const std::vector<double>& x) const {
    const std::vector<float>& w = find(name);
    std::vector<double> y(w.size() / x.size());
    for (std::size_t i = 0; i < w.size(); ++i)
      y[i / x.size()] += double{w[i]} * x[i % x.size()];
    return y;
  }
  std::vector<double> normed(std::vector<double> x, const std::string& name) const {
    double squares = 0;
    for (const double e : x)
      squares += e * e;
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] *= double{find(name)[i]} / std::sqrt(squares / static_cast<double>(x.size()) + 1e-5);
    return x;
  }
  static void rotate(std::vector<double>& x, std::size_t position) {
    const std::size_t half = head_size / 2;
    for (std::size_t first = 0; first < x.size(); first += head_size)
      for (std::size_t i = 0; i < half; ++i) {
        const double angle = static_cast<double>(position) *
                             std::pow(10000.0, -static_cast<double>(i) / static_cast<double>(half));
        const double a = x[first + i], b = x[first + i + half];
        x[first + i] = a * std::cos(angle) - b * std::sin(angle);
        x[first + i + half] = a * std::sin(angle) + b * std::cos(angle);
      }
  }
  std::vector<double> attended(std::size_t layer, const std::vector<double>& q) const {
    std::vector<double> a(q.size());
    for (std::size_t h = 0; h < heads; ++h) {
      std::vector<double> p(keys_[layer].size());
      double sum = 0;
      for (std::size_t s = 0; s < p.size(); ++s) {
        double dot = 0;
        for (std::size_t i = 0; i < head_size; ++i)
          dot += q[h * head_size + i] * keys_[layer][s][i];
        sum += p[s] = std::exp(dot / std::sqrt(double{head_size}));
      }
      for (std::size_t s = 0; s < p.size(); ++s)
        for (std::size_t i = 0; i < head_size; ++i)
          a[h * head_size + i] += p[s] / sum * values_[layer][s][i];
    }
    return a;
  }
  std::vector<double> token(std::size_t id, std::size_t position) {
    const std::vector<float>& table = find("token_embd.weight");
    std::vector<double> x(model_size);
    for (std::size_t i = 0; i < model_size; ++i)
      x[i] = double{table[id * model_size + i]};
    for (std::size_t l = 0; l < layers; ++l) {
      const std::string b = "blk." + std::to_string(l) + ".";
      const auto h = normed(x, b + "norm.weight");
      auto q = product(b + "attn_q.weight", h), k = product(b + "attn_k.weight", h);
      rotate(q, position);
      rotate(k, position);
      keys_[l].push_back(k);
      values_[l].push_back(product(b + "attn_v.weight", h));
      auto f = product(b + "ffn_up.weight", h);
      for (double& e : f)
        e *= 0.5 * (1 + std::tanh(0.7978845608028654 * (e + 0.044715 * e * e * e)));
      const auto o = product(b + "attn_output.weight", attended(l, q));
      const auto d = product(b + "ffn_down.weight", f);
      for (std::size_t i = 0; i < model_size; ++i)
        x[i] += o[i] + d[i];
    }
    return x;
  }

  const std::vector<tensor>& all_;
  std::array<std::vector<std::vector<double>>, layers> keys_, values_;
};

}  // namespace duet_reference
