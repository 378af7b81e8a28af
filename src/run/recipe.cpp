// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/run/recipe.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>

namespace qx {
namespace {

using role = tensor_role;
using scope = rule_scope;
using enum dtype;

struct named_role {
  std::string_view part;
  role is;
};
constexpr std::array roles{
    named_role{"token_embd.weight", role::embedding},
    named_role{"attn_qkv.weight", role::attention_v},
    named_role{"attn_kv_b.weight", role::attention_v},
    named_role{"attn_v.weight", role::attention_v},
    named_role{"attn_k.weight", role::attention_k},
    named_role{"attn_q.weight", role::attention_q},
    named_role{"attn_output.weight", role::attention_output},
    named_role{"ffn_up", role::ffn_up},
    named_role{"ffn_gate", role::ffn_gate},
    named_role{"ffn_down", role::ffn_down},
};

role role_of(std::string_view name) {
  if (name == "output.weight") return role::output;
  for (const auto& [part, is] : roles)
    if (name.contains(part)) return is;
  return role::other;
}

/// Parts of names of matrices that are small and matter, or are no matrices to multiply with.
constexpr std::array<std::string_view, 36> kept_parts{"_norm.weight",
                                                      "ffn_gate_inp.weight",
                                                      "ffn_gate_tid2eid.weight",
                                                      "position_embd",
                                                      "token_types.weight",
                                                      "attn_rel_b.weight",
                                                      "ssm_conv1d",
                                                      "shortconv.conv.weight",
                                                      "altup",
                                                      "laurel",
                                                      "per_layer_model_proj",
                                                      "indexer.k_proj.weight",
                                                      "indexer.q_proj.weight",
                                                      "time_mix_first.weight",
                                                      "time_mix_w0.weight",
                                                      "time_mix_w1.weight",
                                                      "time_mix_w2.weight",
                                                      "time_mix_v0.weight",
                                                      "time_mix_v1.weight",
                                                      "time_mix_v2.weight",
                                                      "time_mix_a0.weight",
                                                      "time_mix_a1.weight",
                                                      "time_mix_a2.weight",
                                                      "time_mix_g1.weight",
                                                      "time_mix_g2.weight",
                                                      "time_mix_decay_w1.weight",
                                                      "time_mix_decay_w2.weight",
                                                      "time_mix_lerp_fused.weight",
                                                      "sam.pos_embd",
                                                      "sam.neck.",
                                                      "sam.net_",
                                                      ".rel_pos",
                                                      ".patch_embd",
                                                      ".patch_merger",
                                                      "a.rvq.codebook",
                                                      "mm.a.code_embd"};

bool stays(const gguf::tensor_info& t, bool pure) {
  return t.rows() < 2 || !is_weight(t.type) || !(pure || t.name.ends_with("weight")) ||
         std::ranges::any_of(
             kept_parts, [&](std::string_view part) { return t.name.contains(part); });
}

/// The number in "blk.7.…"; nothing elsewhere.
std::optional<std::size_t> layer_of(std::string_view name) {
  if (!name.starts_with("blk.")) return std::nullopt;
  std::size_t layer = 0;
  const auto [end, problem] = std::from_chars(name.data() + 4, name.data() + name.size(), layer);
  return problem == std::errc{} ? std::optional(layer) : std::nullopt;
}

/// Where a tensor stands: position i of n among those of its role.
struct place {
  std::size_t i, n;
  bool stacked;
};

bool holds(scope where, place at, const recipe_facts& f) {
  const auto [i, n, stacked] = at;
  switch (where) {
  case scope::everywhere:
    return true;
  case scope::first_two:
    return i < 2;
  case scope::first_four:
    return i < 4;
  case scope::first_sixteenth:
    return i < n / 16;
  case scope::first_eighth:
    return i < n / 8;
  case scope::first_eighth_weighted:
    return i < n / 8 && f.weighted;
  case scope::first_eighth_unweighted:
    return i < n / 8 && !f.weighted;
  case scope::ends_and_thirds:
    return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
  case scope::shared_values:
    return f.kv_heads != 0 && f.heads / f.kv_heads >= 4;
  case scope::unshared_values:
    return f.kv_heads == 0 || f.heads / f.kv_heads < 4;
  case scope::eight_experts:
    return f.experts == 8;
  case scope::not_eight_experts:
    return f.experts != 8;
  case scope::stacked:
    return stacked;
  }
  return false;
}

/// Of the matrix that logits come from: 8 bits where blocks of the recipe do not fit or have 8.
dtype output_type(const recipe& kind, std::size_t columns) {
  const bool eight =
      kind.base == q8_0 || kind.base == mxfp4 || columns % info(kind.base).block_elements != 0;
  return eight ? q8_0 : q6_k;
}

dtype wanted_type(const recipe& kind, role is, place at, const recipe_facts& f) {
  // In models of eight experts all layers' attention together is small.
  if (f.experts == 8 && (is == role::attention_v || is == role::attention_k)) return q8_0;
  dtype type = kind.base;
  for (const recipe_rule& rule : kind.rules)
    if (rule.role == is && holds(rule.scope, at, f)) {
      type = rule.type;
      break;
    }
  // Models of 70·10^9 parameters have eight heads to a value head.
  const bool seventy = f.layers == 80 && f.heads != f.kv_heads;
  if (is == role::attention_v && seventy && (type == q3_k || type == q4_k)) return q5_k;
  return type;
}

/// What is used instead where rows do not divide into blocks of 256: the next larger format with
/// blocks of 32, and binary16 where they do not divide into those either.
planned_type fitting(dtype type, const gguf::tensor_info& t) {
  const std::size_t columns = t.row_elements();
  if (columns % info(type).block_elements == 0) return {type};
  if (info(type).block_elements < 256) return {t.type, true};
  if (columns % 32 != 0) return {f16, true};
  return {type == q6_k ? q8_0 : type == q5_k ? q5_1 : type == q4_k ? q5_0 : q4_0, true};
}

/// Indices in the order in which positions are counted, whatever the order of the file.
std::vector<std::size_t> layer_by_layer(std::span<const gguf::tensor_info> tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const auto layer = layer_of(tensors[i].name);
    return std::tuple(layer.has_value(), layer.value_or(0), tensors[i].name);
  });
  return order;
}

}  // namespace

