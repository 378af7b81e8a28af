// SPDX-License-Identifier: MIT
/// \file
/// Expressions of templates.
#include <algorithm>
#include <cmath>
#include <src/text/template_run.hpp>
#include <utility>

namespace qx::text {

namespace {

using undefined = template_value::undefined;

/// What an undefined value is called in errors.
std::string named(const template_value& v) {
  const auto* nothing = v.as<undefined>();
  return nothing != nullptr ? message("'", nothing->name, "', which is undefined,")
                            : std::string(kind_of(v));
}

template_value whole_result(std::string_view sign, std::int64_t a, std::int64_t b,
                            std::size_t line) {
  std::int64_t out = 0;
  bool over = false;
  if (sign == "+")
    over = __builtin_add_overflow(a, b, &out);
  else if (sign == "-")
    over = __builtin_sub_overflow(a, b, &out);
  else if (sign == "*")
    over = __builtin_mul_overflow(a, b, &out);
  else {
    if (b == 0) template_fail(errc::format, line, "division by zero");
    if (b == -1)
      over = sign == "//" && __builtin_sub_overflow(std::int64_t{0}, a, &out);
    else
      out = sign == "//" ? a / b - (a % b != 0 && (a < 0) != (b < 0))
                         : a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);
  }
  if (over) template_fail(errc::range, line, a, ' ', sign, ' ', b, " is too large");
  return out;
}

template_value number_result(std::string_view sign, double a, double b, std::size_t line) {
  if (sign == "+") return a + b;
  if (sign == "-") return a - b;
  if (sign == "*") return a * b;
  if (sign == "**") return std::pow(a, b);
  if (b == 0) template_fail(errc::format, line, "division by zero");
  if (sign == "/") return a / b;
  const double floor = std::floor(a / b);
  return sign == "//" ? floor : a - floor * b;
}

}  // namespace

template_value template_runner::evaluate(const template_node& node) {
  const level inside(*this, node.line);
  const auto child = [&](std::size_t i) { return evaluate(node.children[i]); };
  switch (node.kind) {
  case node_kind::missing:
    return undefined{"a value that is not there"};
  case node_kind::literal:
    return node.constant;
  case node_kind::name:
    return look_up(node.name);
  case node_kind::list: {
    template_list items;
    for (const template_node& item : node.children)
      items.push_back(evaluate(item));
    return items;
  }
  case node_kind::map:
    return evaluate_map(node);
  case node_kind::member:
    return member(child(0), node.name, node.line);
  case node_kind::item:
    return evaluate_item(node);
  case node_kind::slice:
    return evaluate_slice(node);
  case node_kind::call:
    return evaluate_call(node);
  case node_kind::filter:
    return apply_filter(node.name, child(0), arguments(node), node.line);
  case node_kind::test:
    return apply_test(node.name, child(0), arguments(node), node.line);
  case node_kind::choice:
    return is_true(child(1)) ? child(0) : child(2);
  case node_kind::both: {
    template_value first = child(0);
    return is_true(first) ? child(1) : first;
  }
  case node_kind::either: {
    template_value first = child(0);
    return is_true(first) ? first : child(1);
  }
  case node_kind::negation:
    return !is_true(child(0));
  case node_kind::unary:
    return evaluate_unary(node);
  case node_kind::binary:
    return evaluate_binary(node);
  case node_kind::comparison:
    return evaluate_comparison(node);
  default:
    template_fail(errc::format, node.line, "a statement stands where a value is wanted");
  }
}

template_value template_runner::evaluate_unary(const template_node& node) {
  const template_value v = evaluate(node.children[0]);
  const bool minus = node.name == "-";
  if (const auto whole = whole_of(v))
    return minus ? whole_result("-", 0, *whole, node.line) : template_value(*whole);
  if (const auto number = number_of(v)) return minus ? -*number : *number;
  template_fail(errc::format, node.line, "'", node.name, "' wants a number, not ", named(v));
}

template_value template_runner::evaluate_binary(const template_node& node) {
  const template_value a = evaluate(node.children[0]), b = evaluate(node.children[1]);
  const std::string_view sign = node.name;
  if (sign == "~") {
    std::string joined = text_of(a) + text_of(b);
    charge(0, joined.size(), node.line);
    return joined;
  }
  if (const auto *x = a.as<std::string>(), *y = b.as<std::string>(); x && y && sign == "+") {
    charge(0, x->size() + y->size(), node.line);
    return *x + *y;
  }
  if (const auto *x = a.as<template_list>(), *y = b.as<template_list>(); x && y && sign == "+") {
    charge(x->size() + y->size(), 0, node.line);
    template_list joined = *x;
    joined.insert(joined.end(), y->begin(), y->end());
    return joined;
  }
  if (const auto* x = a.as<std::string>(); x && sign == "*" && whole_of(b)) {
    const auto times = static_cast<std::size_t>(std::max<std::int64_t>(*whole_of(b), 0));
    if (!x->empty()) charge(0, times > left_.bytes ? times : times * x->size(), node.line);
    std::string out;
    for (std::size_t i = 0; i < times && !x->empty(); ++i)
      out += *x;
    return out;
  }
  if (const auto x = whole_of(a), y = whole_of(b); x && y && sign != "/" && sign != "**")
    return whole_result(sign, *x, *y, node.line);
  if (const auto x = number_of(a), y = number_of(b); x && y)
    return number_result(sign, *x, *y, node.line);
  template_fail(errc::format, node.line, "'", sign, "' does not go with ", named(a), " and ",
                named(b));
}

