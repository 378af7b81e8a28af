// SPDX-License-Identifier: MIT
/// \file
/// The matmuls that stand in an expression, and what its epilogue wants of their tiles.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/fuse/prologue.hpp>

#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

/// Pointers to the matmuls of an epilogue, left to right.
template <class N>
[[nodiscard]] QX_INLINE constexpr auto matmuls_of(const N& n) {
  if constexpr (is_matmul<N>) {
    return bundle<const N*>{&n};
  } else {
    return [&]<class T>(const T& node) QX_INLINE_LAMBDA {
      if constexpr (requires { node.children; })
        return node.children.apply([](const auto&... c)
                                       QX_INLINE_LAMBDA { return joined(matmuls_of(c)...); });
      else if constexpr (requires { node.child; })
        return matmuls_of(node.child);
      else
        return bundle<>();
    }(n);
  }
}

/// Whether all matmuls of an epilogue have the same columns and rows, in one order.
template <class First, class... Rest>
consteval bool same_tiles(const bundle<const First*, const Rest*...>*) {
  return ((First::column_axes::names == Rest::column_axes::names &&
           First::row_axes::names == Rest::row_axes::names) &&
          ...);
}

/// Whether each matmul has a type of its own.
template <class... M>
consteval bool all_different(const bundle<const M*...>*) {
  const auto count = []<class T>(const T*) { return (std::is_same_v<T, M> + ... + 0); };
  return ((count(static_cast<const M*>(nullptr)) == 1) && ...);
}

/// Whether some node of an epilogue reads elements anywhere in a row, as rope does.
template <class N>
inline constexpr bool reads_whole_rows = [] {
  if constexpr (requires { requires N::whole_rows; })
    return true;
  else
    return []<class... C>(const bundle<C...>*) {
      return (reads_whole_rows<C> || ...);
    }(static_cast<const typename operands<N>::type*>(nullptr));
}();
template <class W, class C>
inline constexpr bool reads_whole_rows<matmul_node<W, C>> = false;

}  // namespace impl

}  // namespace qx::inline QX_ARCH
