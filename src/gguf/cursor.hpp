// SPDX-License-Identifier: MIT
/// \file
/// Walks over bytes that may end at any moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace qx::gguf {

/// Each step gives nothing, and moves nowhere, where the bytes end first.
class cursor {
 public:
  explicit cursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  template <class T>
  [[nodiscard]] std::optional<T> read() {
    if (left() < sizeof(T)) return std::nullopt;
    T out;
    std::memcpy(&out, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return out;
  }

  [[nodiscard]] std::optional<std::span<const std::byte>> take(std::uint64_t count) {
    if (count > left()) return std::nullopt;
    const auto out = bytes_.subspan(at_, static_cast<std::size_t>(count));
    at_ += out.size();
    return out;
  }

  /// A u64 length and as many bytes.
  [[nodiscard]] std::optional<std::string_view> string() {
    const std::size_t before = at_;
    if (const auto length = read<std::uint64_t>())
      if (const auto text = take(*length))
        return std::string_view(reinterpret_cast<const char*>(text->data()), text->size());
    at_ = before;
    return std::nullopt;
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

}  // namespace qx::gguf
