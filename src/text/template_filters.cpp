// SPDX-License-Identifier: MIT
/// \file
/// Filters of templates: value | name(arguments).
#include <algorithm>
#include <charconv>
#include <cmath>
#include <src/text/template_filters.hpp>
#include <src/text/template_strings.hpp>
#include <utility>

namespace qx::text {

namespace {

using undefined = template_value::undefined;

using filter = template_value (*)(const filter_call&);

template_value length_of(const filter_call& c) {
  std::size_t n = 0;
  if (const auto* text = c.operand.as<std::string>()) {
    c.run.charge(0, text->size(), c.line);
    n = character_count(*text);
  } else if (const auto* map = c.operand.as<template_map>()) {
    n = map->size();
  } else if (const auto* list = c.operand.as<template_list>()) {
    n = list->size();
  } else if (!c.operand.is<undefined>()) {
    template_fail(errc::format, c.line, kind_of(c.operand), " has no length");
  }
  return static_cast<std::int64_t>(n);
}

template_value or_default(const filter_call& c) {
  const template_value* otherwise = c.given.find(0, "default_value");
  const bool lacking = c.operand.is<undefined>() || (c.flag(1, "boolean") && !is_true(c.operand));
  if (!lacking) return c.operand;
  return otherwise != nullptr ? *otherwise : template_value("");
}

template_value indented(const filter_call& c) {
  const std::string margin(
      static_cast<std::size_t>(std::clamp<std::int64_t>(c.whole(0, "width", 4), 0, 1000)), ' ');
  const bool blank = c.flag(2, "blank");
  marked_text out(c.flag(1, "first") ? margin : "");
  const marked_text whole = c.text();
  const std::string_view text = whole.text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.append(whole.part(text.substr(at, end - at)));
    at = end;
    if (text[end - 1] != '\n' || !(blank || (at < text.size() && text[at] != '\n'))) continue;
    c.run.charge(0, margin.size(), c.line);
    out.append(margin);
  }
  return out;
}

template_value to_whole(const filter_call& c) {
  if (const auto number = number_of(c.operand); number && std::abs(*number) < 9e18)
    return static_cast<std::int64_t>(*number);
  std::int64_t value = 0;
  const std::string text(trimmed(c.text().text(), nullptr));
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && !text.empty() ? value : c.whole(0, "default", 0);
}

template_value to_number(const filter_call& c) {
  if (const auto number = number_of(c.operand)) return *number;
  double value = 0;
  const std::string text(trimmed(c.text().text(), nullptr));
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

template_value rounded(const filter_call& c) {
  const double scale = std::pow(10.0, static_cast<double>(c.whole(0, "precision", 0)));
  return std::round(number_of(c.operand).value_or(0) * scale) / scale;
}

template_value absolute(const filter_call& c) {
  if (const auto whole = whole_of(c.operand); whole && *whole != INT64_MIN) return std::abs(*whole);
  return std::abs(number_of(c.operand).value_or(0));
}

template_value replace_text(const filter_call& c) {
  const std::string& what = text_argument(c.given, 0, "old", "replace", c.line);
  const marked_text& by = marked_argument(c.given, 1, "new", "replace", c.line);
  const marked_text text = c.text();
  c.run.charge(
      0, (text.text().size() + 1) * (by.text().size() + 1) / std::max<std::size_t>(what.size(), 1),
      c.line);
  return replaced(text, what, by, static_cast<std::size_t>(c.whole(2, "count", -1)));
}

template_value to_json(const filter_call& c) {
  const template_value* indent = c.given.find(0, "indent");
  const auto width = indent != nullptr ? whole_of(*indent) : std::nullopt;
  std::string out =
      width ? json_of(c.operand, static_cast<std::size_t>(std::clamp<std::int64_t>(*width, 0, 100)))
            : json_of(c.operand);
  c.run.charge(0, out.size(), c.line);
  return marked_text(std::move(out), is_foreign(c.operand));
}

template_value trimmed_text(const filter_call& c) {
  const marked_text text = c.text();
  return text.part(trimmed(text.text(), c.given.find(0, "chars")));
}

template_value in_case(const filter_call& c, std::string (*as)(std::string_view)) {
  const marked_text text = c.text();
  return text.respelt(as(text.text()));
}

constexpr std::pair<std::string_view, filter> known_filters[] = {
    {"trim", trimmed_text},
    {"length", length_of},
    {"count", length_of},
    {"tojson", to_json},
    {"join", join_items},
    {"upper", [](auto& c) { return in_case(c, upper_ascii); }},
    {"lower", [](auto& c) { return in_case(c, lower_ascii); }},
    {"title", [](auto& c) { return in_case(c, title_ascii); }},
    {"capitalize", [](auto& c) { return in_case(c, capital_ascii); }},
    {"first", [](auto& c) { return end_of(c, false); }},
    {"last", [](auto& c) { return end_of(c, true); }},
    {"default", or_default},
    {"d", or_default},
    {"select", [](auto& c) { return chosen(c, false, true); }},
    {"reject", [](auto& c) { return chosen(c, false, false); }},
    {"selectattr", [](auto& c) { return chosen(c, true, true); }},
    {"rejectattr", [](auto& c) { return chosen(c, true, false); }},
    {"map", mapped},
    {"list", [](auto& c) { return template_value(c.items()); }},
    {"string", [](auto& c) { return template_value(c.text()); }},
    {"safe", [](auto& c) { return c.operand; }},
    {"items", pairs_of},
    {"dictsort", sort_pairs},
    {"sort", sort_items},
    {"unique", unique_items},
    {"min", [](auto& c) { return extreme(c, false); }},
    {"max", [](auto& c) { return extreme(c, true); }},
    {"sum", total},
    {"reverse", reversed},
    {"indent", indented},
    {"int", to_whole},
    {"float", to_number},
    {"round", rounded},
    {"abs", absolute},
    {"replace", replace_text},
};

}  // namespace

template_value template_runner::apply_filter(std::string_view name, const template_value& operand,
                                             const template_arguments& given, std::size_t line) {
  const auto found =
      std::ranges::find(known_filters, name, &std::pair<std::string_view, filter>::first);
  if (found == std::ranges::end(known_filters))
    template_fail(errc::unsupported, line, "there is no filter '", name, "'");
  return found->second({*this, operand, given, line});
}

}  // namespace qx::text
