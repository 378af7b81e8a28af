// SPDX-License-Identifier: MIT
/// \file
/// Memory of anybody as a tensor: a span seen under named axes, without a copy.
#pragma once

#include <qx/core/reshape.hpp>

#include <cstddef>
#include <span>

namespace qx {

/// `view_of(numbers, token(3), model(4))`: row-major, outermost first; static axes need no size.
/// Throws `shape_error` unless the span has exactly as many elements.
template <class T, std::size_t N, class... Parts>
[[nodiscard]] QX_INLINE constexpr auto view_of(std::span<T, N> elements, Parts... parts) {
  using list = axes<detail::axis_of_part<Parts>...>;
  const extents<list> shape({given_extent(parts)...});
  if (shape.count() != elements.size())
    throw_shape_error("view_of: the span has another number of elements than the shape");
  return basic_view<T, list>(elements.data(), shape);
}
/// Of a vector, an array or another contiguous range that is an lvalue.
template <class Range, class... Parts>
  requires requires(Range& r) { std::span(r); }
[[nodiscard]] QX_INLINE constexpr auto view_of(Range& range, Parts... parts) {
  return view_of(std::span(range), parts...);
}

}  // namespace qx
