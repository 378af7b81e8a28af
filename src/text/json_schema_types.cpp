// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF: each type with what restricts it.
#include "json_characters.hpp"
#include "json_pattern.hpp"
#include "json_schema_merge.hpp"
#include "json_schema_writer.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <array>

namespace qx::text {
namespace {

using type = json_value::type;

/// The type that a schema without one is about: of the values that fit, those are written.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> told_by{{
    {"properties", "object"},
    {"additionalProperties", "object"},
    {"required", "object"},
    {"propertyNames", "object"},
    {"minProperties", "object"},
    {"maxProperties", "object"},
    {"items", "array"},
    {"prefixItems", "array"},
    {"minItems", "array"},
    {"maxItems", "array"},
    {"pattern", "string"},
    {"minLength", "string"},
    {"maxLength", "string"},
    {"minimum", "number"},
    {"maximum", "number"},
    {"format", "string"},
}};

}  // namespace

result<std::string> schema_writer::by_type(const json_value& schema) {
  const auto* named = schema.find("type");
  if (named != nullptr && named->is(type::array)) {
    std::string out;
    for (const json_value& one : named->items) {
      auto body = of_type(schema, one.text);
      if (!body) return body;
      (out += out.empty() ? "" : " | ") += define(*body);
    }
    return out.empty() ? text_result(wrong(*named, "'type' names no type")) : out;
  }
  if (named != nullptr) return of_type(schema, named->text);
  for (const auto& [keyword, about] : told_by)
    if (schema.find(keyword) != nullptr) return of_type(schema, std::string(about));
  const bool numbers =
      schema.find("exclusiveMinimum") != nullptr || schema.find("exclusiveMaximum") != nullptr;
  return numbers ? number_of(schema, false) : std::string("value");
}

result<std::string> schema_writer::of_type(const json_value& schema, const std::string& name) {
  if (name == "object") return object_of(schema);
  if (name == "array") return array_of(schema);
  if (name == "string") return string_of(schema);
  if (name == "integer" || name == "number") return number_of(schema, name == "integer");
  if (name == "boolean" || name == "null") return name;
  return wrong(schema, message("there is no type '", name, "'"));
}

result<void> schema_writer::refuse(const json_value& schema, std::string_view beside,
                                   std::span<const std::string_view> keywords) const {
  for (const std::string_view keyword : keywords)
    if (const auto* found = schema.find(keyword))
      return wrong(*found, message("'", keyword, "' beside '", beside, "' is not read"),
                   errc::unsupported);
  return {};
}

result<std::optional<std::int64_t>> schema_writer::count(const json_value& schema,
                                                         std::string_view key) const {
  const json_value* const given = schema.find(key);
  if (given == nullptr) return std::nullopt;
  const auto n = given->is(type::number) ? parse_decimal(given->text) : std::nullopt;
  if (!n || n->negative || !n->fraction.empty() || n->whole.size() > 9)
    return wrong(*given, message("'", key, "' is a whole number that counts something"));
  return std::stoll(n->whole);
}

result<schema_writer::counts> schema_writer::counts_of(const json_value& schema,
                                                       std::string_view least_key,
                                                       std::string_view most_key) const {
  const auto least = count(schema, least_key), most = count(schema, most_key);
  if (!least) return std::unexpected(least.error());
  if (!most) return std::unexpected(most.error());
  if (*most && least->value_or(0) > **most)
    return wrong(schema, message("'", least_key, "' is more than '", most_key, "'"));
  return counts{least->value_or(0), *most};
}

std::string schema_writer::separated(std::string_view item, counts times, bool begun) {
  if (times.most && *times.most <= 0) return "\"\"";
  const auto more = [&](std::int64_t least, std::int64_t taken) {
    return message("( \",\" ws ", item, " ){", least, ',',
                   times.most ? message(*times.most - taken) : "", '}');
  };
  if (begun) return more(std::max<std::int64_t>(times.least, 0), 0);
  const std::string list = message(item, ' ', more(std::max<std::int64_t>(times.least, 1) - 1, 1));
  return times.least <= 0 ? message("( ", list, " )?") : list;
}

