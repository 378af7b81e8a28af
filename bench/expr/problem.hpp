// SPDX-License-Identifier: MIT
/// \file
/// The rows of the table: which task at which size, its inputs, and its result by definition.
#pragma once

#include "job.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace qx::bench {

struct problem {
  std::string name;
  task what;
  std::size_t rows;
  std::size_t columns;
  std::size_t threads = 1;
};
[[nodiscard]] std::vector<problem> problems();

/// Inputs and outputs of one problem, in huge pages where the system has them.
class arena {
 public:
  explicit arena(const problem& p);
  [[nodiscard]] const job& get() const { return job_; }
  [[nodiscard]] std::span<float> out() { return {job_.out, out_size_}; }
  /// Bytes that must be read and written, each once.
  [[nodiscard]] double bytes() const { return bytes_; }
  /// Multiply-adds of matmuls; 0 where memory is the limit.
  [[nodiscard]] double multiply_adds() const { return multiply_adds_; }
  /// Whether `out()` holds the task's result; looks at some of it, computed in double.
  [[nodiscard]] bool right() const;

 private:
  task what_;
  job job_;
  std::size_t out_size_ = 0;
  double bytes_ = 0;
  double multiply_adds_ = 0;
  std::vector<std::int32_t> ids_;
  struct release {
    void operator()(float* p) const;
  };
  std::vector<std::unique_ptr<float[], release>> memory_;
  float* take(std::size_t n, std::uint32_t seed);
};

}  // namespace qx::bench
