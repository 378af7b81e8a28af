// SPDX-License-Identifier: MIT
/// \file
/// Metadata values as views into the bytes of a file: nothing is copied, and nothing needs to be
/// aligned. The bytes were checked when the file was opened.
#pragma once

#include <qx/gguf/format.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qx::gguf {

/// Element types of arrays of fixed size.
template <class T>
concept Stored = std::same_as<T, std::uint8_t> || std::same_as<T, std::int8_t> ||
                 std::same_as<T, std::uint16_t> || std::same_as<T, std::int16_t> ||
                 std::same_as<T, std::uint32_t> || std::same_as<T, std::int32_t> ||
                 std::same_as<T, std::uint64_t> || std::same_as<T, std::int64_t> ||
                 std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, bool>;

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

namespace detail {
template <Stored T>
[[nodiscard]] T load(const std::byte* at) {
  if constexpr (std::same_as<T, bool>) {
    return *at != std::byte{0};
  } else {
    T out;
    std::memcpy(&out, at, sizeof(T));
    return out;
  }
}
}  // namespace detail

template <Stored T>
inline constexpr value_type type_of = value_type::array;
template <>
inline constexpr value_type type_of<std::uint8_t> = value_type::u8;
template <>
inline constexpr value_type type_of<std::int8_t> = value_type::i8;
template <>
inline constexpr value_type type_of<std::uint16_t> = value_type::u16;
template <>
inline constexpr value_type type_of<std::int16_t> = value_type::i16;
template <>
inline constexpr value_type type_of<std::uint32_t> = value_type::u32;
template <>
inline constexpr value_type type_of<std::int32_t> = value_type::i32;
template <>
inline constexpr value_type type_of<float> = value_type::f32;
template <>
inline constexpr value_type type_of<bool> = value_type::boolean;
template <>
inline constexpr value_type type_of<std::uint64_t> = value_type::u64;
template <>
inline constexpr value_type type_of<std::int64_t> = value_type::i64;
template <>
inline constexpr value_type type_of<double> = value_type::f64;

/// The elements of an array of numbers or truth values.
template <Stored T>
class array_view {
 public:
  using value_type = T;

  class iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    iterator() = default;
    explicit iterator(const std::byte* at) : at_(at) {}
    [[nodiscard]] T operator*() const { return detail::load<T>(at_); }
    iterator& operator++() {
      at_ += sizeof(T);
      return *this;
    }
    iterator operator++(int) { return std::exchange(*this, iterator(at_ + sizeof(T))); }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const std::byte* at_ = nullptr;
  };

  array_view() = default;
  array_view(const std::byte* first, std::size_t count) : first_(first), count_(count) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// `i` below size().
  [[nodiscard]] T operator[](std::size_t i) const {
    return detail::load<T>(first_ + i * sizeof(T));
  }
  [[nodiscard]] iterator begin() const { return iterator(first_); }
  [[nodiscard]] iterator end() const { return iterator(first_ + count_ * sizeof(T)); }
  [[nodiscard]] std::vector<T> to_vector() const { return {begin(), end()}; }

 private:
  static_assert(sizeof(bool) == 1, "a stored truth value is one byte");
  const std::byte* first_ = nullptr;
  std::size_t count_ = 0;
};

/// The strings of an array, one after another: a forward range of std::string_view.
class string_array {
 public:
  class iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    iterator() = default;
    explicit iterator(const std::byte* at) : at_(at) {}
    [[nodiscard]] std::string_view operator*() const {
      return {reinterpret_cast<const char*>(at_ + sizeof(std::uint64_t)), length()};
    }
    iterator& operator++() {
      at_ += sizeof(std::uint64_t) + length();
      return *this;
    }
    iterator operator++(int) {
      const iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    [[nodiscard]] std::size_t length() const { return detail::load<std::uint64_t>(at_); }
    const std::byte* at_ = nullptr;
  };

