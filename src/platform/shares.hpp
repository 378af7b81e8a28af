// SPDX-License-Identifier: MIT
/// \file
/// Work dealt out to threads that help each other.
#pragma once

#include <qx/platform/thread_pool.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qx::platform {

inline constexpr std::size_t cache_line = 64;

/// What is left of a thread's share: [first, last), both in one word, so that its owner takes from
/// the front what no other takes from the back.
class alignas(cache_line) share {
 public:
  static constexpr int half = 32;

  /// Not while others take.
  void set(index_range all) noexcept {
    left_.store(pack(all.first, all.last), std::memory_order_relaxed);
  }
  /// Half of what is left, the larger one: at the front or at the back.
  index_range take(bool front) noexcept {
    std::uint64_t seen = left_.load(std::memory_order_relaxed);
    while (true) {
      const std::uint64_t first = seen & 0xffffffff, last = seen >> half;
      if (first == last) return {};
      const std::uint64_t taken = (last - first + 1) / 2;
      const std::uint64_t middle = front ? first + taken : last - taken;
      const std::uint64_t rest = front ? pack(middle, last) : pack(first, middle);
      if (left_.compare_exchange_weak(seen, rest, std::memory_order_relaxed))
        return front ? index_range{first, middle} : index_range{middle, last};
    }
  }

 private:
  static constexpr std::uint64_t pack(std::uint64_t first, std::uint64_t last) {
    return first | last << half;
  }

  std::atomic<std::uint64_t> left_{0};
};

/// The shares of all threads. What `thread_pool::deal` and `thread_pool::take` say holds.
class shares {
 public:
  explicit shares(std::size_t threads) : of_(threads) {}

  void deal(std::size_t n) noexcept {
    n_ = n;
    step_ = (n >> share::half) + 1;
    for (std::size_t thread = 0; thread < of_.size(); ++thread)
      of_[thread].set(split(n / step_ + (n % step_ != 0 ? 1 : 0), 1, thread, of_.size()));
  }
  index_range take(std::size_t thread) noexcept {
    for (std::size_t i = 0; i < of_.size(); ++i) {
      const std::size_t whose = thread + i < of_.size() ? thread + i : thread + i - of_.size();
      const index_range taken = of_[whose].take(i == 0);
      if (!taken.empty()) return {taken.first * step_, std::min(taken.last * step_, n_)};
    }
    return {};
  }

 private:
  std::size_t n_ = 0;
  std::size_t step_ = 1;  // what shares count in, so that 32 bits number it
  std::vector<share> of_;
};

}  // namespace qx::platform
