// SPDX-License-Identifier: MIT
/// \file
/// Groups of a matmul's columns, each with a matrix of its own: those of the stacks that its weights
/// are routed to, or all columns as one group where no weight is routed.
#pragma once

#include <qx/expr/contraction.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace qx::inline QX_ARCH {

class column_groups {
 public:
  /// All columns.
  QX_INLINE explicit column_groups(std::size_t columns) : columns_(columns) {}

  /// Takes over the groups of a routed weight; they must be those of all others that are routed.
  template <class Weight>
  QX_INLINE void join(const Weight& weight) {
    if constexpr (is_routed<Weight>) {
      const std::span<const std::int32_t> starts = weight.starts;
      bool rises = starts.front() == 0 && static_cast<std::size_t>(starts.back()) == columns_;
      for (std::size_t i = 1; i < starts.size(); ++i)
        rises = rises && starts[i - 1] <= starts[i];
      if (!rises)
        throw_shape_error("matmul: the columns of a stack's matrices must rise from 0 to all");
      if (!agrees(weight))
        throw_shape_error("matmul: the stacks of one expression must be routed alike");
      see(weight);
    }
  }
  /// The same without a check.
  template <class Weight>
  QX_INLINE void see(const Weight& weight) {
    if constexpr (is_routed<Weight>) starts_ = weight.starts;
  }

  /// Whether a weight may stand beside those that were joined.
  template <class Weight>
  [[nodiscard]] QX_INLINE bool agrees(const Weight& weight) const {
    if constexpr (is_routed<Weight>)
      return starts_.empty() ||
             (starts_.data() == weight.starts.data() && starts_.size() == weight.starts.size());
    else
      return true;
  }

  [[nodiscard]] QX_INLINE std::size_t count() const {
    return starts_.empty() ? 1 : starts_.size() - 1;
  }
  /// The first column of a group; of `count()` the number of columns.
  [[nodiscard]] QX_INLINE std::size_t begin(std::size_t group) const {
    return starts_.empty() ? group * columns_ : static_cast<std::size_t>(starts_[group]);
  }

 private:
  std::size_t columns_;
  std::span<const std::int32_t> starts_;  ///< [group + 1], empty where there is one group
};

}  // namespace qx::inline QX_ARCH
