// SPDX-License-Identifier: MIT
/// \file
/// Eigen and qx look at each other's memory without a copy. Including this header is the only way
/// to see Eigen; nothing else of the library needs it.
#pragma once

#include <qx/core/reshape.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <type_traits>

namespace qx {

namespace detail {
template <class T>
using eigen_matrix =
    Eigen::Matrix<std::remove_const_t<T>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using eigen_vector = Eigen::Matrix<std::remove_const_t<T>, Eigen::Dynamic, 1>;
/// Eigen writes the constness of a map on the matrix.
template <class T, class Matrix>
using eigen_maybe_const = std::conditional_t<std::is_const_v<T>, const Matrix, Matrix>;
}  // namespace detail

/// A view as Eigen sees it: rank 2 as a row-major matrix with any strides, rank 1 as a column.
template <class T, class Axes>
[[nodiscard]] auto as_eigen(const basic_view<T, Axes>& v) {
  static_assert(Axes::rank == 1 || Axes::rank == 2,
                "qx: Eigen's matrices have one or two axes: merge() or at() the others");
  if constexpr (Axes::rank == 2) {
    using matrix = detail::eigen_maybe_const<T, detail::eigen_matrix<T>>;
    return Eigen::Map<matrix, Eigen::Unaligned, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>(
        v.data(), static_cast<Eigen::Index>(v.shape()[0]), static_cast<Eigen::Index>(v.shape()[1]),
        {v.steps()[0], v.steps()[1]});
  } else {
    using vector = detail::eigen_maybe_const<T, detail::eigen_vector<T>>;
    return Eigen::Map<vector, Eigen::Unaligned, Eigen::InnerStride<>>(
        v.data(), static_cast<Eigen::Index>(v.shape()[0]), Eigen::InnerStride<>(v.steps()[0]));
  }
}
template <class T, class Axes>
[[nodiscard]] auto as_eigen(basic_tensor<T, Axes>& t) {
  return as_eigen(t.view());
}
template <class T, class Axes>
[[nodiscard]] auto as_eigen(const basic_tensor<T, Axes>& t) {
  return as_eigen(t.view());
}
template <class T, class Axes>
void as_eigen(basic_tensor<T, Axes>&&) = delete;  // a map of a temporary would dangle

/// An Eigen matrix, array or map (an lvalue with memory of its own) under the names of two axes.
template <class Dense, label Row, std::size_t R, label Column, std::size_t C>
  requires requires(Dense& m) { m.outerStride(), m.innerStride(), m.data(); }
[[nodiscard]] auto view_of(Dense& m, axis<Row, R>, axis<Column, C>) {
  using list = axes<axis<Row, R>{}, axis<Column, C>{}>;
  const bool by_rows = Dense::IsRowMajor;
  const auto steps = by_rows ? strides<2>{m.outerStride(), m.innerStride()}
                             : strides<2>{m.innerStride(), m.outerStride()};
  return basic_view<std::remove_pointer_t<decltype(m.data())>, list>(
      m.data(),
      extents<list>({static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols())}),
      steps);
}
/// An Eigen vector, of a row or a column.
template <class Dense, label Name, std::size_t E>
  requires(bool(Dense::IsVectorAtCompileTime) && requires(Dense& m) { m.innerStride(), m.data(); })
[[nodiscard]] auto view_of(Dense& m, axis<Name, E>) {
  using list = axes<axis<Name, E>{}>;
  return basic_view<std::remove_pointer_t<decltype(m.data())>, list>(
      m.data(), extents<list>({static_cast<std::size_t>(m.size())}), strides<1>{m.innerStride()});
}

/// Σ_k a[i, k] · b[k, j] by Eigen, for element types that `contract` does not take, or where Eigen's
/// product of complex numbers is wanted. The axis that both have is the one that goes.
template <class T, auto I, auto K, auto L, auto J>
[[nodiscard]] auto eigen_matmul(const basic_view<T, axes<I, K>>& a,
                                const basic_view<T, axes<L, J>>& b) {
  static_assert(
      same_axis<K, L> && !same_axis<I, J>,
      "qx: eigen_matmul takes a [i, k] and b [k, j]: transposed() or rename() an operand");
  if (a.shape()[1] != b.shape()[0])
    throw_extent_mismatch(decltype(K)::name, a.shape()[1], b.shape()[0]);
  using list = axes<I, J>;
  basic_tensor<std::remove_const_t<T>, list> c(extents<list>({a.shape()[0], b.shape()[1]}));
  as_eigen(c).noalias() = as_eigen(a) * as_eigen(b);
  return c;
}

}  // namespace qx
