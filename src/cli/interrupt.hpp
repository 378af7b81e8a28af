// SPDX-License-Identifier: MIT
/// \file
/// Ctrl-C as a request to stop.
#pragma once

#include <csignal>

namespace qx::cli {

/// While it lives, Ctrl-C is remembered. Guards may live one after another, not within each other.
class interrupt_guard {
 public:
  enum kind {
    working,  ///< the second Ctrl-C ends the program at once: a step that takes long can be left
    reading,  ///< a read that waits for input ends, as often as Ctrl-C comes
  };

  explicit interrupt_guard(kind k = working) {
    requested = 0;
    struct sigaction wanted{};
    wanted.sa_handler = [](int) { requested = 1; };
    sigemptyset(&wanted.sa_mask);
    if (k == working) wanted.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    sigaction(SIGINT, &wanted, &previous_);
    // Whoever started this program with Ctrl-C ignored (nohup, a script's background) meant it.
    if (previous_.sa_handler == SIG_IGN) sigaction(SIGINT, &previous_, nullptr);
  }
  ~interrupt_guard() { sigaction(SIGINT, &previous_, nullptr); }
  interrupt_guard(const interrupt_guard&) = delete;
  interrupt_guard& operator=(const interrupt_guard&) = delete;

  [[nodiscard]] bool stopped() const { return requested != 0; }

 private:
  static inline volatile std::sig_atomic_t requested = 0;
  struct sigaction previous_{};
};

}  // namespace qx::cli
