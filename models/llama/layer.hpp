// SPDX-License-Identifier: MIT
/// \file
/// The llama graph as a paper writes it (Touvron et al. 2023): five stages a layer, one for each
/// time that all threads wait for each other. With experts (Jiang et al. 2024) the feed-forward
/// network takes four: its gate, the softmax of that, and the experts' two.
#pragma once

#include <qx/model/axes.hpp>
#include <qx/qx.hpp>

#include <cmath>
#include <cstddef>
#include <models/llama/graph.hpp>

namespace qx::llama::inline QX_ARCH {

/// x += attention(x): keys and values go to the cache.
inline void attend(context& ctx, const config& c, const layer_weights& w, std::size_t index,
                   const step& s) {
  const auto keys = s.cache->keys(index);
  const auto values = s.cache->values(index);
  const rotation<tensor_view<const float, token, dim>> angles{s.cosine, s.sine, c.rope.rotated,
                                                              c.rope.pairs};

  // h is normalised and converted once; three matmuls share it, rotation is their epilogue, and
  // keys and values are written straight to the cache.
  const auto h = rms_norm(s.x, w.attn_norm, c.epsilon);
  eval(ctx, s.q <<= rope(matmul(w.q, h), angles),
       scatter_rows<token>(keys, s.slots) <<= rope(matmul(w.k, h), angles),
       scatter_rows<token>(values, s.slots) <<= matmul(w.v, h));

  const float scale = 1.0f / std::sqrt(static_cast<float>(c.dim));
  eval(ctx, s.a <<= attention(s.q, keys, values, s.spans, scale));

  eval(ctx, s.x <<= s.x + matmul(w.o, s.a));
}

/// x += W_down (silu(W_gate h) · W_up h), h being the norm of x.
inline void feed_forward(context& ctx, const config& c, const layer_weights& w, const step& s) {
  const auto h = rms_norm(s.x, w.ffn_norm, c.epsilon);
  eval(ctx, s.f <<= silu(matmul(w.gate, h)) * matmul(w.up, h));
  eval(ctx, s.x <<= s.x + matmul(w.down, s.f));
}

/// x += Σ share · W_down (silu(W_gate h) · W_up h) over each token's likeliest experts.
inline void mixture(context& ctx, const config& c, const layer_weights& w, const step& s) {
  const auto h = rms_norm(s.x, w.ffn_norm, c.epsilon);
  eval(ctx, s.to.gate <<= softmax(matmul(w.router, h), over(expert)));
  s.to.choose();

  const auto picked = pick(h, over(token), s.to.tokens, pair);
  eval(ctx, s.e <<= silu(matmul(w.gates, picked, s.to.starts)) *
                    matmul(w.ups, picked, s.to.starts));
  eval(ctx, add_rows<pair>(s.x, s.to.tokens) <<=
            s.to.share * matmul(w.downs, s.e, s.to.starts));
}

/// Tokens to logits.
inline void forward(context& ctx, const config& c, const weights& w, const step& s) {
  w.rope.fill(s.positions.elements(), s.cosine.elements(), s.sine.elements());
  eval(ctx, s.x <<= gather(w.token_embd, s.tokens));

  for (std::size_t i = 0; i < w.layers.size(); ++i) {
    attend(ctx, c, w.layers[i], i, s);
    c.experts == 0 ? feed_forward(ctx, c, w.layers[i], s) : mixture(ctx, c, w.layers[i], s);
  }

  if (s.outputs.size() != 0)
    eval(ctx, s.logits <<= matmul(w.output, rms_norm(gather(s.x, s.outputs), w.output_norm,
                                                     c.epsilon)));
}

}  // namespace qx::llama::inline QX_ARCH
