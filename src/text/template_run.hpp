// SPDX-License-Identifier: MIT
/// \file
/// Fills in a template: walks its tree once for each time that a loop or a macro wants it.
#pragma once

#include <qx/text/template.hpp>

#include <cstddef>
#include <ctime>
#include <optional>
#include <span>
#include <src/text/template_node.hpp>
#include <src/text/template_text.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

/// Arguments of a call, filter or test, as they were given.
struct template_arguments {
  std::vector<template_value> values{};
  std::vector<std::string_view> names{};  // "" where one has none

  /// The one of this name or else at this place; nullptr where it is not given.
  [[nodiscard]] const template_value* find(std::size_t place, std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return values.size(); }
};

class template_runner {
 public:
  template_runner(const template_map& variables, const template_limits& limits, std::time_t now);

  /// What the tree prints. Throws template_error.
  [[nodiscard]] marked_text run(const template_node& root);

  /// For what is computed with values: counts the bytes of what was made.
  void charge(std::size_t steps, std::size_t bytes, std::size_t line);
  [[nodiscard]] template_value evaluate(const template_node& node);
  [[nodiscard]] template_value apply_filter(std::string_view name, const template_value& operand,
                                            const template_arguments& given, std::size_t line);
  [[nodiscard]] bool apply_test(std::string_view name, const template_value& operand,
                                const template_arguments& given, std::size_t line);
  /// An attribute or entry; undefined where there is none.
  [[nodiscard]] template_value member(const template_value& object, std::string_view name,
                                      std::size_t line) const;
  [[nodiscard]] template_value call_macro(const template_node& macro,
                                          const template_arguments& given, std::size_t line);
  /// What a loop goes through: items of a list, keys of a mapping, characters of a string.
  [[nodiscard]] template_list items_of(const template_value& v, std::size_t line) const;

 private:
  struct variable {
    std::string_view name;
    template_value value;
  };
  using frame = std::vector<variable>;
  enum class flow : std::uint8_t { on, leave, skip };

  /// One step. A macro that calls itself is stopped by the depth, far from the end of the stack.
  struct level {
    level(template_runner& r, std::size_t line) : runner(r) {
      runner.charge(1, 0, line);
      if (++runner.depth_ > deepest)
        template_fail(errc::range, line, "the template nests more than ", deepest, " deep");
    }
    ~level() { --runner.depth_; }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    template_runner& runner;
  };
  static constexpr std::size_t deepest = 1000;

  flow execute(const template_node& node);
  void print(const template_value& v, std::size_t line);
  flow execute_condition(const template_node& node);
  flow execute_loop(const template_node& node);
  [[nodiscard]] template_value capture(const template_node& body);
  void assign(std::span<const std::string> names, const template_value& value, std::size_t line);
  void set_member(const template_node& node);
  void bind(std::string_view name, template_value value);
  [[nodiscard]] template_value look_up(std::string_view name) const;

  [[nodiscard]] template_value joined(marked_text first, const marked_text& second,
                                      std::size_t line);
  [[nodiscard]] template_value evaluate_list(const template_node& node);
  [[nodiscard]] template_value evaluate_binary(const template_node& node);
  [[nodiscard]] template_value evaluate_comparison(const template_node& node);
  [[nodiscard]] template_value evaluate_unary(const template_node& node);
  [[nodiscard]] template_value evaluate_call(const template_node& node);
  [[nodiscard]] template_value evaluate_item(const template_node& node);
  [[nodiscard]] template_value evaluate_slice(const template_node& node);
  [[nodiscard]] template_value evaluate_map(const template_node& node);
  [[nodiscard]] template_value call_function(std::string_view name, const template_arguments& given,
                                             std::size_t line);
  [[nodiscard]] template_arguments arguments(const template_node& node);

  const template_map& variables_;
  template_limits left_;
  std::time_t now_;
  std::vector<frame> frames_;
  std::size_t visible_ = 0;  // frames between the first and this one belong to a macro's caller
  std::vector<template_map> namespaces_;
  marked_text out_;
  std::size_t depth_ = 0;
};

/// Puts a value under a key, in place of the one that is there.
void set_key(template_map& map, const template_value& key, template_value value);

/// A method of a string, list or mapping; nothing where the value has none of that name.
[[nodiscard]] std::optional<template_value> call_method(const template_value& object,
                                                        std::string_view name,
                                                        const template_arguments& given,
                                                        std::size_t line);

/// The text of an argument; an error where it is missing or no string.
[[nodiscard]] const marked_text& marked_argument(const template_arguments& given, std::size_t place,
                                                 std::string_view name, std::string_view whose,
                                                 std::size_t line);
[[nodiscard]] const std::string& text_argument(const template_arguments& given, std::size_t place,
                                               std::string_view name, std::string_view whose,
                                               std::size_t line);

}  // namespace qx::text
