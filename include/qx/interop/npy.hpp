// SPDX-License-Identifier: MIT
/// \file
/// NumPy's `.npy` files (format versions 1 to 3), read and written. A file is not believed: every
/// size that it claims is compared with the bytes that are there before anything is allocated.
#pragma once

#include <qx/core/dtype.hpp>
#include <qx/core/error.hpp>
#include <qx/core/tensor.hpp>
#include <qx/platform/mapped_file.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace qx {

/// What stands before the elements.
struct npy_header {
  std::string type;  ///< NumPy's spelling, like "<f4"
  bool fortran_order = false;
  std::vector<std::size_t> shape;
  std::span<const std::byte> elements;  ///< exactly those that the shape asks for
};

/// Errors: `format` for what is not an .npy file or holds less than it claims, `unsupported` for
/// types that no tensor has (big-endian, strings, objects, records).
[[nodiscard]] result<npy_header> parse_npy(std::span<const std::byte> file);
/// The bytes before the elements, a multiple of 64.
[[nodiscard]] std::string npy_prefix(std::string_view type, std::span<const std::size_t> shape);

namespace detail {
template <class T>
[[nodiscard]] constexpr std::string_view npy_type() {
  if constexpr (std::is_same_v<T, bool>)
    return "|b1";
  else if constexpr (std::is_same_v<T, f16>)
    return "<f2";
  else if constexpr (std::is_same_v<T, float>)
    return "<f4";
  else if constexpr (std::is_same_v<T, double>)
    return "<f8";
  else if constexpr (std::is_same_v<T, std::int8_t>)
    return "|i1";
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return "<i2";
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return "<i4";
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return "<i8";
  else
    static_assert(!sizeof(T), "qx: .npy files hold bool, f16, float, double and integers");
}
/// Compares type and shape with those of a tensor; the sizes, or what is wrong.
[[nodiscard]] result<void> check_npy(const npy_header& header, std::string_view type,
                                     std::span<const std::string_view> names,
                                     std::span<const std::size_t> extents);
[[nodiscard]] result<void> write_file(const std::filesystem::path& path, std::string_view prefix,
                                      std::span<const std::byte> elements);
}  // namespace detail

/// `read_npy<tensor<float, token, model>>(bytes)`. The element type must be the file's; static
/// extents must agree with it (`shape`).
template <class Tensor>
[[nodiscard]] result<Tensor> read_npy(std::span<const std::byte> file) {
  using T = typename Tensor::value_type;
  using list = typename Tensor::axes_type;
  auto header = parse_npy(file);
  if (!header) return std::unexpected(header.error());
  if (auto fits =
          detail::check_npy(*header, detail::npy_type<T>(), list::names, list::static_extents);
      !fits)
    return std::unexpected(fits.error());
  std::array<std::size_t, list::rank> sizes{};
  for (std::size_t i = 0; i < list::rank; ++i)
    sizes[i] = header->shape[i];
  Tensor t{extents<list>(sizes)};
  if (header->elements.empty()) return t;
  if (!header->fortran_order) {
    std::memcpy(t.data(), header->elements.data(), header->elements.size());
    return t;
  }
  std::array<std::size_t, list::rank> at{};
  for (std::size_t i = 0; i < t.size(); ++i) {  // the first index runs fastest
    std::size_t place = 0;
    for (std::size_t a = 0; a < list::rank; ++a)
      place = place * sizes[a] + at[a];
    std::memcpy(t.data() + place, header->elements.data() + i * sizeof(T), sizeof(T));
    for (std::size_t a = 0; a < list::rank && ++at[a] == sizes[a]; ++a)
      at[a] = 0;
  }
  return t;
}
template <class Tensor>
[[nodiscard]] result<Tensor> load_npy(const std::filesystem::path& path) {
  const auto file = platform::mapped_file::open(path);
  if (!file) return std::unexpected(file.error());
  auto t = read_npy<Tensor>(file->bytes());
  if (!t) return fail(t.error().code, path.string() + ": " + t.error().message);
  return t;
}

/// Writes a tensor; strided views are copied first (`tensor<…> copy = view * 1.0f`).
template <class T, class Axes>
[[nodiscard]] result<void> save_npy(const std::filesystem::path& path,
                                    const basic_tensor<T, Axes>& t) {
  return detail::write_file(path, npy_prefix(detail::npy_type<T>(), t.shape().sizes()),
                            std::as_bytes(t.elements()));
}

}  // namespace qx
