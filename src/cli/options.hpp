// SPDX-License-Identifier: MIT
/// \file
/// The options of one command: read by CLI11, which only options.cpp and main.cpp see (it takes
/// ten seconds to compile), checked here with sentences that say what would be right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace qx::cli {

struct command;

/// One option as `--help` shows it.
struct spec {
  std::string_view flags;  ///< "-n,--tokens"; a name without dashes is a positional argument
  std::string_view value;  ///< what stands for the value: "N"; empty for a flag
  std::string_view help;   ///< one line
};

struct whole_limits {
  std::uint64_t lowest = 0;
  std::uint64_t highest = std::numeric_limits<std::uint32_t>::max();
};

struct number_limits {
  float lowest = 0.0f;
  float highest = std::numeric_limits<float>::infinity();
};

class options {
 public:
  options(CLI::App& app, const command& owner);

  /// Each names an option whose value goes to `target`, which keeps what it holds where the option
  /// is not given and lives as long as the options.
  void flag(const spec& what, bool& target);
  void text(const spec& what, std::string& target);
  void text(const spec& what, std::optional<std::string>& target);
  /// May be given several times.
  void texts(const spec& what, std::vector<std::string>& target);
  /// A flag that may bring a value with it, "--keep" or "--keep=WHERE"; it is `alone` without one.
  void flag_or_text(const spec& what, std::string& target, std::string_view alone);
  void whole(const spec& what, std::size_t& target, whole_limits limits = {});
  void whole(const spec& what, std::optional<std::uint64_t>& target, whole_limits limits = {});
  void number(const spec& what, float& target, number_limits limits = {});
  /// A positional argument that must be there.
  void required(const spec& what, std::string& target);

  [[nodiscard]] std::string help() const;
  [[nodiscard]] const std::vector<spec>& shown() const { return shown_; }

 private:
  void value(const spec& what, std::function<void(const std::string&)> set, bool needed = false);

  CLI::App* app_;
  const command* owner_;
  std::vector<spec> shown_;
};

/// Reads a whole number; nothing where the text is anything else or outside the limits.
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text, whole_limits limits);

}  // namespace qx::cli
