// SPDX-License-Identifier: MIT
/// \file
/// The mixes as tables.
#include <qx/core/message.hpp>
#include <qx/run/recipe.hpp>

#include <algorithm>
#include <array>

namespace qx {
namespace {

using role = tensor_role;
using scope = rule_scope;
using enum dtype;

// Values and the second matrix of a feed-forward network are what most of the error comes from;
// values are small besides, the more so where several heads share them.
constexpr recipe_rule q2_k_s_rules[] = {{role::attention_v, scope::shared_values, q4_k},
                                        {role::ffn_down, scope::first_eighth, q4_k}};
constexpr recipe_rule q2_k_rules[] = {{role::attention_v, scope::shared_values, q4_k},
                                      {role::attention_v, scope::unshared_values, q3_k},
                                      {role::ffn_down, scope::everywhere, q3_k},
                                      {role::attention_output, scope::eight_experts, q5_k},
                                      {role::attention_output, scope::everywhere, q3_k}};
constexpr recipe_rule q3_k_s_rules[] = {{role::attention_output, scope::eight_experts, q5_k}};
constexpr recipe_rule q3_k_m_rules[] = {{role::attention_v, scope::first_two, q5_k},
                                        {role::attention_v, scope::everywhere, q4_k},
                                        {role::ffn_down, scope::first_sixteenth, q5_k},
                                        {role::ffn_down, scope::everywhere, q4_k},
                                        {role::attention_output, scope::eight_experts, q5_k},
                                        {role::attention_output, scope::everywhere, q4_k}};
constexpr recipe_rule q3_k_l_rules[] = {{role::attention_v, scope::everywhere, q5_k},
                                        {role::ffn_down, scope::everywhere, q5_k},
                                        {role::attention_output, scope::not_eight_experts, q5_k}};
constexpr recipe_rule q4_0_rules[] = {{role::ffn_down, scope::first_eighth_weighted, q4_1}};
constexpr recipe_rule q5_0_rules[] = {{role::ffn_down, scope::first_eighth_weighted, q5_1}};
constexpr recipe_rule iq4_nl_rules[] = {{role::attention_v, scope::shared_values, q5_k},
                                        {role::ffn_down, scope::first_eighth_unweighted, q5_k},
                                        {role::attention_output, scope::eight_experts, q5_k}};
constexpr recipe_rule q4_k_s_rules[] = {{role::attention_v, scope::first_four, q5_k},
                                        {role::ffn_down, scope::first_eighth, q5_k},
                                        {role::attention_output, scope::eight_experts, q5_k}};
constexpr recipe_rule q4_k_m_rules[] = {{role::attention_v, scope::ends_and_thirds, q6_k},
                                        {role::ffn_down, scope::ends_and_thirds, q6_k},
                                        {role::attention_output, scope::eight_experts, q5_k}};
constexpr recipe_rule q5_k_m_rules[] = {{role::attention_v, scope::ends_and_thirds, q6_k},
                                        {role::ffn_down, scope::ends_and_thirds, q6_k}};

constexpr recipe_rule mxfp4_moe_rules[] = {{role::ffn_gate, scope::stacked, mxfp4},
                                           {role::ffn_up, scope::stacked, mxfp4},
                                           {role::ffn_down, scope::stacked, mxfp4}};

constexpr std::array table{
    recipe{"Q2_K_S", q2_k, 21, 2.97f, "smallest; wants an importance matrix", q2_k_s_rules},
    recipe{"Q2_K", q2_k, 10, 3.16f, "for models that would not fit otherwise", q2_k_rules},
    recipe{"Q3_K_S", q3_k, 11, 3.64f, "", q3_k_s_rules},
    recipe{"Q3_K_M", q3_k, 12, 4.0f, "the usual choice at 3 bits", q3_k_m_rules},
    recipe{"Q3_K_L", q3_k, 13, 4.3f, "", q3_k_l_rules},
    recipe{"MXFP4", mxfp4, 38, 4.53f, "4-bit floats that share a power of two", {}},
    recipe{"Q4_0", q4_0, 2, 4.64f, "fastest on most machines", q4_0_rules},
    recipe{"Q4_K_S", q4_k, 14, 4.67f, "", q4_k_s_rules},
    recipe{"IQ4_NL", iq4_nl, 25, 4.68f, "4 bits, levels denser around zero", iq4_nl_rules},
    recipe{"Q4_K_M", q4_k, 15, 4.89f, "the usual choice: little is lost", q4_k_m_rules},
    recipe{"Q4_1", q4_1, 3, 5.1f, "older; Q4_K_M is better", {}},
    recipe{"Q5_0", q5_0, 8, 5.57f, "older; Q5_K_S is better", q5_0_rules},
    recipe{"Q5_K_S", q5_k, 16, 5.57f, "", {}},
    recipe{"Q5_K_M", q5_k, 17, 5.7f, "hardly to be told from the original", q5_k_m_rules},
    recipe{"Q5_1", q5_1, 9, 6.04f, "older; Q5_K_M is better", {}},
    recipe{"Q6_K", q6_k, 18, 6.56f, "all but lossless", {}},
    recipe{"MXFP4_MOE", q8_0, 38, 8.5f, "MXFP4 for experts, Q8_0 for the rest", mxfp4_moe_rules},
    recipe{"Q8_0", q8_0, 7, 8.5f, "lossless for all purposes", {}},
    recipe{"BF16", bf16, 32, 16.0f, "", {}},
    recipe{"F16", f16, 1, 16.0f, "", {}},
    recipe{"F32", f32, 0, 32.0f, "", {}},
};

bool same_name(std::string_view a, std::string_view b) {
  constexpr auto upper = [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  };
  return std::ranges::equal(a, b, {}, upper, upper);
}

}  // namespace

std::span<const recipe> recipes() { return table; }

const recipe* find_recipe(std::string_view name) {
  for (const std::string_view usual : {"Q3_K", "Q4_K", "Q5_K"})
    if (same_name(name, usual)) return find_recipe(message(usual, "_M"));
  const auto at =
      std::ranges::find_if(table, [&](const recipe& r) { return same_name(r.name, name); });
  return at == table.end() ? nullptr : &*at;
}

}  // namespace qx
