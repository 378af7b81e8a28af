// SPDX-License-Identifier: MIT
#include <qx/fuse/dispatch.hpp>
#include <qx/model/weight_loader.hpp>

#include <models/qwen/graph.hpp>

namespace qx::qwen {

void architecture::forward(context& ctx, const config& c, const weights& w, const step& s) {
  dispatch(ctx, [&]<class Arch>(Arch) { run<Arch>(ctx, c, w, s); });
}

result<config> architecture::read(const gguf::file& file) {
  hyperparameters keys(file);
  config c{read_shape(keys), {}, keys.architecture() == "qwen3"};
  c.epsilon = keys.positive("attention.layer_norm_rms_epsilon");
  c.rope = read_rope(keys, c, rope_pairs::halves);
  return keys.finish(std::move(c));
}

void architecture::load(weight_loader& l, const config& c, weights& w) {
  const bool tied = !l.has("output.weight");
  l.table("token_embd.weight", w.token_embd, {c.vocab}, {c.model});
  l.matrix(tied ? "token_embd.weight" : "output.weight", w.output, {c.vocab}, {c.model});
  l.vector("output_norm.weight", w.output_norm, {c.model});
  w.rope = rope_table(c.rope, c.dim);
  l.layers(w.layers, c.layers, [&](layer_weights& b) {
    l.vector("attn_norm.weight", b.attn_norm, {c.model});
    l.matrix("attn_q.weight", b.q, {c.heads, c.dim}, {c.model});
    l.matrix("attn_k.weight", b.k, {c.kv_heads, c.dim}, {c.model});
    l.matrix("attn_v.weight", b.v, {c.kv_heads, c.dim}, {c.model});
    if (c.norms) {
      l.vector("attn_q_norm.weight", b.q_norm, {c.dim});
      l.vector("attn_k_norm.weight", b.k_norm, {c.dim});
    } else {
      l.vector("attn_q.bias", b.q_bias, {c.heads, c.dim});
      l.vector("attn_k.bias", b.k_bias, {c.kv_heads, c.dim});
      l.vector("attn_v.bias", b.v_bias, {c.kv_heads, c.dim});
    }
    l.matrix("attn_output.weight", b.o, {c.model}, {c.heads, c.dim});
    l.vector("ffn_norm.weight", b.ffn_norm, {c.model});
    l.matrix("ffn_gate.weight", b.gate, {c.ff}, {c.model});
    l.matrix("ffn_up.weight", b.up, {c.ff}, {c.model});
    l.matrix("ffn_down.weight", b.down, {c.model}, {c.ff});
  });
}

}  // namespace qx::qwen