template_value template_runner::evaluate_comparison(const template_node& node) {
  template_value left = evaluate(node.children[0]);
  for (std::size_t i = 0; i < node.names.size(); ++i) {
    template_value right = evaluate(node.children[i + 1]);
    if (!apply_test(node.names[i], left, {{right}, {""}}, node.line)) return false;
    left = std::move(right);
  }
  return true;
}

template_arguments template_runner::arguments(const template_node& node) {
  template_arguments out;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    out.values.push_back(evaluate(node.children[i]));
    out.names.push_back(node.names[i - 1]);
  }
  return out;
}

template_value template_runner::evaluate_map(const template_node& node) {
  template_map out;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    std::string key = text_of(evaluate(node.children[i]));
    template_value value = evaluate(node.children[i + 1]);
    const auto found = std::ranges::find(out, key, &template_map::value_type::first);
    if (found != out.end())
      found->second = std::move(value);
    else
      out.emplace_back(std::move(key), std::move(value));
  }
  return out;
}

template_value template_runner::member(const template_value& object, std::string_view name,
                                       std::size_t line) const {
  const template_map* map = object.as<template_map>();
  if (const auto* space = object.as<template_value::name_space>()) map = &namespaces_[space->index];
  if (object.is<undefined>())
    template_fail(errc::format, line, named(object), " has no '", name, "'");
  const template_value* found = map != nullptr ? find_key(*map, name) : nullptr;
  return found != nullptr ? *found : template_value(undefined{std::string(name)});
}

template_value template_runner::evaluate_item(const template_node& node) {
  const template_value object = evaluate(node.children[0]), index = evaluate(node.children[1]);
  if (const auto* key = index.as<std::string>()) return member(object, *key, node.line);
  const auto whole = whole_of(index);
  const auto* list = object.as<template_list>();
  const auto* text = object.as<std::string>();
  if (object.is<undefined>()) return member(object, text_of(index), node.line);
  if (!whole || (list == nullptr && text == nullptr))
    return undefined{message("[", text_of(index), "]")};
  if (text != nullptr) charge(0, text->size(), node.line);
  const auto size =
      static_cast<std::int64_t>(list != nullptr ? list->size() : character_count(*text));
  const std::int64_t at = *whole < 0 ? *whole + size : *whole;
  if (at < 0 || at >= size) return undefined{message("[", *whole, "]")};
  if (list != nullptr) return (*list)[static_cast<std::size_t>(at)];
  const std::size_t begin = character_offset(*text, static_cast<std::size_t>(at));
  return text->substr(begin, character_offset(std::string_view(*text).substr(begin), 1));
}

template_value template_runner::evaluate_slice(const template_node& node) {
  const template_value object = evaluate(node.children[0]);
  const bool is_text = object.is<std::string>();
  const template_list items = items_of(object, node.line);
  charge(items.size(), 0, node.line);
  const auto size = static_cast<std::int64_t>(items.size());
  const auto part = [&](std::size_t i, std::int64_t otherwise) {
    const template_value v = evaluate(node.children[i]);
    if (v.is<undefined>() || v.is<template_value::none>()) return otherwise;
    const auto whole = whole_of(v);
    if (!whole) template_fail(errc::format, node.line, "a slice wants whole numbers");
    return *whole;
  };
  const std::int64_t step = part(3, 1);
  if (step == 0) template_fail(errc::format, node.line, "a slice cannot go by steps of 0");
  const bool back = step < 0;
  const auto place = [&](std::size_t i, std::int64_t otherwise) {
    const std::int64_t at = part(i, otherwise);
    if (at == otherwise) return at;
    return std::clamp<std::int64_t>(at < 0 ? at + size : at, back ? -1 : 0, back ? size - 1 : size);
  };
  const std::int64_t none = back ? -size - 1 : size;  // where the slice ends without a limit
  std::int64_t at = place(1, back ? size - 1 : 0), last = place(2, none);
  template_list out;
  const std::int64_t stride = std::clamp<std::int64_t>(step, -size - 1, size + 1);
  for (; at >= 0 && at < size && (back ? at > last : at < last); at += stride)
    out.push_back(items[static_cast<std::size_t>(at)]);
  if (!is_text) return out;
  std::string joined;
  for (const template_value& c : out)
    joined += *c.as<std::string>();
  return joined;
}

}  // namespace qx::text