result<std::string> schema_writer::string_of(const json_value& schema) {
  constexpr std::array<std::string_view, 9> formats{
      "date", "time", "date-time", "uuid", "email", "hostname", "ipv4", "ipv6", "uri"};
  constexpr std::array<std::string_view, 3> others{"minLength", "maxLength", "format"};
  if (const auto* pattern = schema.find("pattern")) {
    if (auto alone = refuse(schema, "pattern", others); !alone)
      return std::unexpected(alone.error());
    auto body = gbnf_pattern(pattern->text);
    if (!body) return wrong(*pattern, body.error().message, body.error().code);
    return message("\"\\\"\" ", *body, " \"\\\"\"");
  }
  // Other formats say what a string means, not how it is written.
  if (const auto* format = schema.find("format");
      format != nullptr && std::ranges::count(formats, format->text) != 0) {
    if (auto alone = refuse(schema, "format", std::span(others).first(2)); !alone)
      return std::unexpected(alone.error());
    return message("\"\\\"\" ", format->text, " \"\\\"\"");
  }
  const auto times = counts_of(schema, "minLength", "maxLength");
  if (!times) return std::unexpected(times.error());
  if (times->least == 0 && !times->most) return std::string("string");
  return message("\"\\\"\" char{", times->least, ',', times->most ? message(*times->most) : "",
                 "} \"\\\"\"");
}

/// OpenAPI writes exclusive limits as true beside the limit; JSON Schema as numbers of their own.
result<std::optional<number_limit>> schema_writer::limit_of(const json_value& schema,
                                                            std::string_view key,
                                                            std::string_view open_key) const {
  const json_value *closed = schema.find(key), *open = schema.find(open_key);
  const bool flag = open != nullptr && open->is(type::boolean);
  std::optional<number_limit> out;
  const bool least = key == "minimum";
  for (const json_value* given : {closed, flag ? nullptr : open}) {
    if (given == nullptr) continue;
    const auto at = given->is(type::number) ? parse_decimal(given->text) : std::nullopt;
    if (!at)
      return wrong(*given, message("'", given->name,
                                   "' is a number of up to 18 digits before the "
                                   "point and behind it"));
    const number_limit limit{*at, given == open || (flag && open->truth)};
    const bool tighter = !out || (least ? out->at < *at : *at < out->at) || out->at == *at;
    if (tighter) out = limit;
  }
  return out;
}

result<std::string> schema_writer::number_of(const json_value& schema, bool whole) {
  const auto least = limit_of(schema, "minimum", "exclusiveMinimum"),
             most = limit_of(schema, "maximum", "exclusiveMaximum");
  if (!least) return std::unexpected(least.error());
  if (!most) return std::unexpected(most.error());
  if (!*least && !*most) return std::string(whole ? "integer" : "number");
  const number_range range{*least, *most};
  auto body = whole ? gbnf_integers(range) : gbnf_numbers(range);
  if (!body) return wrong(schema, "no number is between the limits", nothing_fits);
  return *body;
}

/// The first items by 'prefixItems', all of them unless 'minItems' asks for fewer, then the others.
result<std::string> schema_writer::array_of(const json_value& schema) {
  const auto *prefix = schema.find("prefixItems"), *items = schema.find("items");
  const auto first = static_cast<std::int64_t>(prefix != nullptr ? prefix->items.size() : 0);
  auto times = counts_of(schema, "minItems", "maxItems");
  if (!times) return std::unexpected(times.error());
  const bool closed = items != nullptr ? items->is(type::boolean) && !items->truth : first > 0;
  if (closed) times->most = std::min(times->most.value_or(first), first);
  if (closed && times->least > first)
    return wrong(schema, "there are fewer items than 'minItems'", nothing_fits);
  if (prefix != nullptr && schema.find("minItems") == nullptr)
    times->least = std::min(first, times->most.value_or(first));
  std::string rest = "\"\"";
  if (!closed && times->most.value_or(first + 1) > first) {
    auto item = items == nullptr ? text_result("value") : rule_of(*items);
    if (!item) return item;
    const counts left{times->least - first,
                      times->most ? std::optional(*times->most - first) : std::nullopt};
    rest = separated(*item + " ws", left, first > 0);
  }
  for (std::int64_t i = std::min(first, times->most.value_or(first)); i-- > 0;) {
    auto item = rule_of(prefix->items[static_cast<std::size_t>(i)]);
    if (!item) return item;
    rest = define(
        message(i > 0 ? "\",\" ws " : "", *item, " ws ", rest, i >= times->least ? " | \"\"" : ""));
  }
  return message("\"[\" ws ", rest, " \"]\"");
}

}  // namespace qx::text
