// SPDX-License-Identifier: MIT
/// \file
/// The llama graph as a paper writes it (Touvron et al. 2023): five stages a layer, one for each
/// time that all threads wait for each other.
#pragma once

#include <qx/model/axes.hpp>
#include <qx/model/kv_cache.hpp>
#include <qx/qx.hpp>

#include <models/llama/step.hpp>
#include <models/llama/weights.hpp>

#include <cmath>
#include <cstddef>
#include <span>

namespace qx::llama::inline QX_ARCH {

/// One block: x [token, model] is updated in place; keys and values go to the cache.
inline void layer(context& ctx, const config& c, const layer_weights& w, const kv_cache& kv, std::size_t index,
                  const step& s) {
  const auto keys = kv.keys(index);
  const auto values = kv.values(index);
  const rotation angles{s.cosine, s.sine, c.rope.rotated, c.rope.pairs};

  // h is normalised and converted once; three matmuls share it, rotation is their epilogue, and
  // keys and values are written straight to the cache.
  const auto h = rms_norm(s.x, w.attn_norm, c.rms_epsilon);
  eval(ctx, s.q <<= rope(matmul(w.q, h), angles),
       scatter_rows<token>(keys, s.slots) <<= rope(matmul(w.k, h), angles),
       scatter_rows<token>(values, s.slots) <<= matmul(w.v, h));

  eval(ctx, s.a <<= attention(s.q, keys, values, s.spans, 1.0f / std::sqrt(static_cast<float>(c.dim))));

  eval(ctx, s.x <<= s.x + matmul(w.o, s.a));

  const auto m = rms_norm(s.x, w.ffn_norm, c.rms_epsilon);
  eval(ctx, s.f <<= silu(matmul(w.gate, m)) * matmul(w.up, m));

  eval(ctx, s.x <<= s.x + matmul(w.down, s.f));
}

/// Tokens to logits.
inline void forward(context& ctx, const config& c, const weights& w, const kv_cache& kv, const step& s) {
  eval(ctx, s.x <<= gather(w.token_embd, s.tokens));

  const std::span<const layer_weights> layers(w.layers);
  for (std::size_t i = 0; i < layers.size(); ++i) layer(ctx, c, layers[i], kv, i, s);

  if (s.outputs.size() != 0)
    eval(ctx, s.logits <<= matmul(w.output, rms_norm(gather(s.x, s.outputs), w.output_norm, c.rms_epsilon)));
}

}  // namespace qx::llama::inline QX_ARCH
