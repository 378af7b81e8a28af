// SPDX-License-Identifier: MIT
#include "json_range.hpp"
#include "json_schema_merge.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace qx::text {
namespace {

using type = json_value::type;

constexpr std::size_t most_alternatives = 1000;

/// What became of a keyword that both schemas have.
enum class merging : std::uint8_t { done, nothing_fits, not_known };

json_value list_of(std::string_view name, std::vector<json_value> items) {
  json_value list;
  list.what = type::array;
  list.name = name;
  list.items = std::move(items);
  return list;
}

/// {"allOf": [a, b]}, under the name and at the place of the first.
json_value all_of(const json_value& a, const json_value& b) {
  json_value out;
  out.what = type::object;
  out.name = a.name;
  out.place = a.place;
  out.members.push_back(list_of("allOf", {a, b}));
  return out;
}

bool contains(const std::vector<json_value>& values, const json_value& wanted) {
  return std::ranges::any_of(
      values, [&](const json_value& v) { return json_text(v) == json_text(wanted); });
}

merging tighter(json_value& held, const json_value& more, bool larger) {
  const auto a = parse_decimal(held.text), b = parse_decimal(more.text);
  if (!held.is(type::number) || !more.is(type::number) || !a || !b) return merging::not_known;
  if (larger ? *a < *b : *b < *a) held.text = more.text;
  return merging::done;
}

merging both_types(json_value& held, const json_value& more) {
  const auto names = [](const json_value& v) {
    return v.is(type::array) ? v.items : std::vector{v};
  };
  const auto has = [](const std::vector<json_value>& list, std::string_view name) {
    return std::ranges::find(list, name, &json_value::text) != list.end();
  };
  std::vector<json_value> common;
  const auto a = names(held), b = names(more);
  for (const auto& [mine, others] : {std::pair(&a, &b), std::pair(&b, &a)})
    for (const json_value& one : *mine)
      // An integer is a number, too.
      if (!has(common, one.text) &&
          (has(*others, one.text) || (one.text == "integer" && has(*others, "number"))))
        common.push_back(one);
  if (common.empty()) return merging::nothing_fits;
  held = list_of(held.name, std::move(common));
  return merging::done;
}

merging both_enums(json_value& held, const json_value& more) {
  std::erase_if(held.items, [&](const json_value& v) { return !contains(more.items, v); });
  return held.items.empty() ? merging::nothing_fits : merging::done;
}

merging either_list(json_value& held, const json_value& more) {
  for (const json_value& v : more.items)
    if (!contains(held.items, v)) held.items.push_back(v);
  return merging::done;
}

merging both_schemas(json_value& held, const json_value& more) {
  held = all_of(held, more);
  return merging::done;
}

merging each_with_each(json_value& held, const json_value& more) {
  if (held.items.size() * more.items.size() > most_alternatives) return merging::not_known;
  std::vector<json_value> pairs;
  for (const json_value& a : held.items)
    for (const json_value& b : more.items)
      pairs.push_back(all_of(a, b));
  held.items = std::move(pairs);
  return merging::done;
}

using merge = merging (*)(json_value&, const json_value&);
constexpr merge larger = [](json_value& a, const json_value& b) { return tighter(a, b, true); };
constexpr merge smaller = [](json_value& a, const json_value& b) { return tighter(a, b, false); };
constexpr std::array<std::pair<std::string_view, merge>, 18> merges{{
    {"additionalProperties", both_schemas},
    {"allOf", either_list},
    {"anyOf", each_with_each},
    {"enum", both_enums},
    {"exclusiveMaximum", smaller},
    {"exclusiveMinimum", larger},
    {"items", both_schemas},
    {"maxItems", smaller},
    {"maxLength", smaller},
    {"maxProperties", smaller},
    {"maximum", smaller},
    {"minItems", larger},
    {"minLength", larger},
    {"minProperties", larger},
    {"minimum", larger},
    {"oneOf", each_with_each},
    {"required", either_list},
    {"type", both_types},
}};

/// Properties of one schema as they are left by the other's additionalProperties.
void add_properties(json_value& out, const json_value& mine, const json_value& other) {
  const json_value *properties = mine.find("properties"),
                   *limit = other.find("additionalProperties");
  const json_value* const others = other.find("properties");
  if (properties == nullptr) return;
  for (const json_value& one : properties->members) {
    const json_value* const same = others != nullptr ? others->find(one.name) : nullptr;
    if (out.find(one.name) != nullptr) continue;
    if (same != nullptr)
      out.members.push_back(all_of(one, *same));
    else if (limit == nullptr || (limit->is(type::boolean) && limit->truth))
      out.members.push_back(one);
    else if (!limit->is(type::boolean))
      out.members.push_back(all_of(one, *limit));
  }
}

}  // namespace

bool is_annotation(std::string_view keyword) {
  constexpr std::array known{
      "$anchor",         "$comment",         "$defs",         "$id",      "$schema",
      "contentEncoding", "contentMediaType", "contentSchema", "default",  "definitions",
      "deprecated",      "description",      "example",       "examples", "readOnly",
      "title",           "writeOnly"};
  return keyword.starts_with("x-") || std::ranges::count(known, keyword) != 0;
}

json_value without(const json_value& schema, std::string_view keyword) {
  json_value out = schema;
  std::erase_if(out.members,
                [&](const json_value& v) { return v.name == keyword || is_annotation(v.name); });
  return out;
}

result<json_value> both_of(const json_value& a, const json_value& b) {
  if (b.is(type::boolean)) return b.truth ? a : b;
  if (a.is(type::boolean)) return a.truth ? b : a;
  json_value out = a;
  json_value properties;
  properties.what = type::object;
  properties.name = "properties";
  add_properties(properties, a, b);
  add_properties(properties, b, a);
  std::erase_if(out.members, [](const json_value& v) { return v.name == "properties"; });
  if (a.find("properties") != nullptr || b.find("properties") != nullptr)
    out.members.push_back(std::move(properties));
  for (const json_value& more : b.members) {
    if (more.name == "properties") continue;
    const auto held = std::ranges::find(out.members, more.name, &json_value::name);
    if (held == out.members.end()) {
      out.members.push_back(more);
      continue;
    }
    if (is_annotation(more.name) || json_text(*held) == json_text(more)) continue;
    const auto how =
        std::ranges::find(merges, more.name, &std::pair<std::string_view, merge>::first);
    const merging became = how == merges.end()
                               ? more.name == "const" ? merging::nothing_fits : merging::not_known
                               : how->second(*held, more);
    if (became == merging::not_known)
      return fail(errc::unsupported,
                  message("'", more.name,
                          "' stands in two schemas that must both hold, and the two "
                          "cannot be joined"));
    if (became == merging::nothing_fits) {
      json_value never;
      never.what = type::boolean;
      never.place = out.place;
      never.name = out.name;
      return never;
    }
  }
  return out;
}

}  // namespace qx::text
