// SPDX-License-Identifier: MIT
/// \file
/// Axes have names. Two axes are the same when their names are; each has a static or dynamic extent.
#pragma once

#include <qx/core/config.hpp>

#include <cstddef>
#include <string_view>

namespace qx {

/// An extent that is known only at run time.
inline constexpr std::size_t dynamic = static_cast<std::size_t>(-1);

/// A string that can be a template argument.
template <std::size_t N>
struct label {
  char text[N]{};
  consteval label(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i)
      text[i] = literal[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

/// An extent together with the name of its axis: `token(4)`.
template <class Axis>
struct sized {
  std::size_t extent;
};

/// A named axis: `inline constexpr qx::axis<"token"> token;` has a dynamic extent,
/// `qx::fixed<token, 8>` the static extent 8.
template <label Name, std::size_t Extent = dynamic>
struct axis {
  static constexpr std::string_view name = Name.view();
  static constexpr std::size_t extent = Extent;
  static constexpr bool is_static = Extent != dynamic;

  template <std::size_t N>
  using with_extent = axis<Name, N>;

  /// Names a run-time extent, for constructors: `tensor<float, token, model>(token(4), model(64))`.
  [[nodiscard]] QX_INLINE constexpr auto operator()(std::size_t n) const { return sized<axis<Name>>{n}; }
};

/// The same axis with a static extent.
template <auto Axis, std::size_t N>
inline constexpr typename decltype(Axis)::template with_extent<N> fixed{};

template <class A, class B>
inline constexpr bool same_axis_type = A::name == B::name;
template <auto A, auto B>
inline constexpr bool same_axis = same_axis_type<decltype(A), decltype(B)>;

/// The axis (or axes) that a reduction, softmax or norm runs over: `over(vocab)`.
template <class Axis>
struct over_axis {};
template <label Name, std::size_t Extent>
[[nodiscard]] QX_INLINE constexpr over_axis<axis<Name, Extent>> over(axis<Name, Extent>) {
  return {};
}

/// Stands for "no axis": the inner axis of a space that has one element per row.
inline constexpr axis<"", 1> no_axis{};

}  // namespace qx
