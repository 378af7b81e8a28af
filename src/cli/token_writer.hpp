// SPDX-License-Identifier: MIT
/// \file
/// Writes generated tokens as they come: as text, as a table of what the model thought of them, or
/// as JSON.
#pragma once

#include "interrupt.hpp"

#include <qx/core/token.hpp>
#include <qx/run/rules/recorder.hpp>
#include <qx/text/stream_decoder.hpp>
#include <qx/text/tokenizer.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qx::cli {

/// Writes to the standard output at once.
void put(std::string_view text);

/// Lets a text through until one of some others occurs in it.
class stop_filter {
 public:
  explicit stop_filter(std::vector<std::string> stops) : stops_(std::move(stops)) {}

  /// What can be shown now: never the beginning of what may become a stop.
  [[nodiscard]] std::string push(std::string_view text);
  /// What was held back and did not become one.
  [[nodiscard]] std::string finish();
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  std::vector<std::string> stops_;
  std::string held_;
  bool stopped_ = false;
};

class token_writer {
 public:
  struct format {
    bool after_prompt = false;
    bool json = false;
    std::vector<std::string> stops{};
    std::shared_ptr<const sampling::record> recorded{};  ///< null: nothing of probabilities
  };
  token_writer(const text::tokenizer& words, format how);

  /// Whether to go on: not after Ctrl-C, a closed pipe or a stop.
  bool operator()(token_id token);
  /// What is still held back, and the end of the last line on a terminal.
  void finish();

 private:
  void show(std::string_view text);
  void show_json(token_id token, std::string_view text);
  void show_row(token_id token);
  [[nodiscard]] std::string text_of(token_id token) const;

  interrupt_guard interrupt_;
  const text::tokenizer& words_;
  format how_;
  text::stream_decoder decoder_;
  stop_filter stops_;
  std::size_t index_ = 0;
  char last_ = '\0';
};

}  // namespace qx::cli
