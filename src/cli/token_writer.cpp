// SPDX-License-Identifier: MIT
#include "token_writer.hpp"
#include "units.hpp"
#include "utf8.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/terminal.hpp>

#include <algorithm>
#include <cstdio>
#include <span>
#include <utility>

namespace qx::cli {
namespace {

std::string json_text(std::string_view text) {
  return message('"', escaped(text, quoting::json), '"');
}

}  // namespace

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string stop_filter::push(std::string_view text) {
  if (stopped_) return {};
  held_ += text;
  std::size_t end = held_.size();
  for (const std::string& stop : stops_)
    if (const std::size_t at = stop.empty() ? held_.npos : held_.find(stop); at < end) {
      end = at;
      stopped_ = true;
    }
  if (!stopped_)
    for (const std::string& stop : stops_)
      for (std::size_t n = std::min(stop.size(), held_.size()); n > 0; --n)
        if (held_.ends_with(std::string_view(stop).substr(0, n))) {
          end = std::min(end, held_.size() - n);
          break;
        }
  std::string shown = held_.substr(0, end);
  held_.erase(0, stopped_ ? held_.npos : end);
  return shown;
}

std::string stop_filter::finish() { return std::exchange(held_, {}); }

token_writer::token_writer(const text::tokenizer& words, format how)
    : words_(words), how_(std::move(how)),
      decoder_(words, {.strip_space_prefix = !how_.after_prompt}), stops_(how_.stops) {}

bool token_writer::operator()(token_id token) {
  const std::string_view text = decoder_.push(token);
  const std::string shown = stops_.push(text);
  if (how_.json)
    show_json(token, text);
  else if (how_.recorded != nullptr)
    show_row(token);
  else
    show(shown);
  ++index_;
  return !stops_.stopped() && !interrupt_.stopped() && std::ferror(stdout) == 0;
}

void token_writer::finish() {
  if (how_.json || how_.recorded != nullptr) return;
  show(stops_.push(decoder_.finish()));
  show(stops_.finish());
  if (last_ != '\n' && platform::is_terminal(platform::stream::output)) put("\n");
}

void token_writer::show(std::string_view text) {
  if (text.empty()) return;
  last_ = text.back();
  put(text);
}

std::string token_writer::text_of(token_id token) const {
  return words_.decode(std::span(&token, 1), {.special = true, .strip_space_prefix = false});
}

void token_writer::show_json(token_id token, std::string_view text) {
  std::string line =
      message("{\"index\": ", index_, ", \"token\": ", token, ", \"text\": ", json_text(text));
  if (how_.recorded != nullptr) {
    line += message(", \"logprob\": ", how_.recorded->drawn.log_probability, ", \"top\": [");
    for (std::size_t i = 0; i < how_.recorded->top.size(); ++i) {
      const auto& [other, log_probability] = how_.recorded->top[i];
      line += message(i == 0 ? "" : ", ", "{\"token\": ", other,
                      ", \"text\": ", json_text(text_of(other)), ", \"logprob\": ", log_probability,
                      '}');
    }
    line += ']';
  }
  put(line + "}\n");
}

void token_writer::show_row(token_id token) {
  const auto quoted = [&](token_id id) {
    return message('"', escaped(text_of(id), quoting::terminal), '"');
  };
  std::string line = message(quoted(token), ' ',
                             fixed(static_cast<double>(how_.recorded->drawn.log_probability), 4));
  for (const auto& [other, log_probability] : how_.recorded->top)
    line += message("\t", quoted(other), ' ', fixed(static_cast<double>(log_probability), 4));
  put(line + '\n');
}

}  // namespace qx::cli
