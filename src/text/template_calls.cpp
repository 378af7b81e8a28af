// SPDX-License-Identifier: MIT
/// \file
/// Calls in templates: methods, macros and the functions of the language.
#include <array>
#include <src/text/template_run.hpp>
#include <utility>

namespace qx::text {

template_value template_runner::evaluate_call(const template_node& node) {
  const template_node& callee = node.children[0];
  const template_arguments given = arguments(node);
  template_value called;
  if (callee.kind == node_kind::member) {
    const template_value object = evaluate(callee.children[0]);
    if (const auto* text = object.as<std::string>()) charge(0, text->size(), node.line);
    if (auto made = call_method(object, callee.name, given, node.line)) {
      if (const auto* text = made->as<std::string>()) charge(0, text->size(), node.line);
      return *made;
    }
    called = member(object, callee.name, node.line);
  } else {
    called = evaluate(callee);
  }
  const auto* function = called.as<template_value::function>();
  if (function == nullptr)
    template_fail(errc::format, node.line,
                  callee.name.empty() ? std::string("this") : message("'", callee.name, "'"),
                  " is ", kind_of(called), ", not a function");
  if (function->macro != nullptr) return call_macro(*function->macro, given, node.line);
  return call_function(function->name, given, node.line);
}

template_value template_runner::call_function(std::string_view name,
                                              const template_arguments& given, std::size_t line) {
  if (name == "raise_exception")
    template_fail(errc::argument, line, given.size() > 0 ? text_of(given.values[0]) : "refused");
  if (name == "strftime_now") {
    const std::string& format = text_argument(given, 0, "format", name, line);
    std::tm parts{};
    std::array<char, 256> text{};
    if (localtime_r(&now_, &parts) == nullptr) return "";
    return std::string(text.data(),
                       std::strftime(text.data(), text.size(), format.c_str(), &parts));
  }
  if (name == "range") {
    std::array<std::int64_t, 3> bounds{0, 0, 1};
    for (std::size_t i = 0; i < given.size(); ++i) {
      const auto whole = whole_of(given.values[i]);
      if (!whole || i > 2)
        template_fail(errc::format, line, "range wants up to three whole numbers");
      bounds[given.size() == 1 ? 1 : i] = *whole;
    }
    template_list out;
    if (bounds[2] == 0) template_fail(errc::format, line, "range cannot go by steps of 0");
    for (std::int64_t i = bounds[0]; bounds[2] > 0 ? i < bounds[1] : i > bounds[1];) {
      charge(1, 0, line);
      out.emplace_back(i);
      if (__builtin_add_overflow(i, bounds[2], &i)) break;
    }
    return out;
  }
  template_map entries;  // namespace and dict
  if (given.size() > 0 && given.names[0].empty())
    if (const auto* map = given.values[0].as<template_map>()) entries = *map;
  for (std::size_t i = 0; i < given.size(); ++i)
    if (!given.names[i].empty()) entries.emplace_back(given.names[i], given.values[i]);
  if (name == "dict") return entries;
  namespaces_.push_back(std::move(entries));
  return template_value::name_space{namespaces_.size() - 1};
}

}  // namespace qx::text
