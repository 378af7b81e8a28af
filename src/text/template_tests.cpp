// SPDX-License-Identifier: MIT
/// \file
/// Tests of templates, value is name(argument), and comparisons, which are tests by another name.
#include <algorithm>
#include <src/text/template_run.hpp>
#include <src/text/template_strings.hpp>

namespace qx::text {

namespace {

using value = template_value;

struct test_call {
  template_runner& run;
  const value& operand;
  const template_arguments& given;
  std::size_t line;

  [[nodiscard]] const value& other() const {
    if (given.size() == 0) template_fail(errc::format, line, "a test lacks its argument");
    return given.values[0];
  }
  [[nodiscard]] std::partial_ordering order() const {
    const auto found = order_of(operand, other());
    if (found) return *found;
    template_fail(errc::format, line, kind_of(operand), " and ", kind_of(other()),
                  " have no order");
  }
  [[nodiscard]] std::int64_t remainder(std::int64_t by) const {
    const auto whole = whole_of(operand);
    if (!whole || by == 0) template_fail(errc::format, line, "a test wants a whole number");
    return by == -1 ? 0 : *whole % by;
  }
};

using test = bool (*)(const test_call&);

bool equal(const test_call& c) {
  if (const auto* text = c.operand.as<std::string>()) c.run.charge(0, text->size(), c.line);
  return are_equal(c.operand, c.other());
}

bool is_in(const test_call& c) {
  const value& where = c.other();
  if (const auto* text = where.as<std::string>()) {
    const auto* part = c.operand.as<std::string>();
    if (part == nullptr)
      template_fail(errc::format, c.line, kind_of(c.operand), " cannot be in a string");
    c.run.charge(0, text->size(), c.line);
    return text->find(*part) != std::string::npos;
  }
  if (const auto* map = where.as<template_map>()) return find_entry(*map, c.operand) != nullptr;
  const template_list items = c.run.items_of(where, c.line);
  c.run.charge(items.size(), 0, c.line);
  return std::ranges::any_of(items, [&](const value& item) { return are_equal(item, c.operand); });
}

bool has_case(const test_call& c, std::string (*as)(std::string_view)) {
  const std::string text = text_of(c.operand);
  c.run.charge(0, text.size(), c.line);
  return text == as(text) && lower_ascii(text) != upper_ascii(text);
}

bool is_sequence(const value& v) {
  return v.is<template_list>() || v.is<template_map>() || v.is<std::string>();
}

bool less(const test_call& c) { return c.order() < 0; }
bool greater(const test_call& c) { return c.order() > 0; }
bool at_most(const test_call& c) { return c.order() <= 0; }
bool at_least(const test_call& c) { return c.order() >= 0; }
bool differs(const test_call& c) { return !equal(c); }

constexpr std::pair<std::string_view, test> known_tests[] = {
    {"==", equal},
    {"!=", differs},
    {"<", less},
    {"<=", at_most},
    {">", greater},
    {">=", at_least},
    {"in", is_in},
    {"not in", [](auto& c) { return !is_in(c); }},
    {"defined", [](auto& c) { return !c.operand.template is<value::undefined>(); }},
    {"undefined", [](auto& c) { return c.operand.template is<value::undefined>(); }},
    {"none", [](auto& c) { return c.operand.template is<value::none>(); }},
    {"string", [](auto& c) { return c.operand.template is<std::string>(); }},
    {"mapping", [](auto& c) { return c.operand.template is<template_map>(); }},
    {"iterable", [](auto& c) { return is_sequence(c.operand); }},
    {"sequence", [](auto& c) { return is_sequence(c.operand); }},
    {"number", [](auto& c) { return c.operand.is_number(); }},
    {"integer", [](auto& c) { return c.operand.template is<std::int64_t>(); }},
    {"float", [](auto& c) { return c.operand.template is<double>(); }},
    {"boolean", [](auto& c) { return c.operand.template is<bool>(); }},
    {"true", [](auto& c) { return c.operand.template is<bool>() && is_true(c.operand); }},
    {"false", [](auto& c) { return c.operand.template is<bool>() && !is_true(c.operand); }},
    {"callable", [](auto& c) { return c.operand.template is<value::function>(); }},
    {"odd", [](auto& c) { return c.remainder(2) != 0; }},
    {"even", [](auto& c) { return c.remainder(2) == 0; }},
    {"divisibleby", [](auto& c) { return c.remainder(whole_of(c.other()).value_or(0)) == 0; }},
    {"equalto", equal},
    {"eq", equal},
    {"sameas", equal},
    {"ne", differs},
    {"lt", less},
    {"lessthan", less},
    {"le", at_most},
    {"gt", greater},
    {"greaterthan", greater},
    {"ge", at_least},
    {"lower", [](auto& c) { return has_case(c, lower_ascii); }},
    {"upper", [](auto& c) { return has_case(c, upper_ascii); }},
};

}  // namespace

bool template_runner::apply_test(std::string_view name, const template_value& operand,
                                 const template_arguments& given, std::size_t line) {
  const auto found =
      std::ranges::find(known_tests, name, &std::pair<std::string_view, test>::first);
  if (found == std::ranges::end(known_tests))
    template_fail(errc::unsupported, line, "there is no test '", name, "'");
  return found->second({*this, operand, given, line});
}

}  // namespace qx::text
