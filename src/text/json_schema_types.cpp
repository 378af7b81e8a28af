// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF: each type with what restricts it.
#include "json_pattern.hpp"
#include "json_schema_writer.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

namespace qx::text {
namespace {

using type = json_value::type;

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
    return out.empty() ? text_result(wrong("'type' names no type")) : text_result(out);
  }
  if (named != nullptr) return of_type(schema, named->text);
  if (schema.find("properties") != nullptr) return object_of(schema);
  if (schema.find("items") != nullptr || schema.find("prefixItems") != nullptr)
    return array_of(schema);
  if (schema.find("pattern") != nullptr || schema.find("maxLength") != nullptr)
    return string_of(schema);
  return std::string("value");
}

result<std::string> schema_writer::of_type(const json_value& schema, const std::string& name) {
  if (name == "object") return object_of(schema);
  if (name == "array") return array_of(schema);
  if (name == "string") return string_of(schema);
  if (name == "integer") return integer_of(schema);
  if (name == "number") {
    for (const char* key : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
      if (schema.find(key) != nullptr)
        return wrong(message("'", key, "' is read for integers, not for numbers"),
                     errc::unsupported);
    return name;
  }
  if (name == "boolean" || name == "null") return name;
  return wrong(message("there is no type '", name, "'"));
}

result<std::optional<std::int64_t>> schema_writer::whole(const json_value& schema, const char* key,
                                                         std::int64_t least) {
  const json_value* const given = schema.find(key);
  if (given == nullptr) return std::nullopt;
  std::int64_t n = 0;
  const char* const end = given->text.data() + given->text.size();
  const auto [read, problem] = std::from_chars(given->text.data(), end, n);
  if (!given->is(type::number) || problem != std::errc() || read != end || n < least)
    return wrong(message("'", key, "' is no whole number that makes sense"));
  return n;
}

result<std::string> schema_writer::counts(const json_value& schema, const char* least_key,
                                          const char* most_key) {
  const auto least = whole(schema, least_key, 0), most = whole(schema, most_key, 0);
  if (!least) return std::unexpected(least.error());
  if (!most) return std::unexpected(most.error());
  if (*most && least->value_or(0) > **most)
    return wrong(message("'", least_key, "' is more than '", most_key, "'"));
  return message('{', least->value_or(0), ',', *most ? message(**most) : "", '}');
}

result<std::string> schema_writer::string_of(const json_value& schema) {
  if (const auto* pattern = schema.find("pattern")) {
    auto body = gbnf_pattern(pattern->text);
    if (!body) return body;
    return message("\"\\\"\" ", *body, " \"\\\"\"");
  }
  if (const auto* format = schema.find("format")) {
    const std::string_view name = format->text;
    if (name == "date" || name == "time" || name == "uuid")
      return message("\"\\\"\" ", name, " \"\\\"\"");
    if (name == "date-time") return std::string("\"\\\"\" date \"T\" time \"\\\"\"");
  }
  if (schema.find("minLength") == nullptr && schema.find("maxLength") == nullptr)
    return std::string("string");
  auto times = counts(schema, "minLength", "maxLength");
  if (!times) return times;
  return message("\"\\\"\" char", *times, " \"\\\"\"");
}

result<std::string> schema_writer::integer_of(const json_value& schema) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  std::array<std::optional<std::int64_t>, 4> limit;
  constexpr std::array keys{"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto given = whole(schema, keys[i], lowest);
    if (!given) return std::unexpected(given.error());
    limit[i] = *given;
  }
  if (limit[1]) limit[0] = std::max(limit[0].value_or(lowest), *limit[1] + 1);
  if (limit[3]) limit[2] = std::min(limit[2].value_or(-(lowest + 1)), *limit[3] - 1);
  if (!limit[0] && !limit[2]) return std::string("integer");
  if (limit[0] && limit[2] && *limit[0] > *limit[2])
    return wrong("no integer is between 'minimum' and 'maximum'");
  return gbnf_integers(limit[0], limit[2]);
}

result<std::string> schema_writer::array_of(const json_value& schema) {
  std::string first;
  if (const auto* prefix = schema.find("prefixItems")) {
    for (const json_value& one : prefix->items) {
      auto item = rule_of(one);
      if (!item) return item;
      (first += first.empty() ? "" : " \",\" ws ") += *item + " ws";
    }
    if (schema.find("items") == nullptr) return message("\"[\" ws ", first, " \"]\"");
    if (schema.find("items")->is(type::boolean)) return message("\"[\" ws ", first, " \"]\"");
  }
  const auto* items = schema.find("items");
  auto item = items == nullptr ? text_result("value") : rule_of(*items);
  if (!item) return item;
  if (!first.empty()) return message("\"[\" ws ", first, " ( \",\" ws ", *item, " ws )* \"]\"");
  const auto least = whole(schema, "minItems", 0), most = whole(schema, "maxItems", 0);
  if (auto sound = counts(schema, "minItems", "maxItems"); !sound) return sound;
  if (*most && **most == 0) return std::string("\"[\" ws \"]\"");
  const std::int64_t rest = std::max<std::int64_t>(least->value_or(0), 1) - 1;
  const std::string list = message(*item, " ws ( \",\" ws ", *item, " ws ){", rest, ',',
                                   *most ? message(**most - 1) : "", '}');
  return least->value_or(0) == 0 ? message("\"[\" ws ( ", list, " )? \"]\"")
                                 : message("\"[\" ws ", list, " \"]\"");
}

result<std::string> schema_writer::object_of(const json_value& schema) {
  const auto* properties = schema.find("properties");
  const auto* additional = schema.find("additionalProperties");
  const bool more = additional != nullptr ? !additional->is(type::boolean) || additional->truth
                                          : properties == nullptr;
  if (properties == nullptr && additional == nullptr && schema.find("required") == nullptr)
    return std::string("object");
  std::string fresh = "\"\"", going = "\"\"";
  if (more) {
    auto value = additional == nullptr ? text_result("value") : rule_of(*additional);
    if (!value) return value;
    const std::string pair = define(message("string \":\" ws ", *value, " ws"));
    fresh = define(message("( ", pair, " ( \",\" ws ", pair, " )* )?"));
    going = define(message("( \",\" ws ", pair, " )*"));
  }
  std::vector<std::string> required;
  if (const auto* names = schema.find("required"))
    for (const json_value& name : names->items)
      required.push_back(name.text);
  if (properties != nullptr)
    for (auto at = properties->members.rbegin(); at != properties->members.rend(); ++at) {
      auto value = rule_of(*at);
      if (!value) return value;
      const std::string pair =
          define(message(gbnf_literal(json_quoted(at->name)), " \":\" ws ", *value, " ws"));
      const bool needed = std::erase(required, at->name) != 0;
      const std::string next = define(message("\",\" ws ", pair, ' ', going));
      fresh = needed ? define(message(pair, ' ', going))
                     : define(message(pair, ' ', going, " | ", fresh));
      going = needed ? next : define(message(next, " | ", going));
    }
  if (!required.empty())
    return wrong(message("'", required.front(), "' is required, but not among the properties"));
  return message("\"{\" ws ", fresh, " \"}\"");
}

}  // namespace qx::text
