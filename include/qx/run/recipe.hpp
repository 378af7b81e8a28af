// SPDX-License-Identifier: MIT
/// \file
/// Which tensor of a model gets which type: the mixes that files are known by (Q4_K_M and the
/// like), with more bits where errors do more harm. Source: llama.cpp's quantiser, whose files
/// these names describe; the same names give the same types here.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/gguf/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace qx {

/// What a matrix does in a model, as far as mixes treat it differently.
enum class tensor_role : std::uint8_t {
  embedding,
  attention_q,
  attention_k,
  attention_v,  ///< alone or together with others: attn_v, attn_qkv, attn_kv_b
  attention_output,
  ffn_gate,
  ffn_up,
  ffn_down,
  output,
  other,
};

/// Where in a model a rule holds; i is the position of a tensor among those of its role, of n.
enum class rule_scope : std::uint8_t {
  everywhere,
  first_two,
  first_four,
  first_sixteenth,          ///< i < n / 16
  first_eighth,             ///< i < n / 8
  first_eighth_weighted,    ///< the same, with an importance matrix only
  first_eighth_unweighted,  ///< the same, without one only
  ends_and_thirds,          ///< the first and the last eighth, and every third in between
  shared_values,            ///< four query heads or more to a value head
  unshared_values,
  eight_experts,
  not_eight_experts,
  stacked,  ///< one matrix for each expert in a tensor
};

struct recipe_rule {
  tensor_role role;
  rule_scope scope;
  dtype type;
};

struct recipe {
  std::string_view name;               ///< "Q4_K_M"
  dtype base;                          ///< of what no rule names
  std::uint32_t file_type;             ///< number in general.file_type
  float bits;                          ///< per weight, in a llama of 8·10^9 parameters
  std::string_view words;              ///< when to take it: a line of help
  std::span<const recipe_rule> rules;  ///< the first that fits is taken
};

/// All recipes, the smallest files first.
[[nodiscard]] std::span<const recipe> recipes();
/// Case is ignored; Q3_K, Q4_K and Q5_K are the _M mixes. Null where there is none.
[[nodiscard]] const recipe* find_recipe(std::string_view name);

/// What rules ask of a model.
struct recipe_facts {
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t kv_heads = 0;
  std::size_t experts = 0;
  bool weighted = false;  ///< there is an importance matrix
  bool pure = false;      ///< no rules: all matrices in the base type
};

/// Reads what the metadata says; what is not there or of the wrong kind counts as 0.
[[nodiscard]] recipe_facts facts_of(const gguf::file& file);

struct planned_type {
  dtype type;             ///< what it will be
  bool fallback = false;  ///< since its rows do not divide into blocks of what the recipe wants
};

/// The type of every tensor, in their order. Vectors, norms, routers and the like stay as they are,
/// and so does what divides into no blocks of 32 where the recipe has no blocks of 256.
[[nodiscard]] std::vector<planned_type> plan_types(std::span<const gguf::tensor_info> tensors,
                                                   const recipe& kind, const recipe_facts& facts);

}  // namespace qx
