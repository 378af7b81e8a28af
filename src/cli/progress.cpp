// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <qx/platform/terminal.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace qx::cli {
namespace {

constexpr std::size_t widest_bar = 40;
constexpr std::size_t beside_bar = 8;  // spaces and "100 %"

/// Eight steps to a character.
std::string bar(std::size_t width, std::size_t thousandths) {
  static constexpr const char* parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const std::size_t eighths = width * 8 * thousandths / 1000;
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i)
    out += "█";
  out += parts[eighths % 8];
  for (std::size_t i = eighths / 8 + (eighths % 8 != 0); i < width; ++i)
    out += ' ';
  return out;
}

}  // namespace

progress_bar::progress_bar(std::string title)
    : title_(std::move(title)), visible_(platform::is_terminal(platform::stream::error)) {}

progress_bar::~progress_bar() {
  if (visible_ && drawn_ != static_cast<std::size_t>(-1)) std::fputs("\r\033[K", stderr);
}

void progress_bar::show(std::size_t done, std::size_t total) {
  if (!visible_ || total == 0) return;
  const std::size_t now = static_cast<std::size_t>(
      1000.0 * static_cast<double>(std::min(done, total)) / static_cast<double>(total));
  if (now == drawn_) return;
  drawn_ = now;
  const std::size_t columns = platform::terminal_columns(platform::stream::error);
  const std::size_t used = title_.size() + beside_bar;
  const std::size_t width = columns > used + 4 ? std::min(columns - used, widest_bar) : 0;
  std::string percent = std::to_string(now / 10);
  percent.insert(0, 3 - percent.size(), ' ');
  const std::string line = "\r" + title_ + ' ' + bar(width, now) + ' ' + percent + " %";
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace qx::cli
