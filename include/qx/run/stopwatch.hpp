// SPDX-License-Identifier: MIT
/// \file
/// Measured time.
#pragma once

#include <chrono>

namespace qx {

/// Seconds since it was made or restarted, on a clock that never goes back.
class stopwatch {
 public:
  void restart() { start_ = clock::now(); }
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(clock::now() - start_).count();
  }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

}  // namespace qx
