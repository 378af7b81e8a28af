// SPDX-License-Identifier: MIT
/// \file
/// What variables of a template hold.
#pragma once

#include <qx/text/marked_text.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace qx::text {

struct template_node;
class template_value;

using template_list = std::vector<template_value>;
/// In the order in which keys were added; a few keys, looked through one after another.
using template_map = std::vector<std::pair<template_value, template_value>>;

/// A value of the template language. Strings, lists and mappings are shared and never change; a
/// namespace, which may, lives in the run that made it, so that no value can hold itself.
class template_value {
 public:
  /// A name without a value: false, empty, and an error where more is asked of it.
  struct undefined {
    std::string name;
  };
  struct none {};
  /// A macro of the template, or a function of the language by its name.
  struct function {
    const template_node* macro = nullptr;
    std::string_view name{};
  };
  struct name_space {
    std::size_t index = 0;
  };

  template_value() = default;
  template_value(undefined u) : data_(std::move(u)) {}
  template_value(none n) : data_(n) {}
  template_value(bool truth) : data_(truth) {}
  template_value(std::int64_t whole) : data_(whole) {}
  template_value(double number) : data_(number) {}
  template_value(marked_text text) : data_(std::make_shared<const marked_text>(std::move(text))) {}
  template_value(std::string text) : template_value(marked_text(std::move(text))) {}
  template_value(std::string_view text) : template_value(std::string(text)) {}
  template_value(const char* text) : template_value(std::string(text)) {}
  template_value(template_list items)
      : data_(std::make_shared<const template_list>(std::move(items))) {}
  template_value(template_map items)
      : data_(std::make_shared<const template_map>(std::move(items))) {}
  template_value(function f) : data_(f) {}
  template_value(name_space n) : data_(n) {}

  /// The value as one of the types above; nullptr where it is another. A string is a marked text.
  template <class T>
  [[nodiscard]] const T* as() const {
    if constexpr (std::is_same_v<T, std::string>) {
      const auto* held = as<marked_text>();
      return held != nullptr ? &held->text() : nullptr;
    } else if constexpr (std::is_same_v<T, marked_text> || std::is_same_v<T, template_list> ||
                         std::is_same_v<T, template_map>) {
      const auto* held = std::get_if<std::shared_ptr<const T>>(&data_);
      return held != nullptr ? held->get() : nullptr;
    } else {
      return std::get_if<T>(&data_);
    }
  }
  template <class T>
  [[nodiscard]] bool is() const {
    return as<T>() != nullptr;
  }
  [[nodiscard]] bool is_number() const { return is<std::int64_t>() || is<double>() || is<bool>(); }

 private:
  std::variant<none, undefined, bool, std::int64_t, double, std::shared_ptr<const marked_text>,
               std::shared_ptr<const template_list>, std::shared_ptr<const template_map>, function,
               name_space>
      data_;
};

/// The entry of a key; nullptr where there is none.
[[nodiscard]] const template_value* find_key(const template_map& map, std::string_view key);
[[nodiscard]] const template_value* find_entry(const template_map& map, const template_value& key);

}  // namespace qx::text
