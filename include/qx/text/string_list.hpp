// SPDX-License-Identifier: MIT
/// \file
/// Many short strings in one piece of memory: a vocabulary of 128,256 tokens is two allocations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

/// Appends only; views into it are valid until the next append. Holds less than 4 GiB of text:
/// `fits` says whether one more string has room.
class string_list {
 public:
  string_list() = default;
  string_list(std::initializer_list<std::string_view> items) {
    for (const std::string_view item : items)
      push_back(item);
  }

  void reserve(std::size_t count, std::size_t bytes) {
    ends_.reserve(count);
    bytes_.reserve(bytes);
  }

  void push_back(std::string_view item) {
    bytes_ += item;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }

  [[nodiscard]] std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  [[nodiscard]] bool fits(std::size_t length) const {
    return length <= UINT32_MAX && bytes_.size() <= UINT32_MAX - length;
  }

 private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;  // of each string, in bytes_
};

}  // namespace qx::text
