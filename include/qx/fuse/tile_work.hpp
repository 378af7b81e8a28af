// SPDX-License-Identifier: MIT
/// \file
/// The part of a stage around matmuls that is the same whatever stands in the epilogue: where tiles
/// lie, which panels they are multiplied from, and in which order.
#pragma once

#include <qx/core/block_format.hpp>
#include <qx/fuse/jobs.hpp>

#include <cstddef>
#include <cstdint>

namespace qx {

/// Where a matmul's tile lies while its epilogue runs.
struct tile_view {
  float* data = nullptr;
  std::size_t stride = 0;             ///< floats from one column to the next
  const std::byte* panels = nullptr;  ///< of the weight, that it is multiplied from
  std::size_t first_column = 0;
  std::size_t first_row = 0;
};

/// A matmul's weight as its tiles see it, whatever the axes are called: rows of k elements.
struct tile_source {
  const std::byte* rows = nullptr;
  const std::byte* panels = nullptr;  ///< packed when the weight was loaded, or nullptr
  dtype type = dtype::f32;
  const block_format* own = nullptr;
  std::size_t k = 0;
  /// Columns starts[i] … starts[i + 1] are multiplied with matrix i of a stack, [matrices + 1];
  /// nullptr where one matrix serves all columns.
  const std::int32_t* starts = nullptr;
  std::size_t matrices = 1;
  std::size_t first = 0;  ///< the first source that is the same product, whose tile serves
};

/// Tiles of `rows` × `columns`, `count` of them at a time, which lie in scratch memory that stays
/// in the nearest cache until the epilogue has read them.
class tile_work {
 public:
  tile_work() = default;
  /// Sources [count] outlive no call. Units of rows are a multiple of `grain` and hold at least
  /// `least` of them. Throws shape_error where stacks are routed differently.
  tile_work(const tile_source* sources, std::size_t count, std::size_t columns, std::size_t rows,
            std::size_t grain, std::size_t least);

  /// Whether stacks among the sources have the same routes.
  [[nodiscard]] static bool routed_alike(const tile_source* sources, std::size_t count);

  [[nodiscard]] std::size_t units() const;
  [[nodiscard]] std::size_t multiply_adds(const tile_source* sources) const;
  /// Whether one product stands several times among the sources.
  [[nodiscard]] bool repeats(const tile_source* sources) const;
  /// Bytes of scratch for the tiles and for panels that were not packed before.
  [[nodiscard]] std::size_t scratch(const tile_source* sources, const kernel::table& kernels) const;

  /// Lays the tiles out in `scratch`: before the epilogue is bound to them.
  void place(const tile_source* sources, std::byte* scratch, tile_view* tiles) const;

  /// What a thread works with.
  struct job {
    const tile_source* sources;
    const kernel::table* kernels;
    std::byte* scratch;
    const prologue_job* prologues;  ///< say where the activations of the sources lie
    const std::byte* activations;
    tile_view* tiles;  ///< [sources], placed
    /// What happens to rows [row, row + count) of columns [column, column + n) once they are there.
    void (*epilogue)(void* self, std::size_t row, std::size_t count, std::size_t column,
                     std::size_t n);
    void* self;
  };
  /// Multiplies units [first, last).
  void run(const job& j, std::size_t first, std::size_t last) const;

 private:
  [[nodiscard]] std::size_t tile_floats() const;
  [[nodiscard]] std::size_t tile_bytes(const tile_source* sources) const;
  void prepare(const job& j, std::size_t matrix, std::size_t row, std::size_t count) const;
  void multiply(const job& j, std::size_t row, std::size_t count, std::size_t column,
                std::size_t n) const;

  std::size_t count_ = 0;
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  std::size_t unit_rows_ = 0;
  const std::int32_t* starts_ = nullptr;
  std::size_t groups_ = 1;
};

}  // namespace qx
