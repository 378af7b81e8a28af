// SPDX-License-Identifier: MIT
/// \file
/// The models with exact logits, and how far a result is from them.
#pragma once

#include <qx/core/token.hpp>

#include "../../support/data.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace qx::test {

struct oracle_case {
  std::string model;
  std::vector<token_id> tokens;
  std::size_t vocab = 0;
  double logit_std = 0.0;
  double reference_kl = 0.0;     ///< of a leading engine; NaN where it is the oracle itself
  std::vector<float> logits;     ///< [token, vocab]
  std::filesystem::path file;
};

[[nodiscard]] inline std::vector<oracle_case> oracle_cases(const std::filesystem::path& root) {
  std::ifstream in(root / "oracle" / "oracle.json");
  std::vector<oracle_case> cases;
  for (const auto& entry : nlohmann::json::parse(in)) {
    oracle_case c;
    c.model = entry.at("model").get<std::string>();
    c.tokens = entry.at("tokens").get<std::vector<token_id>>();
    c.vocab = entry.at("vocab").get<std::size_t>();
    c.logit_std = entry.at("logit_std").get<double>();
    c.reference_kl = entry.contains("reference_engine") ? entry["reference_engine"].at("mean_kl").get<double>()
                                                        : std::numeric_limits<double>::quiet_NaN();
    c.logits = read_array<float>(root / "oracle" / (c.model + ".logits.f32"));
    c.file = root / "models" / (c.model + ".gguf");
    cases.push_back(std::move(c));
  }
  return cases;
}

[[nodiscard]] inline double max_error(std::span<const float> got, std::span<const float> want) {
  double worst = 0.0;
  for (std::size_t i = 0; i < want.size(); ++i)
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i])));
  return worst;
}

/// Mean over the rows of Σ p (log p - log q), where p is the softmax of the exact logits.
[[nodiscard]] inline double mean_kl(std::span<const float> got, std::span<const float> want, std::size_t vocab) {
  const auto log_sum = [](std::span<const float> row) {
    const double top = *std::max_element(row.begin(), row.end());
    double sum = 0.0;
    for (const float x : row) sum += std::exp(static_cast<double>(x) - top);
    return top + std::log(sum);
  };
  const std::size_t rows = want.size() / vocab;
  double total = 0.0;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto p = want.subspan(r * vocab, vocab);
    const auto q = got.subspan(r * vocab, vocab);
    const double zp = log_sum(p);
    const double zq = log_sum(q);
    for (std::size_t i = 0; i < vocab; ++i) {
      const double log_p = static_cast<double>(p[i]) - zp;
      total += std::exp(log_p) * (log_p - (static_cast<double>(q[i]) - zq));
    }
  }
  return total / static_cast<double>(rows);
}

/// The median over the tokens: where rounding turns the choice between two experts of nearly equal
/// weight, the token's logits become others, and with random weights that happens to some.
[[nodiscard]] inline double median_kl(std::span<const float> got, std::span<const float> want,
                                      std::size_t vocab) {
  std::vector<double> rows;
  for (std::size_t first = 0; first < want.size(); first += vocab)
    rows.push_back(mean_kl(got.subspan(first, vocab), want.subspan(first, vocab), vocab));
  std::ranges::nth_element(rows, rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2));
  return rows[rows.size() / 2];
}

}  // namespace qx::test
