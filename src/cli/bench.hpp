// SPDX-License-Identifier: MIT
/// \file
/// What `qx bench` measured beside what the machine can do, and the two ways to say it.
#pragma once

#include "command.hpp"

#include <qx/gguf/reader.hpp>
#include <qx/run/bench.hpp>
#include <qx/run/machine.hpp>

#include <cstddef>
#include <models/known.hpp>
#include <string>

namespace qx::cli {

/// What one token costs: multiply-adds in matrices, and bytes that must be read.
struct token_cost {
  double int8_macs = 0;  ///< of matrices whose kernels multiply 8-bit integers
  double f32_macs = 0;   ///< of the others
  double bytes = 0;

  [[nodiscard]] double macs() const { return int8_macs + f32_macs; }
};

/// A token of a prompt of `tokens`, of which only the last needs the output matrix. Attention is
/// left out: it is small until the depth is large.
[[nodiscard]] token_cost prefill_cost(const gguf::file& file, const any_model& model,
                                      const kernel::table& kernels, std::size_t tokens);
/// One token at the given depth: every packed weight but those of experts that it does not go to,
/// and the keys and values so far.
[[nodiscard]] token_cost decode_cost(const gguf::file& file, const any_model& model,
                                     const kernel::table& kernels, std::size_t depth);

struct bench_findings {
  const gguf::file* file;
  const settings* with;
  bench_options options;
  double load_seconds;
  memory_report memory;
  bench_report speed;
  machine_limits machine;
  token_cost prefill, decode;

  /// Of the multiply-adds that the machine could have done in the time.
  [[nodiscard]] double share_of_macs(const token_cost& cost, double tokens_per_s) const;
  /// Of the bytes that it could have read.
  [[nodiscard]] double share_of_bandwidth(const token_cost& cost, double tokens_per_s) const;
};

[[nodiscard]] std::string as_text(const bench_findings& found);
[[nodiscard]] std::string as_json(const bench_findings& found);

}  // namespace qx::cli
