// SPDX-License-Identifier: MIT
/// \file
/// Which complex numbers tensors are computed in: pairs of float or of double.
#pragma once

#include <complex>
#include <type_traits>

namespace qx {

template <class T>
concept Complex =
    std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;

/// Whether numbers of the type can be added and divided without rounding to whole ones.
template <class T>
concept Continuous = std::is_floating_point_v<T> || Complex<T>;

/// A number in another type; a real one becomes complex, never the other way.
template <class To, class From>
[[nodiscard]] constexpr To number_as(From x) {
  if constexpr (Complex<To> && Complex<From>)
    return {static_cast<typename To::value_type>(x.real()),
            static_cast<typename To::value_type>(x.imag())};
  else if constexpr (Complex<To>)
    return {static_cast<typename To::value_type>(x), 0};
  else
    return static_cast<To>(x);
}

}  // namespace qx
