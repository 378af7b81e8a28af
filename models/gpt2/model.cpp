// SPDX-License-Identifier: MIT
#include <qx/fuse/dispatch.hpp>
#include <qx/model/weight_loader.hpp>

#include <models/gpt2/graph.hpp>
#include <string>

namespace qx::gpt2 {

namespace {

void load_norm(weight_loader& l, const std::string& name, const config& c, norm& n) {
  l.vector(name + ".weight", n.weight, {c.model});
  l.vector(name + ".bias", n.bias, {c.model});
}

}  // namespace

void architecture::forward(context& ctx, const config& c, const weights& w, const step& s) {
  dispatch(ctx, [&]<class Arch>(Arch) { run<Arch>(ctx, c, w, s); });
}

result<config> architecture::read(const gguf::file& file) {
  hyperparameters keys(file);
  config c{read_shape(keys)};
  c.epsilon = keys.positive("attention.layer_norm_epsilon");
  c.positions_end = true;
  if (keys.ok() && c.kv_heads != c.heads)
    keys.refuse(errc::unsupported, "a gpt2 has as many key/value heads as query heads");
  return keys.finish(std::move(c));
}

void architecture::load(weight_loader& l, const config& c, weights& w) {
  const bool tied = !l.has("output.weight");
  l.table("token_embd.weight", w.token_embd, {c.vocab}, {c.model});
  l.table("position_embd.weight", w.position_embd, {c.context}, {c.model});
  l.matrix(tied ? "token_embd.weight" : "output.weight", w.output, {c.vocab}, {c.model});
  load_norm(l, "output_norm", c, w.output_norm);
  l.layers(w.layers, c.layers, [&](layer_weights& b) {
    load_norm(l, "attn_norm", c, b.attn_norm);
    l.matrix("attn_qkv.weight", b.q, {c.heads, c.dim}, {c.model}, {0, 3});
    l.matrix("attn_qkv.weight", b.k, {c.heads, c.dim}, {c.model}, {1, 3});
    l.matrix("attn_qkv.weight", b.v, {c.heads, c.dim}, {c.model}, {2, 3});
    l.vector("attn_qkv.bias", b.q_bias, {c.heads, c.dim}, {0, 3});
    l.vector("attn_qkv.bias", b.k_bias, {c.heads, c.dim}, {1, 3});
    l.vector("attn_qkv.bias", b.v_bias, {c.heads, c.dim}, {2, 3});
    l.matrix("attn_output.weight", b.o, {c.model}, {c.heads, c.dim});
    l.vector("attn_output.bias", b.o_bias, {c.model});
    load_norm(l, "ffn_norm", c, b.ffn_norm);
    l.matrix("ffn_up.weight", b.up, {c.ff}, {c.model});
    l.vector("ffn_up.bias", b.up_bias, {c.ff});
    l.matrix("ffn_down.weight", b.down, {c.model}, {c.ff});
    l.vector("ffn_down.bias", b.down_bias, {c.model});
  });
}

}  // namespace qx::gpt2
