// SPDX-License-Identifier: MIT
/// \file
/// Weights that a tile of panels and columns asks memory for while it multiplies others.
#pragma once

#include <qx/core/config.hpp>
#include <qx/kernel/activations.hpp>

#include <cstddef>

namespace qx::kernel::inline QX_ARCH {

/// Where one tile is all that reads a panel, it fetches what lies some bytes ahead of what it
/// reads: far enough for memory, near enough to stay in the first-level cache. Where several tiles
/// take turns at the same panels, the last `sharing` of them fetch the panels after these, a share
/// with each block: each has memory to wait for and none has all of it, and what comes does not
/// drive out what is still to be read.
struct fetch_ahead {
  static constexpr std::size_t near = 9 * 1024;
  /// For a tile that is faster than memory: the more is on its way, the longer what is wanted next
  /// waits behind it.
  static constexpr std::size_t nearer = 6 * 1024;
  static constexpr std::size_t sharing = 3;

  bool alone;
  const std::byte* next;
  std::size_t waiting;  ///< blocks before the first share
  std::size_t lines;    ///< of a share

  /// For `tiles` tiles of panels of `bytes` bytes that each take `blocks` steps.
  QX_INLINE fetch_ahead(const std::byte* panels, std::size_t bytes, std::size_t tiles,
                        std::size_t blocks)
      : alone(tiles == 1), next(panels + bytes), waiting(0), lines(0) {
    if (alone) return;
    const std::size_t sharers = tiles < sharing ? tiles : sharing;
    lines = (bytes / line_bytes + sharers * blocks - 1) / (sharers * blocks);
    waiting = (tiles - sharers) * blocks;
  }
  [[nodiscard]] QX_INLINE static fetch_ahead nothing() {
    fetch_ahead none(nullptr, 0, 1, 0);
    none.alone = false;
    return none;
  }

  /// Before `bytes` bytes of weights are read.
  template <std::size_t Distance = near>
  QX_INLINE void beyond(const std::byte* now, std::size_t bytes) const {
    if (!alone) return;
    for (std::size_t line = 0; line < bytes; line += line_bytes)
      __builtin_prefetch(now + Distance + line, 0, 3);
  }
  /// With each block.
  QX_INLINE void share() {
    if (waiting != 0) {
      --waiting;
      return;
    }
    for (std::size_t line = 0; line < lines; ++line, next += line_bytes)
      __builtin_prefetch(next, 0, 3);
  }
};

}  // namespace qx::kernel::inline QX_ARCH