recipe_facts facts_of(const gguf::file& file) {
  const std::string prefix = file.get_or<std::string>("general.architecture", "").value_or("");
  const auto number = [&](std::string_view key) -> std::size_t {
    const gguf::value* const found = file.find(message(prefix, '.', key));
    if (found == nullptr) return 0;
    if (const auto each = found->as<gguf::array_view<std::int32_t>>())  // one for each layer
      return each->empty() || (*each)[0] < 0 ? 0 : static_cast<std::size_t>((*each)[0]);
    return found->as<std::uint32_t>().value_or(0);
  };
  const std::size_t heads = number("attention.head_count");
  const std::size_t kv_heads = number("attention.head_count_kv");
  return {.layers = number("block_count"),
          .heads = heads,
          .kv_heads = kv_heads == 0 ? heads : kv_heads,
          .experts = number("expert_count")};
}

std::vector<planned_type> plan_types(std::span<const gguf::tensor_info> tensors, const recipe& kind,
                                     const recipe_facts& facts) {
  const auto named_output = [](const gguf::tensor_info& t) { return t.name == "output.weight"; };
  const auto of_values = [](const gguf::tensor_info& t) {
    return role_of(t.name) == role::attention_v;
  };
  const bool tied = std::ranges::none_of(tensors, named_output);
  const auto values = static_cast<std::size_t>(std::ranges::count_if(tensors, of_values));
  std::map<role, std::size_t> seen;
  std::vector<planned_type> out(tensors.size());
  for (const std::size_t i : layer_by_layer(tensors)) {
    const gguf::tensor_info& t = tensors[i];
    out[i] = {t.type};
    if (stays(t, facts.pure)) continue;
    const role is = role_of(t.name);
    place at{seen[is]++, is == role::attention_v ? values : facts.layers, t.dims[2] > 1};
    // Layers of such models may lack a role, or have it twice.
    if (facts.experts > 1 && is != role::attention_v) at.i = layer_of(t.name).value_or(0);
    if (facts.pure || !is_quantized(kind.base))
      out[i] = fitting(kind.base, t);
    else if (is == role::output || (tied && is == role::embedding))
      out[i] = fitting(output_type(kind, t.row_elements()), t);
    else
      out[i] = fitting(wanted_type(kind, is, at, facts), t);
  }
  return out;
}

}  // namespace qx
