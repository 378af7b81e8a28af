// SPDX-License-Identifier: MIT
#include "command.hpp"
#include "options.hpp"

#include <qx/core/message.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

namespace qx::cli {
namespace {

template <class T>
std::optional<T> parse(std::string_view text) {
  T out{};
  const char* const last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, out);
  if (problem != std::errc() || end != last) return std::nullopt;
  return out;
}

/// The name that an error speaks of: the longest, "--tokens".
std::string_view spoken(const spec& what) {
  const std::size_t comma = what.flags.rfind(',');
  return comma == std::string_view::npos ? what.flags : what.flags.substr(comma + 1);
}

[[noreturn]] void refuse(const spec& what, const std::string& text, const std::string& right) {
  throw CLI::ValidationError(std::string(spoken(what)),
                             message("is '", text, "' but must be ", right));
}

template <class T>
std::string range_of(std::string_view kind, T lowest, T highest, T unbounded) {
  if (highest >= unbounded) return message(kind, " from ", lowest, " up");
  return message(kind, " from ", lowest, " to ", highest);
}

std::uint64_t whole_or_throw(const spec& what, const std::string& text, whole_limits limits) {
  if (const auto read = parse_whole(text, limits)) return *read;
  refuse(what, text,
         range_of("a whole number", limits.lowest, limits.highest, whole_limits{}.highest));
}

/// "-n, --tokens N"; a name without a short form stands under the long names of the others.
std::string left_column(const spec& what) {
  std::string out;
  if (what.flags.starts_with("--")) out = "    ";
  for (const char c : what.flags) {
    out += c;
    if (c == ',') out += ' ';
  }
  if (what.value.empty() || !what.flags.starts_with('-')) return out;
  return message(out, what.value.starts_with('[') ? "" : " ", what.value);
}

}  // namespace

std::optional<std::uint64_t> parse_whole(std::string_view text, whole_limits limits) {
  const auto read = parse<std::uint64_t>(text);
  if (!read || *read < limits.lowest || *read > limits.highest) return std::nullopt;
  return read;
}

options::options(CLI::App& app, const command& owner) : app_(&app), owner_(&owner) {}

void options::value(const spec& what, std::function<void(const std::string&)> set, bool needed) {
  shown_.push_back(what);
  CLI::Option* const made =
      app_->add_option_function<std::string>(std::string(what.flags), std::move(set));
  made->required(needed);
  if (what.flags.starts_with('-')) made->take_last();  // a script's default can be overruled
}

void options::flag(const spec& what, bool& target) {
  shown_.push_back(what);
  app_->add_flag(std::string(what.flags), target);
}

void options::flag_or_text(const spec& what, std::string& target, std::string_view alone) {
  shown_.push_back(what);
  app_->add_flag(message(what.flags, '{', alone, '}'), target)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void options::text(const spec& what, std::string& target) {
  value(what, [&target](const std::string& text) { target = text; });
}

void options::text(const spec& what, std::optional<std::string>& target) {
  value(what, [&target](const std::string& text) { target = text; });
}

void options::texts(const spec& what, std::vector<std::string>& target) {
  shown_.push_back(what);
  app_->add_option(std::string(what.flags), target)->take_all();
}

void options::required(const spec& what, std::string& target) {
  value(what, [&target](const std::string& text) { target = text; }, true);
}

void options::whole(const spec& what, std::size_t& target, whole_limits limits) {
  value(what, [&target, what, limits](const std::string& text) {
    target = whole_or_throw(what, text, limits);
  });
}

void options::whole(const spec& what, std::optional<std::uint64_t>& target, whole_limits limits) {
  value(what, [&target, what, limits](const std::string& text) {
    target = whole_or_throw(what, text, limits);
  });
}

void options::number(const spec& what, float& target, number_limits limits) {
  value(what, [&target, what, limits](const std::string& text) {
    const auto read = parse<float>(text);
    if (!read || !(*read >= limits.lowest && *read <= limits.highest) || std::isinf(*read))
      refuse(what, text,
             range_of("a number", limits.lowest, limits.highest, number_limits{}.highest));
    target = *read;
  });
}

std::string options::help() const {
  std::size_t width = 0;
  for (const spec& what : shown_)
    width = std::max(width, left_column(what).size());
  std::string out = message("usage: qx ", owner_->name, owner_->arguments.empty() ? "" : " ",
                            owner_->arguments, "\n\n", owner_->explanation, "\n\n");
  for (const spec& what : shown_) {
    std::string left = left_column(what);
    left.resize(width, ' ');
    out += message("  ", left, "  ", what.help, '\n');
  }
  if (!owner_->examples.empty()) out += message("\nexamples:\n", owner_->examples, '\n');
  return out;
}

}  // namespace qx::cli
