// SPDX-License-Identifier: MIT
/// \file
/// What an evaluation runs on: threads, the kernel table of an instruction set, and memory for
/// temporaries that is kept from one evaluation to the next.
#pragma once

#include <qx/core/aligned_memory.hpp>
#include <qx/kernel/table.hpp>
#include <qx/platform/thread_pool.hpp>

#include <cstddef>

namespace qx {

/// How often each kind of work was done, for tests and `explain`.
struct eval_counters {
  std::size_t stages = 0;    ///< pieces of work that end with all threads waiting for each other
  std::size_t barriers = 0;  ///< waits inside a stage, after a prologue that all threads share
};

/// Not to be used by two evaluations at once. Temporaries grow to the largest expression that was
/// evaluated and are then reused: steady state allocates nothing. Moves; what is moved from can only
/// be assigned to, or end.
class context {
 public:
  /// `threads` of 0 means as many as the machine has. Throws what thread_pool throws.
  explicit context(std::size_t threads = 1, const kernel::table& kernels = kernel::best_table(),
                   platform::pool_options pool = {});

  [[nodiscard]] const kernel::table& kernels() const { return *kernels_; }
  [[nodiscard]] std::size_t threads() const { return pool_.size(); }
  /// The threads, or nullptr where there is one.
  [[nodiscard]] platform::thread_pool* pool() { return threads() > 1 ? &pool_ : nullptr; }
  [[nodiscard]] eval_counters& counters() { return counters_; }

  /// Memory that all threads of one evaluation share, 64-byte aligned; valid until the next call.
  [[nodiscard]] std::byte* shared(std::size_t bytes);
  /// Memory for results that are stored between the stages of one evaluation.
  [[nodiscard]] std::byte* stored(std::size_t bytes);
  /// How much that has been at most: the arena's size.
  [[nodiscard]] std::size_t stored_bytes() const { return stored_bytes_; }
  /// One block of `bytes` for each thread; valid until the next call.
  void reserve_private(std::size_t bytes);
  [[nodiscard]] std::byte* private_block(std::size_t thread) const {
    return static_cast<std::byte*>(private_.get()) + thread * private_bytes_;
  }

 private:
  const kernel::table* kernels_;
  platform::thread_pool pool_;
  aligned_memory shared_;
  std::size_t shared_bytes_ = 0;
  aligned_memory stored_;
  std::size_t stored_bytes_ = 0;
  aligned_memory private_;  // one block for each thread
  std::size_t private_bytes_ = 0;  // of each
  eval_counters counters_;
};

/// The calling thread's own single-threaded context, for evaluations that name none.
[[nodiscard]] context& default_context();

}  // namespace qx
