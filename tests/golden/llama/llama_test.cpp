// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <qx/gguf/reader.hpp>
#include <qx/kernel/table.hpp>

#include <doctest/doctest.h>

#include <models/llama/model.hpp>

#include "oracle.hpp"

#include <cmath>
#include <iostream>
#include <map>
#include <numeric>

using namespace qx;

namespace {

std::vector<const kernel::table*> tables_here() {
  std::vector<const kernel::table*> out;
  for (const kernel::table* t : kernel::tables())
    if (kernel::runs_here(*t)) out.push_back(t);
  return out;
}

struct loaded {
  gguf::file file;
  llama::model model;
};

loaded load(const std::filesystem::path& path, const llama::load_options& options) {
  auto file = gguf::file::open(path);
  REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().message));
  auto model = llama::model::load(*file, options);
  REQUIRE_MESSAGE(model.has_value(), (model ? "" : model.error().message));
  return {std::move(*file), std::move(*model)};
}

/// Logits of all tokens, fed `step` at a time.
std::vector<float> all_logits(llama::model& m, const std::vector<token_id>& tokens, std::size_t step,
                              std::int32_t sequence = 0) {
  std::vector<float> out;
  m.truncate(sequence, 0);
  for (std::size_t first = 0; first < tokens.size(); first += step) {
    const std::size_t n = std::min(step, tokens.size() - first);
    std::vector<std::int32_t> positions(n), outputs(n);
    const std::vector<std::int32_t> sequences(n, sequence);
    std::iota(positions.begin(), positions.end(), static_cast<std::int32_t>(first));
    std::iota(outputs.begin(), outputs.end(), 0);
    const auto logits = m.forward({std::span(tokens).subspan(first, n), positions, sequences, outputs});
    REQUIRE_MESSAGE(logits.has_value(), (logits ? "" : logits.error().message));
    const auto all = logits->elements();
    out.insert(out.end(), all.begin(), all.end());
  }
  return out;
}

bool is_llama(const std::string& name) {
  return name.starts_with("stories") || name.starts_with("gqa") || name.starts_with("mha") ||
         name.starts_with("mqa") || name.starts_with("rope");
}

std::vector<test::oracle_case> llama_cases() {
  const auto root = test::data_root();
  if (!root) {
    std::cout << "skipped: no reference data\n";
    return {};
  }
  auto cases = test::oracle_cases(*root);
  std::erase_if(cases, [](const auto& c) { return !is_llama(c.model); });
  return cases;
}

}  // namespace

TEST_CASE("F32 models are exact on every arch") {
  for (const auto& c : llama_cases()) {
    if (!c.model.ends_with("-f32")) continue;
    for (const kernel::table* table : tables_here()) {
      auto m = load(c.file, {.threads = 2, .kv_type = dtype::f32, .kernels = table});
      const auto got = all_logits(m.model, c.tokens, c.tokens.size());
      REQUIRE(got.size() == c.logits.size());
      const double error = test::max_error(got, c.logits);
      INFO(c.model, " on ", table->name, ": ", error);
      CHECK(error <= 1e-4 * std::max(1.0, c.logit_std));
      CHECK(error > 0.0);  // float arithmetic cannot be exact: nothing was copied from the oracle
    }
  }
}

TEST_CASE("quantised models are as near to exact as a leading engine, on every arch") {
  const auto cases = llama_cases();
  for (const kernel::table* table : tables_here()) {
    double log_ratio = 0.0;
    int count = 0;
    for (const auto& c : cases) {
      if (c.model.ends_with("-f32")) continue;
      auto m = load(c.file, {.threads = 2, .kv_type = dtype::f32, .kernels = table});
      const double kl = test::mean_kl(all_logits(m.model, c.tokens, c.tokens.size()), c.logits, c.vocab);
      const double ratio = std::max(kl, 1e-15) / c.reference_kl;
      std::cout << table->name << ' ' << c.model << ": KL " << kl << ", reference " << c.reference_kl << ", ratio "
                << ratio << '\n';
      INFO(c.model, " on ", table->name);
      CHECK(ratio <= 1.5);
      log_ratio += std::log(ratio);
      ++count;
    }
    if (count != 0) CHECK(std::exp(log_ratio / count) <= 1.1);
  }
}

