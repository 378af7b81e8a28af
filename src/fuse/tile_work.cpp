// SPDX-License-Identifier: MIT
#include <qx/core/shape_error.hpp>
#include <qx/fuse/space.hpp>
#include <qx/fuse/tile_work.hpp>
#include <qx/kernel/activations.hpp>
#include <qx/kernel/layout.hpp>

#include <algorithm>
#include <numeric>

namespace qx {
namespace {

/// 64 × 64 floats are 16 KiB: the tiles of two matmuls stay in the nearest cache.
constexpr std::size_t block_rows = 64;
constexpr std::size_t block_columns = 64;

}  // namespace

bool tile_work::routed_alike(const tile_source* sources, std::size_t count) {
  const tile_source* routed = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    if (sources[i].starts == nullptr) continue;
    if (routed != nullptr &&
        (routed->starts != sources[i].starts || routed->matrices != sources[i].matrices))
      return false;
    routed = &sources[i];
  }
  return true;
}

tile_work::tile_work(const tile_source* sources, std::size_t count, std::size_t columns,
                     std::size_t rows, std::size_t grain, std::size_t least)
    : count_(count), columns_(columns), rows_(rows) {
  if (!routed_alike(sources, count))
    throw_shape_error("matmul: the stacks of one expression must be routed alike");
  for (std::size_t i = 0; i < count; ++i)
    if (sources[i].starts != nullptr) {
      starts_ = sources[i].starts;
      groups_ = sources[i].matrices;
    }
  if (starts_ != nullptr) {
    bool rises = starts_[0] == 0 && static_cast<std::size_t>(starts_[groups_]) == columns;
    for (std::size_t i = 0; i < groups_; ++i)
      rises = rises && starts_[i] <= starts_[i + 1];
    if (!rises)
      throw_shape_error("matmul: the columns of a stack's matrices must rise from 0 to all");
  }
  grain = std::lcm(grain, kernel::panel_rows);
  unit_rows_ = (std::max(block_rows, least) + grain - 1) / grain * grain;
}

std::size_t tile_work::units() const {
  return columns_ == 0 ? 0 : (rows_ + unit_rows_ - 1) / unit_rows_;
}

bool tile_work::repeats(const tile_source* sources) const {
  for (std::size_t i = 0; i < count_; ++i)
    if (sources[i].first != i) return true;
  return false;
}

std::size_t tile_work::multiply_adds(const tile_source* sources) const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < count_; ++i)
    if (sources[i].first == i) sum += columns_ * rows_ * sources[i].k;
  return sum;
}

std::size_t tile_work::tile_floats() const {
  return unit_rows_ * std::clamp<std::size_t>(columns_, 1, block_columns);
}

std::size_t tile_work::tile_bytes(const tile_source* sources) const {
  std::size_t different = 0;
  for (std::size_t i = 0; i < count_; ++i)
    different += sources[i].first == i ? 1 : 0;
  return different * tile_floats() * sizeof(float);
}

std::size_t tile_work::scratch(const tile_source* sources, const kernel::table& kernels) const {
  std::size_t bytes = tile_bytes(sources);
  for (std::size_t i = 0; i < count_; ++i)
    if (sources[i].panels == nullptr && sources[i].first == i)
      bytes +=
          kernel::panels_of(unit_rows_) * ops_of(kernels, sources[i]).panel_bytes(sources[i].k);
  return kernel::round_up(bytes, kernel::line_bytes);
}

void tile_work::place(const tile_source* sources, std::byte* scratch, tile_view* tiles) const {
  auto* next = reinterpret_cast<float*>(scratch);
  for (std::size_t i = 0; i < count_; ++i) {
    tiles[i].stride = unit_rows_;
    tiles[i].data = sources[i].first == i ? next : tiles[sources[i].first].data;
    if (sources[i].first == i) next += tile_floats();
  }
}

namespace {

/// Panels of rows [row, row + count) of a matrix; packed into `memory`, which then moves on, where
/// they were not packed when the weight was loaded.
const std::byte* panels_for(const tile_source& s, const kernel::table& kernels, std::byte*& memory,
                            std::size_t matrix, std::size_t matrix_rows, std::size_t row,
                            std::size_t count) {
  const kernel::matmul_ops& ops = ops_of(kernels, s);
  const std::size_t panel = ops.panel_bytes(s.k);
  if (s.panels != nullptr)
    return s.panels + (matrix * kernel::panels_of(matrix_rows) + row / kernel::panel_rows) * panel;
  const std::byte* const packed = memory;
  const std::size_t row_bytes = block_shape_of(s.type, s.own).bytes_of(s.k);
  for (std::size_t r = 0; r < count; r += kernel::panel_rows, memory += panel)
    ops.pack(s.rows + (matrix * matrix_rows + row + r) * row_bytes, row_bytes,
             std::min(kernel::panel_rows, count - r), s.k, memory);
  return packed;
}

}  // namespace

void tile_work::prepare(const job& j, std::size_t matrix, std::size_t row,
                        std::size_t count) const {
  std::byte* memory = j.scratch + tile_bytes(j.sources);
  for (std::size_t i = 0; i < count_; ++i)
    if (j.sources[i].first == i)
      j.tiles[i].panels = panels_for(j.sources[i], *j.kernels, memory, matrix, rows_, row, count);
}

void tile_work::multiply(const job& j, std::size_t row, std::size_t count, std::size_t column,
                         std::size_t n) const {
  for (std::size_t i = 0; i < count_; ++i) {
    tile_view& tile = j.tiles[i];
    tile.first_row = row;
    tile.first_column = column;
    if (j.sources[i].first != i) continue;
    const prologue_job& p = j.prologues[i];
    ops_of(*j.kernels, j.sources[i])
        .tile(tile.panels, kernel::panels_of(count), p.k,
              j.activations + p.offset + column * p.row_bytes, p.row_bytes, n, tile.data,
              tile.stride);
  }
}

void tile_work::run(const job& j, std::size_t first, std::size_t last) const {
  for (std::size_t u = first; u < last; ++u) {
    const std::size_t row = u * unit_rows_;
    const std::size_t count = std::min(unit_rows_, rows_ - row);
    for (std::size_t g = 0; g < groups_; ++g) {
      const std::size_t begin = starts_ == nullptr ? 0 : static_cast<std::size_t>(starts_[g]);
      const std::size_t end =
          starts_ == nullptr ? columns_ : static_cast<std::size_t>(starts_[g + 1]);
      if (begin == end) continue;
      prepare(j, g, row, count);
      for (std::size_t c = begin; c < end; c += block_columns) {
        const std::size_t n = std::min(block_columns, end - c);
        multiply(j, row, count, c, n);
        j.epilogue(j.self, row, count, c, n);
      }
    }
  }
}

}  // namespace qx
