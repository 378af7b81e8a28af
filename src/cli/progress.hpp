// SPDX-License-Identifier: MIT
/// \file
/// A line that shows how far something is.
#pragma once

#include <cstddef>
#include <string>

namespace qx::cli {

/// Draws on stderr where that is a terminal and does nothing elsewhere. The line is gone when the
/// object is. To be used by one thread at a time.
class progress_bar {
 public:
  explicit progress_bar(std::string title);
  ~progress_bar();
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

  void show(std::size_t done, std::size_t total);

 private:
  std::string title_;
  bool visible_;
  std::size_t drawn_ = static_cast<std::size_t>(-1);  // thousandths; drawing costs more than asking
};

}  // namespace qx::cli
