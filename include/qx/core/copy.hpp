// SPDX-License-Identifier: MIT
/// \file
/// Copies elements from where they lie together to where a view says. One function for all types
/// and ranks: what is merely moved is not worth a copy of the evaluator for each of them.
#pragma once

#include <qx/core/tensor_view.hpp>

#include <cstddef>

namespace qx {

/// Elements of `bytes` each, contiguous in row-major order, to `to`; [rank] sizes and steps (in
/// elements), outermost axis first. The two must not overlap. (Pointers: what a span asks of a
/// range costs the compiler more than all the rest.)
void copy_elements(const void* from, void* to, std::size_t bytes, std::size_t rank,
                   const std::size_t* sizes, const std::ptrdiff_t* steps);

template <class T, class Axes>
QX_INLINE void copy_elements(const T* from, const basic_view<T, Axes>& to) {
  const auto sizes = to.shape().sizes();
  copy_elements(from, to.data(), sizeof(T), Axes::rank, sizes.data(), to.steps().data());
}

}  // namespace qx
