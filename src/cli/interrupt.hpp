// SPDX-License-Identifier: MIT
/// \file
/// Ctrl-C as a request to stop.
#pragma once

#include <csignal>

namespace qx::cli {

/// While it lives, the first Ctrl-C is remembered; the second ends the program at once, so that a
/// step that takes long can be left.
class interrupt_guard {
 public:
  interrupt_guard() {
    requested = 0;
    previous_ = std::signal(SIGINT, [](int) {
      requested = 1;
      std::signal(SIGINT, SIG_DFL);
    });
    // Whoever started this program with Ctrl-C ignored (nohup, a script's background) meant it.
    if (previous_ == SIG_IGN) std::signal(SIGINT, SIG_IGN);
  }
  ~interrupt_guard() {
    if (previous_ != SIG_ERR) std::signal(SIGINT, previous_);
  }
  interrupt_guard(const interrupt_guard&) = delete;
  interrupt_guard& operator=(const interrupt_guard&) = delete;

  [[nodiscard]] bool stopped() const { return requested != 0; }

 private:
  static inline volatile std::sig_atomic_t requested = 0;
  void (*previous_)(int);
};

}  // namespace qx::cli
