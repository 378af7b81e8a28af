// SPDX-License-Identifier: MIT
/// \file
/// Mixes: which tensor gets which type. Expected types are those of llama.cpp's quantiser, seen in
/// files that it wrote from models of these shapes.
#include <qx/core/message.hpp>
#include <qx/run/recipe.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

using qx::dtype;

namespace {

/// The tensors of a llama, without data. The list points into the names.
struct model {
  std::deque<std::string> names;
  std::vector<qx::gguf::tensor_info> tensors;
  qx::recipe_facts facts;

  void add(std::string name, std::size_t columns, std::size_t rows, std::size_t matrices = 1) {
    names.push_back(std::move(name));
    const std::size_t rank = matrices > 1 ? 3 : rows > 1 ? 2 : 1;
    tensors.push_back({names.back(), dtype::f16, rank, {columns, rows, matrices, 1}, {}});
  }

  [[nodiscard]] std::map<std::string, dtype> planned(std::string_view kind) const {
    const qx::recipe* const found = qx::find_recipe(kind);
    REQUIRE(found != nullptr);
    const auto types = qx::plan_types(tensors, *found, facts);
    REQUIRE(types.size() == tensors.size());
    std::map<std::string, dtype> out;
    for (std::size_t i = 0; i < types.size(); ++i)
      out.emplace(names[i], types[i].type);
    return out;
  }
};

struct sizes {
  std::size_t layers, dim, ff, heads, kv_heads, vocab;
  bool tied = false;
  std::size_t experts = 0;
};

model llama(const sizes& s) {
  model out;
  out.facts = {.layers = s.layers, .heads = s.heads, .kv_heads = s.kv_heads, .experts = s.experts};
  out.add("token_embd.weight", s.dim, s.vocab);
  out.add("output_norm.weight", s.dim, 1);
  if (!s.tied) out.add("output.weight", s.dim, s.vocab);
  const std::size_t kv = s.dim / s.heads * s.kv_heads;
  for (std::size_t i = s.layers; i-- > 0;) {  // any order will do
    const std::string b = qx::message("blk.", i, '.'), end = s.experts == 0 ? "" : "_exps";
    const std::size_t matrices = s.experts == 0 ? 1 : s.experts;
    out.add(b + "attn_norm.weight", s.dim, 1);
    out.add(b + "attn_q.weight", s.dim, s.dim);
    out.add(b + "attn_k.weight", s.dim, kv);
    out.add(b + "attn_v.weight", s.dim, kv);
    out.add(b + "attn_output.weight", s.dim, s.dim);
    out.add(b + "ffn_gate" + end + ".weight", s.dim, s.ff, matrices);
    out.add(b + "ffn_up" + end + ".weight", s.dim, s.ff, matrices);
    out.add(b + "ffn_down" + end + ".weight", s.ff, s.dim, matrices);
    if (s.experts != 0) out.add(b + "ffn_gate_inp.weight", s.dim, s.experts);
  }
  return out;
}

constexpr sizes eight_billion{32, 4096, 14336, 32, 8, 128256};

/// The layers in which a tensor has a type.
std::set<std::size_t> layers_with(const std::map<std::string, dtype>& types, std::string_view name,
                                  dtype wanted, std::size_t layers) {
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < layers; ++i)
    if (types.at(qx::message("blk.", i, '.', name, ".weight")) == wanted) out.insert(i);
  return out;
}

}  // namespace

TEST_CASE("the bits that help promises are those of a llama of 8 billion parameters") {
  const model m = llama(eight_billion);
  CHECK(std::ranges::is_sorted(qx::recipes(), {}, &qx::recipe::bits));
  for (const qx::recipe& kind : qx::recipes()) {
    CAPTURE(std::string(kind.name));
    const auto types = qx::plan_types(m.tensors, kind, m.facts);
    double bits = 0.0, elements = 0.0;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::size_t n = m.tensors[i].elements();
      bits += 8.0 * static_cast<double>(qx::bytes_of(types[i].type, n));
      elements += static_cast<double>(n);
    }
    CHECK(bits / elements == doctest::Approx(kind.bits).epsilon(0.001));
  }
}

TEST_CASE("names are found in any case, and K without a letter is the middle one") {
  REQUIRE(qx::find_recipe("q4_k_m") != nullptr);
  CHECK(qx::find_recipe("q4_k_m")->name == "Q4_K_M");
  CHECK(qx::find_recipe("Q4_K") == qx::find_recipe("Q4_K_M"));
  CHECK(qx::find_recipe("q3_k") == qx::find_recipe("Q3_K_M"));
  CHECK(qx::find_recipe("q5_K") == qx::find_recipe("Q5_K_M"));
  CHECK(qx::find_recipe("Q2_K")->name == "Q2_K");
  CHECK(qx::find_recipe("Q6_K")->name == "Q6_K");
  CHECK(qx::find_recipe("Q4_K_") == nullptr);
  CHECK(qx::find_recipe("") == nullptr);
}

