// SPDX-License-Identifier: MIT
#include <qx/platform/cpu.hpp>
#include <qx/platform/thread_pool.hpp>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <src/platform/shares.hpp>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

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

struct thread_pool::state {
  state(std::size_t threads, pool_options options);
  ~state() { stop(); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  void run(task f, void* with);
  void barrier();

  void run_as(std::size_t thread) noexcept;
  void work(std::size_t thread) noexcept;
  void abort_region(std::exception_ptr why) noexcept;
  void stop() noexcept;
  void wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t old) const noexcept;
  void wake(std::atomic<std::uint32_t>& word) noexcept;

  std::size_t count;
  std::uint32_t spins;
  std::uint32_t yields;
  bool spreads;  // there is a processor for each thread, and none is pinned

  // Written by the caller before a region begins, read by all.
  task function = nullptr;
  void* target = nullptr;
  bool stopping = false;
  std::atomic<bool> running{false};

  alignas(cache_line) std::atomic<std::uint32_t> epoch{0};  // counts regions
  alignas(cache_line) std::atomic<std::uint32_t> busy{0};   // workers inside the region
  alignas(cache_line) std::atomic<std::uint32_t> arrived{0};
  alignas(cache_line) std::atomic<std::uint32_t> phase{0};  // counts completed barriers
  alignas(cache_line) std::atomic<bool> failed{false};
  std::atomic<int> woken_from{-1};  // the processor of the last thread that woke others
  std::exception_ptr reason;
  shares dealt;
  std::vector<std::thread> workers;
};

// What is waited for on another core comes within microseconds, and a futex costs tens of them. But
// where threads share a core, be it with each other or with other programs, spinning only keeps the
// awaited one from running; after 3 µs of it each look is followed by an offer to give way, for
// 100 µs on an idle machine. Spinning for 100 µs made barriers eight times slower on a busy one.
thread_pool::state::state(std::size_t threads, pool_options options)
    : count(threads), spins(count <= hardware_threads() ? 100 : 0),
      yields(count <= hardware_threads() ? 200 : 4),
      spreads(count <= hardware_threads() && !options.pin), dealt(count) {
  // Asked before any thread is pinned: a thread inherits where it may run from its maker.
  const std::vector<int> processors = options.pin ? processors_to_pin_to() : std::vector<int>();
  workers.reserve(count - 1);
  try {
    for (std::size_t i = 1; i < count; ++i) {
      workers.emplace_back([this, i] { work(i); });
      if (options.pin) pin(workers.back().native_handle(), processors[i % processors.size()]);
    }
#if defined(__linux__)
    if (options.pin) pin(pthread_self(), processors.front());
#endif
  } catch (...) {
    stop();
    throw;
  }
}

void thread_pool::state::stop() noexcept {
  stopping = true;
  epoch.fetch_add(1, std::memory_order_release);
  wake(epoch);
  for (std::thread& worker : workers)
    worker.join();
}

void thread_pool::state::wait_while(const std::atomic<std::uint32_t>& word,
                                    std::uint32_t old) const noexcept {
  for (std::uint32_t i = 0; i < spins; ++i) {
    if (word.load(std::memory_order_acquire) != old) return;
    relax();
  }
  for (std::uint32_t i = 0; i < yields; ++i) {
    if (word.load(std::memory_order_acquire) != old) return;
    std::this_thread::yield();
    for (int pause = 0; pause < pauses_between_yields; ++pause)
      relax();
  }
  word.wait(old, std::memory_order_acquire);
  if (!spreads) return;
  if (const int here = processor();
      here != -1 && here == woken_from.load(std::memory_order_relaxed))
    leave(here);
}

// A kernel that sees no cache shared by two processors, as in many virtual machines, lets a thread
// wake up where the one that wakes it runs, and leaves them there while the next processor is idle:
// for seconds, at half the speed or less.
void thread_pool::state::wake(std::atomic<std::uint32_t>& word) noexcept {
  if (spreads) woken_from.store(processor(), std::memory_order_relaxed);
  word.notify_all();
}

void thread_pool::state::work(std::size_t thread) noexcept {
  for (std::uint32_t seen = 0;; ++seen) {
    wait_while(epoch, seen);
    if (stopping) return;
    run_as(thread);
    if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) wake(busy);
  }
}

void thread_pool::state::run_as(std::size_t thread) noexcept {
  try {
    function(target, thread, count);
  } catch (...) {
    abort_region(std::current_exception());
  }
}

// The others may be waiting in a barrier that this thread will never reach: one more phase sends
// them out of it, and they see `failed`.
void thread_pool::state::abort_region(std::exception_ptr why) noexcept {
  if (failed.exchange(true, std::memory_order_acq_rel)) return;
  reason = std::move(why);
  phase.fetch_add(1, std::memory_order_release);
  wake(phase);
}

void thread_pool::state::run(task f, void* with) {
  if (running.exchange(true, std::memory_order_acquire))
    throw std::logic_error("thread_pool: parallel() called while a region of this pool is running");
  function = f;
  target = with;
  arrived.store(0, std::memory_order_relaxed);
  failed.store(false, std::memory_order_relaxed);
  busy.store(static_cast<std::uint32_t>(count - 1), std::memory_order_relaxed);
  epoch.fetch_add(1, std::memory_order_release);
  if (count > 1) wake(epoch);
  run_as(0);
  for (std::uint32_t left; (left = busy.load(std::memory_order_acquire)) != 0;)
    wait_while(busy, left);
  const std::exception_ptr thrown = std::exchange(reason, nullptr);
  running.store(false, std::memory_order_release);
  if (thrown) std::rethrow_exception(thrown);
}

void thread_pool::state::barrier() {
  if (count == 1) return;
  const std::uint32_t before = phase.load(std::memory_order_acquire);
  if (failed.load(std::memory_order_acquire)) throw region_aborted();
  if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == count) {
    arrived.store(0, std::memory_order_relaxed);
    phase.fetch_add(1, std::memory_order_release);
    wake(phase);
  } else {
    wait_while(phase, before);
  }
  if (failed.load(std::memory_order_acquire)) throw region_aborted();
}

thread_pool::thread_pool(std::size_t threads, pool_options options)
    : count_(threads == 0 ? hardware_threads() : threads), state_(new state(count_, options)) {}

thread_pool::~thread_pool() { delete state_; }

thread_pool::thread_pool(thread_pool&& other) noexcept
    : count_(other.count_), state_(std::exchange(other.state_, nullptr)) {}

thread_pool& thread_pool::operator=(thread_pool&& other) noexcept {
  std::swap(count_, other.count_);
  std::swap(state_, other.state_);
  return *this;
}

void thread_pool::run(task function, void* target) { state_->run(function, target); }

void thread_pool::barrier() { state_->barrier(); }

void thread_pool::deal(std::size_t n) { state_->dealt.deal(n); }

index_range thread_pool::take(std::size_t thread) noexcept { return state_->dealt.take(thread); }

}  // namespace qx::platform