TEST_CASE("an F16 cache costs no more than its rounding") {
  for (const auto& c : llama_cases()) {
    if (c.model != "gqa-f32" && c.model != "mqa-headdim-f32") continue;
    auto m = load(c.file, {.threads = 2, .kv_type = dtype::f16});
    const double error = test::max_error(all_logits(m.model, c.tokens, c.tokens.size()), c.logits);
    // Keys and values of order 1 move by 2^-11 at most; two layers and the head add up to a few of these.
    CHECK(error < 0.02 * c.logit_std);
    CHECK(error > 1e-6);
  }
}

TEST_CASE("batched equals single, to the bit, on every arch") {
  for (const auto& c : llama_cases()) {
    if (c.model != "gqa-q4_0" && c.model != "gqa-f32" && c.model != "gqa-q6_k" && c.model != "stories260K-q8_0") continue;
    for (const kernel::table* table : tables_here()) {
      auto m = load(c.file, {.threads = 1, .kernels = table});
      const auto whole = all_logits(m.model, c.tokens, c.tokens.size());
      INFO(c.model, " on ", table->name);
      CHECK(all_logits(m.model, c.tokens, 1) == whole);
      CHECK(all_logits(m.model, c.tokens, 7) == whole);
    }
  }
}

TEST_CASE("any number of threads gives the same bits") {
  for (const auto& c : llama_cases()) {
    if (c.model != "gqa-q4_k" && c.model != "gqa-q8_0" && c.model != "mha-tied-f32") continue;
    auto one = load(c.file, {.threads = 1});
    const auto want = all_logits(one.model, c.tokens, c.tokens.size());
    for (const std::size_t threads : {2, 3, 5}) {
      auto m = load(c.file, {.threads = threads});
      CHECK(all_logits(m.model, c.tokens, c.tokens.size()) == want);
      CHECK(all_logits(m.model, c.tokens, 1) == want);
    }
  }
}

TEST_CASE("sequences of one batch do not see each other") {
  for (const auto& c : llama_cases()) {
    if (c.model != "gqa-q4_0" && c.model != "rope-yarn-f32") continue;
    auto alone = load(c.file, {.threads = 2});
    const std::vector<token_id> first(c.tokens.begin(), c.tokens.begin() + 6);
    const std::vector<token_id> second(c.tokens.begin() + 6, c.tokens.begin() + 10);
    const auto want_first = all_logits(alone.model, first, 6);
    const auto want_second = all_logits(alone.model, second, 4);

    auto both = load(c.file, {.threads = 2, .context = 16, .sequences = 3});
    const std::vector<token_id> tokens{first[0], second[0], first[1], first[2], second[1],
                                       second[2], first[3], first[4], second[3], first[5]};
    const std::vector<std::int32_t> sequences{2, 0, 2, 2, 0, 0, 2, 2, 0, 2};
    const std::vector<std::int32_t> positions{0, 0, 1, 2, 1, 2, 3, 4, 3, 5};
    std::vector<std::int32_t> outputs(tokens.size());
    std::iota(outputs.begin(), outputs.end(), 0);
    const auto logits = both.model.forward({tokens, positions, sequences, outputs});
    REQUIRE(logits.has_value());
    std::map<std::int32_t, std::vector<float>> by_sequence;
    for (std::size_t i = 0; i < tokens.size(); ++i)
      for (std::size_t v = 0; v < c.vocab; ++v) by_sequence[sequences[i]].push_back((*logits)[i, v]);
    CHECK(by_sequence[2] == want_first);
    CHECK(by_sequence[0] == want_second);
  }
}

TEST_CASE("a layer is five stages, and a batch that does not fit is refused") {
  const auto root = test::data_root();
  if (!root) return;
  auto m = load(*root / "models" / "gqa-q4_0.gguf", {.threads = 2, .context = 8});
  const std::vector<std::int32_t> zero{0};
  const std::vector<token_id> token{5};
  REQUIRE(m.model.forward({token, zero, zero, zero}).has_value());
  const std::size_t stages = m.model.runtime().counters().stages;
  CHECK(stages == 1 + 5 * m.model.configuration().layers + 1);

  const std::vector<token_id> foreign{100000};
  const std::vector<std::int32_t> one{1};
  CHECK(m.model.forward({foreign, one, zero, zero}).error().code == errc::range);
  CHECK(m.model.forward({token, zero, zero, zero}).error().code == errc::range);  // position 0 is taken
  CHECK(m.model.length(0) == 1);
  CHECK(m.model.forward({token, one, zero, zero}).has_value());
}
