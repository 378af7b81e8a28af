// SPDX-License-Identifier: MIT
/// \file
/// Threads that stay. A parallel region runs one function on all of them; a barrier inside a
/// region lets them wait for each other. Waiting spins for a bounded time, then yields, then
/// sleeps, so that more threads than cores cost time but do not collapse. A thread that wakes up on
/// the processor of the one that woke it goes to another, if there is one for each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <type_traits>

namespace qx::platform {

struct pool_options {
  /// Keep each thread on a processor of its own, the one that makes the pool included: number i on
  /// the i-th that this process may use. More threads than processors share them evenly.
  bool pin = false;
};

/// What barrier() throws when another thread of the region has thrown: it unwinds the region, and
/// the caller of parallel() gets the other thread's exception. Do not swallow it.
struct region_aborted : std::exception {
  [[nodiscard]] const char* what() const noexcept override;
};

/// Elements [first, last).
struct index_range {
  std::size_t first = 0;
  std::size_t last = 0;

  [[nodiscard]] constexpr std::size_t size() const { return last - first; }
  [[nodiscard]] constexpr bool empty() const { return first == last; }
  friend constexpr bool operator==(index_range, index_range) = default;
};

/// A pool of `threads` threads, of which the caller of parallel() is number 0.
/// One region at a time: parallel() is not to be called by two threads at once or from inside a
/// region (std::logic_error).
class thread_pool {
 public:
  /// `threads` of 0 means hardware_threads(). Throws std::system_error where the operating system
  /// has no more threads, or does not let a thread be pinned that should be.
  explicit thread_pool(std::size_t threads, pool_options options = {});
  ~thread_pool();
  /// What is moved from has no threads left: it can only be assigned to, or end.
  thread_pool(thread_pool&& other) noexcept;
  thread_pool& operator=(thread_pool&& other) noexcept;

  [[nodiscard]] std::size_t size() const { return count_; }

  /// Runs f(thread, count) once on every thread and returns when all have finished. An exception
  /// of any thread is thrown here (the first, if there are several). Allocates nothing.
  template <class F>
  void parallel(F&& f) {
    using function = std::remove_reference_t<F>;
    run([](void* target, std::size_t thread,
           std::size_t count) { (*static_cast<function*>(target))(thread, count); },
        const_cast<void*>(static_cast<const void*>(&f)));
  }

  /// Inside a region: returns when every thread of the region has called it. All threads must call
  /// it equally often. Throws region_aborted.
  void barrier();

  /// Deals n elements out, one contiguous share for each thread, for the region that comes next.
  /// Not inside a region.
  void deal(std::size_t n);
  /// Inside a region: what `thread` is to do next, or nothing when all that was dealt is taken.
  /// First pieces of its own share from the front, each half of what is left of it, then pieces of
  /// others' from the back: who has more to do, or a slower core, is helped. Pieces are contiguous
  /// and cover what was dealt exactly; how it is cut differs from run to run.
  [[nodiscard]] index_range take(std::size_t thread) noexcept;

 private:
  using task = void (*)(void*, std::size_t, std::size_t);
  /// Threads and atomics, whose standard headers take longer to read than all that includes this.
  struct state;

  void run(task function, void* target);

  std::size_t count_;
  state* state_;  // owned
};

/// The share of thread `index` of `count` in n elements: one contiguous piece that begins at a
/// multiple of `grain` (at least 1). The shares cover n exactly; counted in grains, of which the
/// last may be a part of one, they differ by at most one.
[[nodiscard]] constexpr index_range split(std::size_t n, std::size_t grain, std::size_t index,
                                          std::size_t count) {
  const std::size_t grains = n / grain + (n % grain != 0 ? 1 : 0);
  const std::size_t each = grains / count, extra = grains % count;
  const std::size_t first = index * each + std::min(index, extra);
  const std::size_t last = first + each + (index < extra ? 1 : 0);
  // The last grain may be a part of one; comparing grains keeps `last * grain` from wrapping.
  return {first >= grains ? n : first * grain, last >= grains ? n : last * grain};
}

}  // namespace qx::platform
