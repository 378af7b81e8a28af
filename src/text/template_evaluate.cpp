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

template_value power(std::int64_t base, std::int64_t exponent, std::size_t line) {
  if (exponent < 0) return std::pow(static_cast<double>(base), static_cast<double>(exponent));
  std::int64_t out = 1;
  const bool trivial = base == 0 || base == 1 || base == -1;  // and would take many rounds
  for (std::int64_t i = trivial ? std::min<std::int64_t>(exponent, exponent % 2 + 2) : exponent;
       i > 0; --i)
    if (__builtin_mul_overflow(out, base, &out))
      template_fail(errc::range, line, base, " ** ", exponent, " is too large");
  return out;
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
  else if (sign == "**")
    return power(a, b, line);
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
  case node_kind::list:
    return evaluate_list(node);
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
  case node_kind::both:
  case node_kind::either: {
    template_value first = child(0);
    return is_true(first) == (node.kind == node_kind::both) ? child(1) : first;
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

template_value template_runner::evaluate_list(const template_node& node) {
  template_list items;
  for (const template_node& item : node.children)
    items.push_back(evaluate(item));
  return items;
}

template_value template_runner::evaluate_unary(const template_node& node) {
  const template_value v = evaluate(node.children[0]);
  const bool minus = node.name == "-";
  if (const auto whole = whole_of(v))
    return minus ? whole_result("-", 0, *whole, node.line) : template_value(*whole);
  if (const auto number = number_of(v)) return minus ? -*number : *number;
  template_fail(errc::format, node.line, "'", node.name, "' wants a number, not ", named(v));
}

template_value template_runner::joined(marked_text first, const marked_text& second,
                                       std::size_t line) {
  charge(0, first.text().size() + second.text().size(), line);
  first.append(second);
  return first;
}

template_value template_runner::evaluate_binary(const template_node& node) {
  const template_value a = evaluate(node.children[0]), b = evaluate(node.children[1]);
  const std::string_view sign = node.name;
  if (sign == "~") {
    return joined(marked_of(a), marked_of(b), node.line);
  }
  if (const auto* x = a.as<marked_text>(), *y = b.as<marked_text>(); x && y && sign == "+")
    return joined(*x, *y, node.line);
  if (const auto* x = a.as<template_list>(), *y = b.as<template_list>(); x && y && sign == "+") {
    charge(x->size() + y->size(), 0, node.line);
    template_list both = *x;
    both.insert(both.end(), y->begin(), y->end());
    return both;
  }
  if (const auto* x = a.as<marked_text>(); x && sign == "*" && whole_of(b)) {
    const std::size_t size = x->text().size();
    const auto times = static_cast<std::size_t>(std::max<std::int64_t>(*whole_of(b), 0));
    if (size != 0) charge(0, times > left_.bytes ? times : times * size, node.line);
    marked_text out;
    for (std::size_t i = 0; i < times && size != 0; ++i)
      out.append(*x);
    return out;
  }
  if (const auto x = whole_of(a), y = whole_of(b); x && y && sign != "/")
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

void set_key(template_map& map, const template_value& key, template_value value) {
  const auto found =
      std::ranges::find_if(map, [&](const auto& entry) { return are_equal(entry.first, key); });
  if (found != map.end())
    found->second = std::move(value);
  else
    map.emplace_back(key, std::move(value));
}

template_value template_runner::evaluate_map(const template_node& node) {
  template_map out;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    const template_value key = evaluate(node.children[i]);
    set_key(out, key, evaluate(node.children[i + 1]));
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
  const auto* marked = object.as<marked_text>();
  if (object.is<undefined>()) return member(object, text_of(index), node.line);
  if (const auto* map = object.as<template_map>()) {
    const template_value* found = find_entry(*map, index);
    return found != nullptr ? *found : undefined{message("[", text_of(index), "]")};
  }
  if (!whole || (list == nullptr && marked == nullptr))
    return undefined{message("[", text_of(index), "]")};
  const std::string_view text = marked != nullptr ? marked->text() : std::string_view();
  charge(0, text.size(), node.line);
  const auto size =
      static_cast<std::int64_t>(list != nullptr ? list->size() : character_count(text));
  const std::int64_t at = *whole < 0 ? *whole + size : *whole;
  if (at < 0 || at >= size) return undefined{message("[", *whole, "]")};
  if (list != nullptr) return (*list)[static_cast<std::size_t>(at)];
  const std::string_view rest = text.substr(character_offset(text, static_cast<std::size_t>(at)));
  return marked->part(rest.substr(0, character_offset(rest, 1)));
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
  marked_text whole;
  for (const template_value& c : out)
    whole.append(*c.as<marked_text>());
  return whole;
}

}  // namespace qx::text
