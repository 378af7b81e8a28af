// SPDX-License-Identifier: MIT
/// \file
/// The graph of GPT-2 (Radford et al. 2019): five stages a layer. Norms are prologues of the matmuls
/// behind them, biases and residuals epilogues.
#pragma once

#include <qx/model/axes.hpp>
#include <qx/qx.hpp>

#include <cmath>
#include <cstddef>
#include <models/gpt2/graph.hpp>

namespace qx::gpt2::inline QX_ARCH {

/// One block: x [token, model] is updated in place; keys and values go to the cache.
inline void layer(context& ctx, const config& c, const layer_weights& w, std::size_t index,
                  const step& s) {
  const auto keys = s.cache->keys(index);
  const auto values = s.cache->values(index);

  const auto h = layer_norm(s.x, w.attn_norm.weight, w.attn_norm.bias, c.epsilon);
  eval(ctx, s.q <<= matmul(w.q, h) + w.q_bias,
       scatter_rows<token>(keys, s.slots) <<= matmul(w.k, h) + w.k_bias,
       scatter_rows<token>(values, s.slots) <<= matmul(w.v, h) + w.v_bias);

  const float scale = 1.0f / std::sqrt(static_cast<float>(c.dim));
  eval(ctx, s.a <<= attention(s.q, keys, values, s.spans, scale));

  eval(ctx, s.x <<= s.x + matmul(w.o, s.a) + w.o_bias);

  const auto m = layer_norm(s.x, w.ffn_norm.weight, w.ffn_norm.bias, c.epsilon);
  eval(ctx, s.f <<= gelu(matmul(w.up, m) + w.up_bias));

  eval(ctx, s.x <<= s.x + matmul(w.down, s.f) + w.down_bias);
}

/// Tokens to logits.
inline void forward(context& ctx, const config& c, const weights& w, const step& s) {
  eval(ctx, s.x <<= gather(w.token_embd, s.tokens) + gather(w.position_embd, s.positions));

  for (std::size_t i = 0; i < w.layers.size(); ++i)
    layer(ctx, c, w.layers[i], i, s);

  const norm& n = w.output_norm;
  if (s.outputs.size() != 0)
    eval(ctx, s.logits <<= matmul(w.output, layer_norm(gather(s.x, s.outputs), n.weight, n.bias,
                                                       c.epsilon)));
}

}  // namespace qx::gpt2::inline QX_ARCH
