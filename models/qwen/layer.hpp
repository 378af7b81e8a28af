// SPDX-License-Identifier: MIT
/// \file
/// The graph of Qwen 2 (Yang et al. 2024) and Qwen 3 (Yang et al. 2025): five stages a layer. Biases
/// and norms of heads are epilogues of the projections, as rotation is.
#pragma once

#include <qx/model/axes.hpp>
#include <qx/qx.hpp>

#include <cmath>
#include <cstddef>
#include <models/qwen/graph.hpp>

namespace qx::qwen::inline QX_ARCH {

/// One block: x [token, model] is updated in place; keys and values go to the cache.
inline void layer(context& ctx, const config& c, const layer_weights& w, std::size_t index,
                  const step& s) {
  const auto keys = s.cache->keys(index);
  const auto values = s.cache->values(index);
  const rotation<tensor_view<const float, token, dim>> angles{s.cosine, s.sine, c.rope.rotated,
                                                              c.rope.pairs};

  const auto h = rms_norm(s.x, w.attn_norm, c.epsilon);
  if (c.norms)
    eval(ctx, s.q <<= rope(rms_norm(matmul(w.q, h), w.q_norm, c.epsilon), angles),
         scatter_rows<token>(keys, s.slots) <<=
         rope(rms_norm(matmul(w.k, h), w.k_norm, c.epsilon), angles),
         scatter_rows<token>(values, s.slots) <<= matmul(w.v, h));
  else
    eval(ctx, s.q <<= rope(matmul(w.q, h) + w.q_bias, angles),
         scatter_rows<token>(keys, s.slots) <<= rope(matmul(w.k, h) + w.k_bias, angles),
         scatter_rows<token>(values, s.slots) <<= matmul(w.v, h) + w.v_bias);

  const float scale = 1.0f / std::sqrt(static_cast<float>(c.dim));
  eval(ctx, s.a <<= attention(s.q, keys, values, s.spans, scale));

  eval(ctx, s.x <<= s.x + matmul(w.o, s.a));

  const auto m = rms_norm(s.x, w.ffn_norm, c.epsilon);
  eval(ctx, s.f <<= silu(matmul(w.gate, m)) * matmul(w.up, m));

  eval(ctx, s.x <<= s.x + matmul(w.down, s.f));
}

/// Tokens to logits.
inline void forward(context& ctx, const config& c, const weights& w, const step& s) {
  w.rope.fill(s.positions.elements(), s.cosine.elements(), s.sine.elements());
  eval(ctx, s.x <<= gather(w.token_embd, s.tokens));

  for (std::size_t i = 0; i < w.layers.size(); ++i)
    layer(ctx, c, w.layers[i], i, s);

  if (s.outputs.size() != 0)
    eval(ctx, s.logits <<= matmul(w.output, rms_norm(gather(s.x, s.outputs), w.output_norm,
                                                     c.epsilon)));
}

}  // namespace qx::qwen::inline QX_ARCH
