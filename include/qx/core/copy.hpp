// SPDX-License-Identifier: MIT
/// \file
/// Copies elements from where they lie together to where a view says. One function for all types
/// and ranks: what is merely moved is not worth a copy of the evaluator for each of them.
#pragma once

#include <qx/core/tensor_view.hpp>

#include <cstddef>
#include <span>

namespace qx {

/// Elements of `bytes` each, contiguous in row-major order, to `to`; sizes and steps (in elements)
/// of each axis, outermost first. The two must not overlap.
void copy_elements(const void* from, void* to, std::size_t bytes,
                   std::span<const std::size_t> sizes, std::span<const std::ptrdiff_t> steps);

template <class T, class Axes>
QX_INLINE void copy_elements(const T* from, const basic_view<T, Axes>& to) {
  copy_elements(from, to.data(), sizeof(T), to.shape().sizes(), to.steps());
}

}  // namespace qx
