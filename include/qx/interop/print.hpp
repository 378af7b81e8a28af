// SPDX-License-Identifier: MIT
/// \file
/// A tensor as a person reads it: its type, the names and sizes of its axes, and its elements with
/// the middle of long axes left out.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/core/tensor.hpp>

#include <complex>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace qx {

struct print_options {
  std::size_t edge = 3;     ///< elements at either end of an axis that is too long
  std::size_t longest = 8;  ///< an axis of at most this many elements is shown whole
  int digits = 4;           ///< significant digits of a fraction
};

namespace detail {
/// Appends element i (an offset from the first one) to a text.
struct element_writer {
  const void* data;
  void (*write)(std::string& out, const void* data, std::ptrdiff_t offset, int digits);
};
void append_number(std::string& out, double value, int digits);
void append_number(std::string& out, long long value);
[[nodiscard]] std::string print(std::string_view type, std::span<const std::string_view> names,
                                std::span<const std::size_t> sizes,
                                std::span<const std::ptrdiff_t> steps, element_writer elements,
                                const print_options& options);

template <class T>
void write_element(std::string& out, const void* data, std::ptrdiff_t offset, int digits) {
  const T x = static_cast<const T*>(data)[offset];
  if constexpr (std::is_same_v<T, bool>) {
    out += x ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    append_number(out, static_cast<long long>(x));
  } else if constexpr (requires { x.imag(); }) {
    append_number(out, static_cast<double>(x.real()), digits);
    out += x.imag() < 0 ? "-" : "+";
    append_number(out, static_cast<double>(x.imag() < 0 ? -x.imag() : x.imag()), digits);
    out += "i";
  } else {
    append_number(out, static_cast<double>(static_cast<float>(x)), digits);
  }
}
template <>
inline void write_element<double>(std::string& out, const void* data, std::ptrdiff_t offset,
                                  int digits) {
  append_number(out, static_cast<const double*>(data)[offset], digits);
}

template <class T>
[[nodiscard]] std::string_view type_name() {
  if constexpr (std::is_same_v<T, bool>)
    return "bool";
  else if constexpr (requires { std::declval<T>().imag(); })
    return "complex";
  else
    return info(dtype_of<T>).name;
}
}  // namespace detail

/// `to_string(x)`: "f32 [token 2, model 3]" and a line for each row.
template <class T, class Axes>
[[nodiscard]] std::string to_string(const basic_view<T, Axes>& x,
                                    const print_options& options = {}) {
  using element = std::remove_const_t<T>;
  return detail::print(detail::type_name<element>(), Axes::names, x.shape().sizes(), x.steps(),
                       {x.data(), detail::write_element<element>}, options);
}
template <class T, class Axes>
[[nodiscard]] std::string to_string(const basic_tensor<T, Axes>& x,
                                    const print_options& options = {}) {
  return to_string(x.view(), options);
}

}  // namespace qx
