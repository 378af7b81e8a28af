// SPDX-License-Identifier: MIT
#include <qx/fuse/dispatch.hpp>
#include <qx/model/weight_loader.hpp>

#include <models/llama/graph.hpp>

namespace qx::llama {

void architecture::forward(context& ctx, const config& c, const weights& w, const step& s) {
  dispatch(ctx, [&]<class Arch>(Arch) { run<Arch>(ctx, c, w, s); });
}

result<config> architecture::read(const gguf::file& file) {
  hyperparameters keys(file);
  config c{read_shape(keys), {}};
  c.epsilon = keys.positive("attention.layer_norm_rms_epsilon");
  c.rope = read_rope(keys, c, rope_pairs::adjacent);
  return keys.finish(std::move(c));
}

void architecture::load(weight_loader& l, const config& c, weights& w) {
  const bool tied = !l.has("output.weight");
  l.table("token_embd.weight", w.token_embd, {c.vocab}, {c.model});
  l.matrix(tied ? "token_embd.weight" : "output.weight", w.output, {c.vocab}, {c.model});
  l.vector("output_norm.weight", w.output_norm, {c.model});
  std::vector<float> factors;
  if (l.has("rope_freqs.weight")) factors = l.numbers("rope_freqs.weight", c.rope.rotated / 2);
  if (!l.failed()) w.rope = rope_table(c.rope, c.dim, factors);
  l.layers(w.layers, c.layers, [&](layer_weights& b) {
    l.vector("attn_norm.weight", b.attn_norm, {c.model});
    l.matrix("attn_q.weight", b.q, {c.heads, c.dim}, {c.model});
    l.matrix("attn_k.weight", b.k, {c.kv_heads, c.dim}, {c.model});
    l.matrix("attn_v.weight", b.v, {c.kv_heads, c.dim}, {c.model});
    l.matrix("attn_output.weight", b.o, {c.model}, {c.heads, c.dim});
    l.vector("ffn_norm.weight", b.ffn_norm, {c.model});
    if (c.experts == 0) {
      l.matrix("ffn_gate.weight", b.gate, {c.ff}, {c.model});
      l.matrix("ffn_up.weight", b.up, {c.ff}, {c.model});
      l.matrix("ffn_down.weight", b.down, {c.model}, {c.ff});
    } else {
      l.matrix("ffn_gate_inp.weight", b.router, {c.experts}, {c.model});
      l.stack("ffn_gate_exps.weight", b.gates, c.experts, {c.ff}, {c.model});
      l.stack("ffn_up_exps.weight", b.ups, c.experts, {c.ff}, {c.model});
      l.stack("ffn_down_exps.weight", b.downs, c.experts, {c.model}, {c.ff});
    }
  });
}

step::step(const graph_step& given, step_memory& m, const config& c)
    : rotated_step(given, m, c), to(m, count(), c.experts, c.experts_used),
      e(m.take<float, pair, ff>(count() * c.experts_used, c.ff)) {}

}  // namespace qx::llama