  string_array() = default;
  string_array(std::span<const std::byte> bytes, std::size_t count)
      : bytes_(bytes), count_(count) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] iterator begin() const { return iterator(bytes_.data()); }
  [[nodiscard]] iterator end() const { return iterator(bytes_.data() + bytes_.size()); }
  /// All of it: the strings and the eight bytes of length in front of each.
  [[nodiscard]] std::size_t byte_size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  std::size_t count_ = 0;
};

/// One value: a number, a truth value, a string or an array.
class value {
 public:
  value(value_type type, std::span<const std::byte> bytes)
      : type_(type), element_(type), bytes_(bytes) {}
  /// An array of `count` elements.
  value(value_type element, std::size_t count, std::span<const std::byte> bytes)
      : type_(value_type::array), element_(element), count_(count), bytes_(bytes) {}

  [[nodiscard]] value_type type() const { return type_; }
  /// Of an array, the type of its elements; else type().
  [[nodiscard]] value_type element_type() const { return element_; }
  [[nodiscard]] bool is_array() const { return type_ == value_type::array; }
  /// Elements of an array; else 1.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// The number, the characters of the string or the elements, as they are in the file.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  /// The value as a T, or nothing where it is of another kind or does not fit:
  /// - an integer type: any integer that T can hold;
  /// - float, double: any floating-point number;
  /// - bool; std::string_view, std::string: the same;
  /// - array_view<T>: an array of exactly that type; string_array: an array of strings.
  template <class T>
  [[nodiscard]] std::optional<T> as() const;

  /// Calls f with the value in its own type: a number, bool, std::string_view, array_view<T> or
  /// string_array.
  template <class F>
  decltype(auto) visit(F&& f) const;

 private:
  template <class F>
  decltype(auto) visit_element(F&& f) const;

  value_type type_;
  value_type element_;
  std::size_t count_ = 1;
  std::span<const std::byte> bytes_;
};

/// "u32 4096", "string of 5 bytes", "array of 32000 strings": for messages.
[[nodiscard]] std::string describe(const value& v);

/// Calls f(T{}) with the type that elements of this type have in memory; not for strings, arrays.
template <class F>
decltype(auto) value::visit_element(F&& f) const {
  switch (element_) {
  case value_type::u8:
    return f(std::uint8_t{});
  case value_type::i8:
    return f(std::int8_t{});
  case value_type::u16:
    return f(std::uint16_t{});
  case value_type::i16:
    return f(std::int16_t{});
  case value_type::u32:
    return f(std::uint32_t{});
  case value_type::i32:
    return f(std::int32_t{});
  case value_type::f32:
    return f(float{});
  case value_type::boolean:
    return f(bool{});
  case value_type::i64:
    return f(std::int64_t{});
  case value_type::f64:
    return f(double{});
  default:
    return f(std::uint64_t{});
  }
}

template <class F>
decltype(auto) value::visit(F&& f) const {
  if (element_ == value_type::string) {
    if (is_array()) return f(string_array(bytes_, count_));
    return f(std::string_view(reinterpret_cast<const char*>(bytes_.data()), bytes_.size()));
  }
  return visit_element([&]<class T>(T) -> decltype(auto) {
    if (is_array()) return f(array_view<T>(bytes_.data(), count_));
    return f(detail::load<T>(bytes_.data()));
  });
}

template <class T>
std::optional<T> value::as() const {
  return visit([]<class V>(V v) -> std::optional<T> {
    if constexpr (std::same_as<V, T>)
      return v;
    else if constexpr (Integer<T> && Integer<V>)
      return std::in_range<T>(v) ? std::optional<T>(static_cast<T>(v)) : std::nullopt;
    else if constexpr (std::floating_point<T> && std::floating_point<V>)
      return static_cast<T>(v);
    else if constexpr (std::same_as<T, std::string> && std::same_as<V, std::string_view>)
      return std::optional<T>(std::in_place, v);
    else
      return std::nullopt;
  });
}

}  // namespace qx::gguf
