// SPDX-License-Identifier: MIT
#include <qx/platform/cpu.hpp>
#include <qx/platform/thread_pool.hpp>

#include <stdexcept>
#include <utility>

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace qx::platform {
namespace {

constexpr int pauses_between_yields = 8;

/// Tells the core that this is a spin loop, so that its sibling gets the execution units.
void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

/// Keeps a thread on the `index`-th processor that this process may use. A hint: where it fails,
/// the thread runs anywhere.
void pin([[maybe_unused]] std::thread& thread, [[maybe_unused]] std::size_t index) noexcept {
#if defined(__linux__)
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0 || CPU_COUNT(&allowed) == 0) return;
  std::size_t skip = index % static_cast<std::size_t>(CPU_COUNT(&allowed));
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || skip-- != 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(thread.native_handle(), sizeof(one), &one);
    return;
  }
#endif
}

}  // namespace

const char* region_aborted::what() const noexcept {
  return "another thread of the parallel region threw an exception";
}

// What is waited for on another core comes within microseconds, and a futex costs tens of them. But
// where threads share a core, be it with each other or with other programs, spinning only keeps the
// awaited one from running; after 3 µs of it each look is followed by an offer to give way, for
// 100 µs on an idle machine. Spinning for 100 µs made barriers eight times slower on a busy one.
thread_pool::thread_pool(std::size_t threads, pool_options options)
    : count_(threads == 0 ? hardware_threads() : threads),
      spins_(count_ <= hardware_threads() ? 100 : 0),
      yields_(count_ <= hardware_threads() ? 200 : 4) {
  workers_.reserve(count_ - 1);
  try {
    for (std::size_t i = 1; i < count_; ++i) {
      workers_.emplace_back([this, i] { work(i); });
      if (options.pin) pin(workers_.back(), i);
    }
  } catch (...) {
    stop();
    throw;
  }
}

thread_pool::~thread_pool() { stop(); }

void thread_pool::stop() noexcept {
  stopping_ = true;
  epoch_.fetch_add(1, std::memory_order_release);
  epoch_.notify_all();
  for (std::thread& worker : workers_)
    worker.join();
}

void thread_pool::wait_while(const std::atomic<std::uint32_t>& word,
                             std::uint32_t old) const noexcept {
  for (std::uint32_t i = 0; i < spins_; ++i) {
    if (word.load(std::memory_order_acquire) != old) return;
    relax();
  }
  for (std::uint32_t i = 0; i < yields_; ++i) {
    if (word.load(std::memory_order_acquire) != old) return;
    std::this_thread::yield();
    for (int pause = 0; pause < pauses_between_yields; ++pause)
      relax();
  }
  word.wait(old, std::memory_order_acquire);
}

void thread_pool::work(std::size_t thread) noexcept {
  for (std::uint32_t seen = 0;; ++seen) {
    wait_while(epoch_, seen);
    if (stopping_) return;
    run_as(thread);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
  }
}

void thread_pool::run_as(std::size_t thread) noexcept {
  try {
    function_(target_, thread, count_);
  } catch (...) {
    abort_region(std::current_exception());
  }
}

// The others may be waiting in a barrier that this thread will never reach: one more phase sends
// them out of it, and they see `failed_`.
void thread_pool::abort_region(std::exception_ptr reason) noexcept {
  if (failed_.exchange(true, std::memory_order_acq_rel)) return;
  reason_ = std::move(reason);
  phase_.fetch_add(1, std::memory_order_release);
  phase_.notify_all();
}

void thread_pool::run(task function, void* target) {
  if (running_.exchange(true, std::memory_order_acquire))
    throw std::logic_error("thread_pool: parallel() called while a region of this pool is running");
  function_ = function;
  target_ = target;
  arrived_.store(0, std::memory_order_relaxed);
  failed_.store(false, std::memory_order_relaxed);
  busy_.store(static_cast<std::uint32_t>(count_ - 1), std::memory_order_relaxed);
  epoch_.fetch_add(1, std::memory_order_release);
  if (count_ > 1) epoch_.notify_all();
  run_as(0);
  for (std::uint32_t left; (left = busy_.load(std::memory_order_acquire)) != 0;)
    wait_while(busy_, left);
  const std::exception_ptr reason = std::exchange(reason_, nullptr);
  running_.store(false, std::memory_order_release);
  if (reason) std::rethrow_exception(reason);
}

void thread_pool::barrier() {
  if (count_ == 1) return;
  const std::uint32_t phase = phase_.load(std::memory_order_acquire);
  if (failed_.load(std::memory_order_acquire)) throw region_aborted();
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
    arrived_.store(0, std::memory_order_relaxed);
    phase_.fetch_add(1, std::memory_order_release);
    phase_.notify_all();
  } else {
    wait_while(phase_, phase);
  }
  if (failed_.load(std::memory_order_acquire)) throw region_aborted();
}

}  // namespace qx::platform
