// SPDX-License-Identifier: MIT
/// \file
/// Statements of templates.
#include <algorithm>
#include <src/text/template_parser.hpp>
#include <src/text/template_run.hpp>
#include <utility>

namespace qx::text {

const template_value* template_arguments::find(std::size_t place, std::string_view name) const {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (names[i].empty() ? i == place : names[i] == name) return &values[i];
  return nullptr;
}

template_runner::template_runner(const template_map& variables, const template_limits& limits,
                                 std::time_t now)
    : variables_(variables), left_(limits), now_(now), frames_(1) {}

marked_text template_runner::run(const template_node& root) {
  execute(root);
  return std::move(out_);
}

void template_runner::charge(std::size_t steps, std::size_t bytes, std::size_t line) {
  if (steps > left_.steps || bytes > left_.bytes)
    template_fail(errc::range, line, "the template takes too much work: it may not end");
  left_.steps -= steps;
  left_.bytes -= bytes;
}

template_runner::flow template_runner::execute(const template_node& node) {
  const level inside(*this, node.line);
  switch (node.kind) {
  case node_kind::block:
    for (const template_node& child : node.children)
      if (const flow next = execute(child); next != flow::on) return next;
    return flow::on;
  case node_kind::text:
    print(node.constant, node.line);
    return flow::on;
  case node_kind::print:
    print(evaluate(node.children[0]), node.line);
    return flow::on;
  case node_kind::condition:
    return execute_condition(node);
  case node_kind::loop:
    return execute_loop(node);
  case node_kind::set:
    assign(node.names, evaluate(node.children[0]), node.line);
    return flow::on;
  case node_kind::set_member:
    set_member(node);
    return flow::on;
  case node_kind::set_block:
    bind(node.names[0], capture(node.children[0]));
    return flow::on;
  case node_kind::macro:
    bind(node.name, template_value::function{&node});
    return flow::on;
  case node_kind::filtered:
    print(apply_filter(node.name, capture(node.children[0]), arguments(node), node.line),
          node.line);
    return flow::on;
  case node_kind::leave:
    return flow::leave;
  case node_kind::skip:
    return flow::skip;
  default:
    return flow::on;
  }
}

void template_runner::print(const template_value& v, std::size_t line) {
  const marked_text text = marked_of(v);
  charge(0, text.text().size(), line);
  out_.append(text);
}

template_runner::flow template_runner::execute_condition(const template_node& node) {
  std::size_t i = 0;
  for (; i + 1 < node.children.size(); i += 2)
    if (is_true(evaluate(node.children[i]))) return execute(node.children[i + 1]);
  return i < node.children.size() ? execute(node.children[i]) : flow::on;
}

template_runner::flow template_runner::execute_loop(const template_node& node) {
  template_list items = items_of(evaluate(node.children[0]), node.line);
  if (const template_node& wanted = node.children[3]; !wanted.is_missing()) {
    template_list kept;
    frames_.emplace_back();
    for (template_value& item : items) {
      charge(1, 0, node.line);
      assign(node.names, item, node.line);
      if (is_true(evaluate(wanted))) kept.push_back(std::move(item));
    }
    frames_.pop_back();
    items = std::move(kept);
  }
  charge(items.size(), 0, node.line);
  if (items.empty()) return node.children[2].is_missing() ? flow::on : execute(node.children[2]);
  const auto whole = [](std::size_t n) { return template_value(static_cast<std::int64_t>(n)); };
  flow next = flow::on;
  for (std::size_t i = 0; i < items.size() && next != flow::leave; ++i) {
    charge(1, 0, node.line);
    const std::size_t left = items.size() - i;
    const template_value nothing(template_value::undefined{"loop.previtem or loop.nextitem"});
    frames_.emplace_back();
    bind("loop", template_map{{"index", whole(i + 1)},
                              {"index0", whole(i)},
                              {"revindex", whole(left)},
                              {"revindex0", whole(left - 1)},
                              {"first", i == 0},
                              {"last", left == 1},
                              {"length", whole(items.size())},
                              {"previtem", i == 0 ? nothing : items[i - 1]},
                              {"nextitem", left == 1 ? nothing : items[i + 1]}});
    assign(node.names, items[i], node.line);
    next = execute(node.children[1]);
    frames_.pop_back();
  }
  return flow::on;
}

template_value template_runner::capture(const template_node& body) {
  marked_text before = std::exchange(out_, {});
  execute(body);
  return std::exchange(out_, std::move(before));
}

void template_runner::bind(std::string_view name, template_value value) {
  frame& here = frames_.back();
  const auto found = std::ranges::find(here, name, &variable::name);
  if (found != here.end())
    found->value = std::move(value);
  else
    here.push_back({name, std::move(value)});
}

void template_runner::assign(std::span<const std::string> names, const template_value& value,
                             std::size_t line) {
  if (names.size() == 1) return bind(names[0], value);
  const template_list items = items_of(value, line);
  if (items.size() != names.size())
    template_fail(errc::format, line, items.size(), " values for ", names.size(), " names");
  for (std::size_t i = 0; i < names.size(); ++i)
    bind(names[i], items[i]);
}

void template_runner::set_member(const template_node& node) {
  const template_value object = look_up(node.names[0]);
  const auto* space = object.as<template_value::name_space>();
  if (space == nullptr)
    template_fail(errc::format, node.line, "'", node.names[0], "' is ", kind_of(object),
                  ", and only attributes of a namespace can be set");
  template_value value = evaluate(node.children[0]);
  template_map& held = namespaces_[space->index];
  set_key(held, node.names[1], std::move(value));
}

template_value template_runner::look_up(std::string_view name) const {
  for (std::size_t i = frames_.size(); i-- > 0;) {
    if (i > 0 && i < visible_) continue;
    const auto found = std::ranges::find(frames_[i], name, &variable::name);
    if (found != frames_[i].end()) return found->value;
  }
  if (const template_value* given = find_key(variables_, name)) return *given;
  for (const std::string_view known :
       {"range", "namespace", "dict", "raise_exception", "strftime_now"})
    if (name == known) return template_value::function{nullptr, known};
  return template_value::undefined{std::string(name)};
}

template_value template_runner::call_macro(const template_node& macro,
                                           const template_arguments& given, std::size_t line) {
  if (given.size() > macro.names.size())
    template_fail(errc::format, line, "macro ", macro.name, " takes ", macro.names.size(),
                  " arguments, not ", given.size());
  frame inside;
  for (std::size_t i = 0; i < macro.names.size(); ++i) {
    const template_value* value = given.find(i, macro.names[i]);
    const template_node& otherwise = macro.children[1 + i];
    if (value != nullptr)
      inside.push_back({macro.names[i], *value});
    else if (!otherwise.is_missing())
      inside.push_back({macro.names[i], evaluate(otherwise)});
    else
      inside.push_back({macro.names[i], template_value::undefined{macro.names[i]}});
  }
  const std::size_t caller = std::exchange(visible_, frames_.size());
  frames_.push_back(std::move(inside));
  template_value out = capture(macro.children[0]);
  frames_.pop_back();
  visible_ = caller;
  return out;
}

template_list template_runner::items_of(const template_value& v, std::size_t line) const {
  if (const auto* list = v.as<template_list>()) return *list;
  template_list out;
  if (const auto* map = v.as<template_map>()) {
    for (const auto& [key, value] : *map)
      out.emplace_back(key);
  } else if (const auto* marked = v.as<marked_text>()) {
    const std::string_view text = marked->text();
    for (std::size_t at = 0, next = 0; at < text.size(); at = next) {
      next = at + character_offset(text.substr(at), 1);
      out.emplace_back(marked->part(text.substr(at, next - at)));
    }
  } else if (!v.is<template_value::undefined>() && !v.is<template_value::none>()) {
    // Python refuses none; templates that forget to ask whether there are tools mean no items.
    template_fail(errc::format, line, kind_of(v), " cannot be gone through item by item");
  }
  return out;
}

result<text_template> text_template::parse(std::string_view source) {
  try {
    return text_template(std::make_shared<const template_node>(parse_template(source)));
  } catch (const template_error& problem) {
    return fail(problem.code, problem.sentence);
  }
}

result<marked_text> text_template::render(const template_map& variables,
                                          const template_limits& limits, std::time_t now) const {
  try {
    return template_runner(variables, limits, now).run(*root_);
  } catch (const template_error& problem) {
    return fail(problem.code, problem.sentence);
  }
}

}  // namespace qx::text