TEST_CASE("Q4_K_M gives six bits to the ends and to every third layer") {
  const auto types = llama(eight_billion).planned("Q4_K_M");
  const std::set<std::size_t> better{0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31};
  CHECK(layers_with(types, "ffn_down", dtype::q6_k, 32) == better);
  CHECK(layers_with(types, "attn_v", dtype::q6_k, 32) == better);
  CHECK(layers_with(types, "attn_q", dtype::q4_k, 32).size() == 32);
  CHECK(layers_with(types, "attn_norm", dtype::f16, 32).size() == 32);
  CHECK(types.at("output.weight") == dtype::q6_k);
  CHECK(types.at("token_embd.weight") == dtype::q4_k);
}

TEST_CASE("Q3_K_M and Q2_K look at how many heads share values") {
  const auto shared = llama(eight_billion), own = llama({32, 4096, 11008, 32, 32, 32000});
  CHECK(layers_with(shared.planned("Q2_K"), "attn_v", dtype::q4_k, 32).size() == 32);
  CHECK(layers_with(own.planned("Q2_K"), "attn_v", dtype::q3_k, 32).size() == 32);
  CHECK(layers_with(own.planned("Q2_K"), "ffn_down", dtype::q3_k, 32).size() == 32);
  const auto middle = own.planned("Q3_K_M");
  CHECK(layers_with(middle, "attn_v", dtype::q5_k, 32) == std::set<std::size_t>{0, 1});
  CHECK(layers_with(middle, "ffn_down", dtype::q5_k, 32) == std::set<std::size_t>{0, 1});
  CHECK(layers_with(middle, "ffn_down", dtype::q4_k, 32).size() == 30);
}

TEST_CASE("an importance matrix changes what the first layers get") {
  model m = llama(eight_billion);
  CHECK(layers_with(m.planned("Q4_0"), "ffn_down", dtype::q4_1, 32).empty());
  CHECK(layers_with(m.planned("IQ4_NL"), "ffn_down", dtype::q5_k, 32).size() == 4);
  m.facts.weighted = true;
  CHECK(layers_with(m.planned("Q4_0"), "ffn_down", dtype::q4_1, 32) ==
        std::set<std::size_t>{0, 1, 2, 3});
  CHECK(layers_with(m.planned("IQ4_NL"), "ffn_down", dtype::q5_k, 32).empty());
}

TEST_CASE("a tied embedding is an output matrix, too") {
  const auto types = llama({2, 256, 512, 8, 8, 64, true}).planned("Q4_K_S");
  CHECK(types.at("token_embd.weight") == dtype::q6_k);
}

TEST_CASE("rows that do not divide into 256 fall back to 32, then to binary16") {
  const model of_32 = llama({2, 96, 160, 3, 3, 64});
  auto types = of_32.planned("Q4_K_S");
  CHECK(types.at("blk.0.attn_q.weight") == dtype::q5_0);
  CHECK(types.at("blk.0.attn_v.weight") == dtype::q5_1);
  CHECK(types.at("output.weight") == dtype::q8_0);
  CHECK(of_32.planned("Q2_K").at("blk.1.ffn_up.weight") == dtype::q4_0);
  CHECK(of_32.planned("Q6_K").at("blk.1.ffn_up.weight") == dtype::q8_0);
  const model of_none = llama({2, 40, 40, 5, 5, 64});
  CHECK(of_none.planned("Q4_K_S").at("blk.0.attn_q.weight") == dtype::f16);
  CHECK(of_none.planned("Q4_0").at("blk.0.attn_q.weight") == dtype::f16);
  const auto plan = qx::plan_types(of_32.tensors, *qx::find_recipe("Q4_0"), of_32.facts);
  std::size_t fallbacks = 0;
  for (const qx::planned_type& t : plan)
    fallbacks += t.fallback;
  CHECK(fallbacks == 1);  // Q6_K of the output matrix became Q8_0
}

TEST_CASE("experts: routers stay, and attention gets eight bits where there are eight") {
  const model m = llama({4, 256, 512, 8, 4, 64, false, 8});
  const auto types = m.planned("Q4_K_M");
  CHECK(types.at("blk.1.ffn_gate_inp.weight") == dtype::f16);
  CHECK(types.at("blk.1.attn_v.weight") == dtype::q8_0);
  CHECK(types.at("blk.1.attn_k.weight") == dtype::q8_0);
  CHECK(types.at("blk.1.attn_output.weight") == dtype::q5_k);
  CHECK(types.at("blk.2.ffn_down_exps.weight") == dtype::q6_k);
  const auto floats = m.planned("MXFP4_MOE");
  CHECK(floats.at("blk.1.ffn_up_exps.weight") == dtype::mxfp4);
  CHECK(floats.at("blk.1.attn_q.weight") == dtype::q8_0);
}

TEST_CASE("pure is pure") {
  model m = llama(eight_billion);
  m.facts.pure = true;
  const auto types = m.planned("Q4_K_M");
  CHECK(types.at("output.weight") == dtype::q4_k);
  CHECK(layers_with(types, "ffn_down", dtype::q4_k, 32).size() == 32);
}
