// SPDX-License-Identifier: MIT
/// \file
/// GPT-2 in double precision, one number at a time, from the tensors of an F32 file: the logits of
/// `oracle/gpt2-f32` are an engine's that looks its gelu up in a table of 16-bit numbers.
#pragma once

#include <qx/core/token.hpp>
#include <qx/gguf/reader.hpp>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace qx::test {

class gpt2_reference {
 public:
  using numbers = std::vector<double>;

  explicit gpt2_reference(const gguf::file& file)
      : file_(file), epsilon_(file.get<float>("gpt2.attention.layer_norm_epsilon").value()),
        heads_(file.get<std::size_t>("gpt2.attention.head_count").value()),
        keys_(file.get<std::size_t>("gpt2.block_count").value()), values_(keys_.size()) {}

  /// Of all tokens, [token, vocab].
  [[nodiscard]] std::vector<float> logits(std::span<const token_id> tokens) {
    std::vector<float> out;
    for (std::size_t t = 0; t < tokens.size(); ++t)
      for (const double x : token(static_cast<std::size_t>(tokens[t]), t))
        out.push_back(static_cast<float>(x));
    return out;
  }

 private:
  [[nodiscard]] numbers tensor(const std::string& name) const {
    const gguf::tensor_info& t = *file_.find_tensor(name);
    std::vector<float> values(t.elements());
    std::memcpy(values.data(), t.data.data(), t.data.size());
    return {values.begin(), values.end()};
  }
  [[nodiscard]] numbers product(const std::string& name, const numbers& x, bool biased) const {
    const numbers w = tensor(name + ".weight");
    numbers y = biased ? tensor(name + ".bias") : numbers(w.size() / x.size());
    for (std::size_t i = 0; i < w.size(); ++i)
      y[i / x.size()] += w[i] * x[i % x.size()];
    return y;
  }
  [[nodiscard]] numbers normed(numbers x, const std::string& name) const {
    const auto n = static_cast<double>(x.size());
    double mean = 0, variance = 0;
    for (const double e : x)
      mean += e / n;
    for (const double e : x)
      variance += (e - mean) * (e - mean) / n;
    const numbers w = tensor(name + ".weight"), b = tensor(name + ".bias");
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = (x[i] - mean) / std::sqrt(variance + epsilon_) * w[i] + b[i];
    return x;
  }
  [[nodiscard]] numbers attended(const numbers& q, std::size_t layer) const {
    const std::size_t dim = q.size() / heads_;
    numbers a(q.size());
    for (std::size_t first = 0; first < q.size(); first += dim) {
      numbers p;
      double sum = 0;
      for (const numbers& k : keys_[layer]) {
        double dot = 0;
        for (std::size_t i = first; i < first + dim; ++i)
          dot += q[i] * k[i];
        sum += p.emplace_back(std::exp(dot / std::sqrt(static_cast<double>(dim))));
      }
      for (std::size_t s = 0; s < p.size(); ++s)
        for (std::size_t i = first; i < first + dim; ++i)
          a[i] += p[s] / sum * values_[layer][s][i];
    }
    return a;
  }
  [[nodiscard]] numbers token(std::size_t id, std::size_t position) {
    const numbers table = tensor("token_embd.weight"), places = tensor("position_embd.weight");
    const std::size_t n = tensor("output_norm.bias").size();
    numbers x(n);
    const auto add = [&](const numbers& y) {
      for (std::size_t i = 0; i < n; ++i)
        x[i] += y[i];
    };
    for (std::size_t i = 0; i < n; ++i)
      x[i] = table[id * n + i] + places[position * n + i];
    for (std::size_t l = 0; l < keys_.size(); ++l) {
      const std::string b = "blk." + std::to_string(l) + ".";
      const numbers qkv = product(b + "attn_qkv", normed(x, b + "attn_norm"), true);
      const auto part = [&](std::size_t i) {
        return numbers(qkv.data() + i * n, qkv.data() + (i + 1) * n);
      };
      keys_[l].push_back(part(1));
      values_[l].push_back(part(2));
      add(product(b + "attn_output", attended(part(0), l), true));
      numbers f = product(b + "ffn_up", normed(x, b + "ffn_norm"), true);
      for (double& e : f)
        e *= 0.5 * (1 + std::tanh(0.79788456080286536 * (e + 0.044715 * e * e * e)));
      add(product(b + "ffn_down", f, true));
    }
    return product("output", normed(x, "output_norm"), false);
  }

  const gguf::file& file_;
  double epsilon_;
  std::size_t heads_;
  std::vector<std::vector<numbers>> keys_, values_;  // [layer][position]
};

}  // namespace qx::test
