// SPDX-License-Identifier: MIT
/// \file
/// What a stage is to the threads that run it: numbers and functions, so that dealing out the work
/// is compiled once and not for each expression.
#pragma once

#include <qx/fuse/context.hpp>

#include <cstddef>

namespace qx {

/// Stages of rows that cost less (`row_stage::price`) are not worth waking threads for: three
/// microseconds of one thread.
inline constexpr std::size_t parallel_price = std::size_t{1} << 17;
inline constexpr std::size_t parallel_multiply_adds = 65536;

/// The activations of one matmul: what they are computed from, and where they lie.
struct prologue_job {
  /// Fills rows [first, last) of those that begin at `rows`.
  void (*run)(const prologue_job& job, const kernel::table& kernels, std::byte* scratch,
              std::byte* rows, std::size_t first, std::size_t last) = nullptr;
  const void* operand = nullptr;  ///< the expression
  const kernel::activation_ops* ops = nullptr;
  std::size_t k = 0;
  std::size_t columns = 0;
  std::size_t row_bytes = 0;
  std::size_t scratch = 0;  ///< bytes of its own
  std::size_t owner = 0;    ///< the job that fills these rows
  std::size_t offset = 0;  ///< from the first row of the evaluation to the first of these, in bytes
};

/// One stage: units of work in a row.
struct stage_job {
  /// Runs units [first, last); `prologues` are those of the stage's matmuls.
  void (*run)(const void* stage, const kernel::table& kernels, std::byte* scratch,
              const prologue_job* prologues, const std::byte* activations, std::size_t first,
              std::size_t last) = nullptr;
  void* stage = nullptr;
  std::size_t units = 0;
  std::size_t scratch = 0;  ///< bytes for each thread
  std::size_t price = 0;    ///< in elements read or stored
  std::size_t multiply_adds = 0;
  std::size_t matmuls = 0;
  std::size_t shared = 0;  ///< bytes that all threads see, given by `use`
  void (*use)(void* stage, std::byte* memory) = nullptr;
};

/// Runs the stages as one: their prologues first, then their units in one row, a contiguous part
/// for each thread of the context, who helps the others when it is done. `common_rows`: activations
/// lie in memory that all threads see although there is but one column, since a stage writes what
/// they are read from. (Pointers: spans would cost the compiler of each expression too much.)
void run_jobs(context& ctx, const stage_job* stages, std::size_t stage_count,
              prologue_job* prologues, std::size_t prologue_count, bool common_rows);

}  // namespace qx
