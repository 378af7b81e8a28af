// SPDX-License-Identifier: MIT
/// \file
/// Filters of templates that work on lists.
#include <algorithm>
#include <src/text/template_filters.hpp>
#include <src/text/template_strings.hpp>
#include <utility>

namespace qx::text {

namespace {

using undefined = template_value::undefined;

bool comes_before(const template_value& a, const template_value& b, std::size_t line) {
  const auto order = order_of(a, b);
  if (!order) template_fail(errc::format, line, kind_of(a), " and ", kind_of(b), " have no order");
  return *order < 0;
}

/// Strings in another case are the same where `fold` says so.
void sort_by(template_list& items, const filter_call& c, bool reverse, bool fold, auto key_of) {
  const auto key = [&](const template_value& item) {
    template_value v = key_of(item);
    if (const auto* text = v.as<std::string>(); text && fold)
      return template_value(lower_ascii(*text));
    return v;
  };
  std::ranges::stable_sort(items, [&](const template_value& a, const template_value& b) {
    c.run.charge(1, 0, c.line);
    return reverse ? comes_before(key(b), key(a), c.line) : comes_before(key(a), key(b), c.line);
  });
}

}  // namespace

template_value end_of(const filter_call& c, bool last) {
  const template_list items = c.items();
  if (items.empty()) return undefined{last ? "the last item" : "the first item"};
  return last ? items.back() : items.front();
}

template_value join_items(const filter_call& c) {
  const template_value* between = c.given.find(0, "d");
  const template_value* attribute = c.given.find(1, "attribute");
  const marked_text gap = between != nullptr ? marked_of(*between) : marked_text();
  marked_text out;
  bool first = true;
  for (const template_value& item : c.items()) {
    const marked_text part =
        marked_of(attribute != nullptr ? c.attribute(item, text_of(*attribute)) : item);
    c.run.charge(0, part.text().size() + gap.text().size(), c.line);
    if (!std::exchange(first, false)) out.append(gap);
    out.append(part);
  }
  return out;
}

template_value chosen(const filter_call& c, bool by_attribute, bool keep) {
  const std::size_t first = by_attribute ? 1 : 0;
  template_arguments rest;
  for (std::size_t i = first + 1; i < c.given.size(); ++i) {
    rest.values.push_back(c.given.values[i]);
    rest.names.push_back(c.given.names[i]);
  }
  std::string path, test;
  if (by_attribute) path = text_argument(c.given, 0, "", "selectattr", c.line);
  if (c.given.size() > first) test = text_argument(c.given, first, "", "select", c.line);
  template_list out;
  for (const template_value& item : c.items()) {
    const template_value v = by_attribute ? c.attribute(item, path) : item;
    const bool is = test.empty() ? is_true(v) : c.run.apply_test(test, v, rest, c.line);
    if (is == keep) out.push_back(item);
  }
  return out;
}

template_value mapped(const filter_call& c) {
  template_list out;
  const template_value* otherwise = c.given.find(c.given.size(), "default");
  if (const template_value* path = c.given.find(c.given.size(), "attribute")) {
    for (const template_value& item : c.items()) {
      template_value v = c.attribute(item, text_of(*path));
      out.push_back(v.is<undefined>() && otherwise != nullptr ? *otherwise : std::move(v));
    }
    return out;
  }
  const std::string& name = text_argument(c.given, 0, "", "map", c.line);
  template_arguments rest{{c.given.values.begin() + 1, c.given.values.end()},
                          {c.given.names.begin() + 1, c.given.names.end()}};
  for (const template_value& item : c.items())
    out.push_back(c.run.apply_filter(name, item, rest, c.line));
  return out;
}

template_value pairs_of(const filter_call& c) {
  template_list out;
  if (const auto* map = c.operand.as<template_map>()) {
    for (const auto& [key, value] : *map)
      out.push_back(template_list{key, value});
  } else if (!c.operand.is<undefined>()) {
    template_fail(errc::format, c.line, "items wants a mapping, not ", kind_of(c.operand));
  }
  c.run.charge(out.size(), 0, c.line);
  return out;
}

template_value sort_items(const filter_call& c) {
  template_list out = c.items();
  const template_value* path = c.given.find(2, "attribute");
  sort_by(out, c, c.flag(0, "reverse"), !c.flag(1, "case_sensitive"),
          [&](const template_value& item) {
            return path != nullptr ? c.attribute(item, text_of(*path)) : item;
          });
  return out;
}

template_value sort_pairs(const filter_call& c) {
  const template_value pairs = pairs_of(c);
  template_list out = *pairs.as<template_list>();
  const template_value* by = c.given.find(1, "by");
  const std::size_t place = by != nullptr && text_of(*by) == "value" ? 1 : 0;
  sort_by(out, c, c.flag(2, "reverse"), !c.flag(0, "case_sensitive"),
          [&](const template_value& pair) { return (*pair.as<template_list>())[place]; });
  return out;
}

template_value unique_items(const filter_call& c) {
  template_list out;
  for (const template_value& item : c.items()) {
    c.run.charge(out.size(), 0, c.line);
    if (std::ranges::none_of(out, [&](const auto& seen) { return are_equal(seen, item); }))
      out.push_back(item);
  }
  return out;
}

template_value extreme(const filter_call& c, bool largest) {
  template_list items = c.items();
  sort_by(items, c, false, true, [](const template_value& item) { return item; });
  if (items.empty()) return undefined{"the extreme of nothing"};
  return largest ? items.back() : items.front();
}

template_value reversed(const filter_call& c) {
  template_list items = c.items();
  std::ranges::reverse(items);
  if (!c.operand.is<std::string>()) return items;
  marked_text out;
  for (const template_value& item : items)
    out.append(*item.as<marked_text>());
  return out;
}

template_value total(const filter_call& c) {
  std::int64_t whole = 0;
  double number = 0;
  bool all_whole = true;
  for (const template_value& item : c.items()) {
    const auto exact = whole_of(item);
    all_whole = all_whole && exact && !__builtin_add_overflow(whole, *exact, &whole);
    number += number_of(item).value_or(0);
  }
  return all_whole ? template_value(whole) : template_value(number);
}

}  // namespace qx::text
