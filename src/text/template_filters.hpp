// SPDX-License-Identifier: MIT
/// \file
/// What filters of templates are made of; those that work on lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <src/text/template_run.hpp>
#include <string>
#include <string_view>

namespace qx::text {

/// One use of a filter.
struct filter_call {
  template_runner& run;
  const template_value& operand;
  const template_arguments& given;
  std::size_t line;

  [[nodiscard]] marked_text text() const {
    marked_text out = marked_of(operand);
    run.charge(0, out.text().size(), line);
    return out;
  }
  [[nodiscard]] template_list items() const {
    template_list out = run.items_of(operand, line);
    run.charge(out.size(), 0, line);
    return out;
  }
  [[nodiscard]] bool flag(std::size_t place, std::string_view name, bool otherwise = false) const {
    const template_value* v = given.find(place, name);
    return v != nullptr ? is_true(*v) : otherwise;
  }
  [[nodiscard]] std::int64_t whole(std::size_t place, std::string_view name,
                                   std::int64_t otherwise) const {
    const template_value* v = given.find(place, name);
    return v != nullptr ? whole_of(*v).value_or(otherwise) : otherwise;
  }
  /// "a.b" of an item.
  [[nodiscard]] template_value attribute(const template_value& item, std::string_view path) const {
    template_value v = item;
    for (;;) {
      const std::size_t dot = path.find('.');
      v = run.member(v, path.substr(0, dot), line);
      if (dot == std::string_view::npos) return v;
      path.remove_prefix(dot + 1);
    }
  }
};

/// The first or the last item.
[[nodiscard]] template_value end_of(const filter_call& c, bool last);
[[nodiscard]] template_value join_items(const filter_call& c);
/// select(test, …), selectattr(attribute, test, …) and their opposites.
[[nodiscard]] template_value chosen(const filter_call& c, bool by_attribute, bool keep);
/// map(attribute="name") or map("filter", …).
[[nodiscard]] template_value mapped(const filter_call& c);
[[nodiscard]] template_value pairs_of(const filter_call& c);
[[nodiscard]] template_value sort_items(const filter_call& c);
[[nodiscard]] template_value sort_pairs(const filter_call& c);
[[nodiscard]] template_value unique_items(const filter_call& c);
/// The smallest or the largest item.
[[nodiscard]] template_value extreme(const filter_call& c, bool largest);
[[nodiscard]] template_value reversed(const filter_call& c);
[[nodiscard]] template_value total(const filter_call& c);

}  // namespace qx::text
