// SPDX-License-Identifier: MIT
#include <qx/platform/cpu.hpp>
#include <qx/platform/thread_pool.hpp>

#include <cerrno>
#include <stdexcept>
#include <system_error>
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

#if defined(__linux__)

[[noreturn]] void throw_unpinned(int code) {
  throw std::system_error(code, std::generic_category(),
                          "cannot keep a thread on one processor (pinning)");
}

/// The processors that the calling thread may use.
std::vector<int> processors_to_pin_to() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) throw_unpinned(errno);
  std::vector<int> out;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) out.push_back(cpu);
  return out;
}

void pin(std::thread::native_handle_type thread, int processor) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  if (const int code = pthread_setaffinity_np(thread, sizeof(one), &one); code != 0)
    throw_unpinned(code);
}

/// Where the calling thread runs, or -1.
int processor() noexcept { return sched_getcpu(); }

/// Goes to another processor that this thread may use; it is not kept there.
void leave(int processor) noexcept {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return;
  cpu_set_t others = allowed;
  CPU_CLR(processor, &others);
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof(others), &others) != 0) return;
  sched_setaffinity(0, sizeof(allowed), &allowed);
}

#else

int processor() noexcept { return -1; }
void leave(int) noexcept {}
std::vector<int> processors_to_pin_to() {
  throw std::system_error(std::make_error_code(std::errc::not_supported),
                          "cannot keep a thread on one processor (pinning)");
}
void pin(std::thread::native_handle_type, int) {}

#endif

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
      yields_(count_ <= hardware_threads() ? 200 : 4),
      spreads_(count_ <= hardware_threads() && !options.pin) {
  // Asked before any thread is pinned: a thread inherits where it may run from its maker.
  const std::vector<int> processors = options.pin ? processors_to_pin_to() : std::vector<int>();
  workers_.reserve(count_ - 1);
  try {
    for (std::size_t i = 1; i < count_; ++i) {
      workers_.emplace_back([this, i] { work(i); });
      if (options.pin) pin(workers_.back().native_handle(), processors[i % processors.size()]);
    }
#if defined(__linux__)
    if (options.pin) pin(pthread_self(), processors.front());
#endif
  } catch (...) {
    stop();
    throw;
  }
}

thread_pool::~thread_pool() { stop(); }

void thread_pool::stop() noexcept {
  stopping_ = true;
  epoch_.fetch_add(1, std::memory_order_release);
  wake(epoch_);
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
  if (!spreads_) return;
  if (const int here = processor();
      here != -1 && here == woken_from_.load(std::memory_order_relaxed))
    leave(here);
}

// A kernel that sees no cache shared by two processors, as in many virtual machines, lets a thread
// wake up where the one that wakes it runs, and leaves them there while the next processor is idle:
// for seconds, at half the speed or less.
void thread_pool::wake(std::atomic<std::uint32_t>& word) noexcept {
  if (spreads_) woken_from_.store(processor(), std::memory_order_relaxed);
  word.notify_all();
}

void thread_pool::work(std::size_t thread) noexcept {
  for (std::uint32_t seen = 0;; ++seen) {
    wait_while(epoch_, seen);
    if (stopping_) return;
    run_as(thread);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) wake(busy_);
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
  wake(phase_);
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
  if (count_ > 1) wake(epoch_);
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
    wake(phase_);
  } else {
    wait_while(phase_, phase);
  }
  if (failed_.load(std::memory_order_acquire)) throw region_aborted();
}

}  // namespace qx::platform
