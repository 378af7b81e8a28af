// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF: objects.
#include "json_characters.hpp"
#include "json_schema_writer.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <array>

namespace qx::text {

using type = json_value::type;

/// Members in the order of the schema, others behind them. From each on there are two rules:
/// nothing has been written yet, or something has, and a comma comes first.
result<std::string> schema_writer::object_of(const json_value& schema) {
  auto members = members_of(schema);
  if (!members) return std::unexpected(members.error());
  if (members->empty()) return free_object(schema);
  constexpr std::array<std::string_view, 3> others{"propertyNames", "minProperties",
                                                   "maxProperties"};
  if (auto alone = refuse(schema, "properties", others); !alone)
    return std::unexpected(alone.error());
  std::string fresh = "\"\"", going = "\"\"";
  const json_value* const additional = schema.find("additionalProperties");
  if (additional != nullptr && !(additional->is(type::boolean) && !additional->truth)) {
    auto value = rule_of(*additional);
    if (!value) return value;
    std::vector<std::string> names;
    for (const property& one : *members)
      names.push_back(one.name);
    const std::string pair =
        define(message("\"\\\"\" ", other_strings(names), " \"\\\"\" \":\" ws ", *value, " ws"));
    fresh = define(message("( ", pair, " ( \",\" ws ", pair, " )* )?"));
    going = define(message("( \",\" ws ", pair, " )*"));
  }
  for (auto at = members->rbegin(); at != members->rend(); ++at) {
    auto value = at->schema != nullptr ? rule_of(*at->schema) : text_result("value");
    if (!value) return value;
    const std::string pair =
        define(message(gbnf_literal(json_quoted(at->name)), " \":\" ws ", *value, " ws"));
    const std::string next = define(message("\",\" ws ", pair, ' ', going));
    fresh = define(message(pair, ' ', going, at->required ? "" : " | " + fresh));
    going = at->required ? next : define(message(next, " | ", going));
  }
  return message("\"{\" ws ", fresh, " \"}\"");
}

/// The properties, and what is required beside them.
result<std::vector<schema_writer::property>>
schema_writer::members_of(const json_value& schema) const {
  std::vector<property> out;
  if (const auto* properties = schema.find("properties"))
    for (const json_value& one : properties->members)
      out.push_back({one.name, &one, false});
  const auto* names = schema.find("required");
  if (names == nullptr) return out;
  for (const json_value& name : names->items) {
    const auto known = std::ranges::find(out, name.text, &property::name);
    if (known != out.end()) {
      known->required = true;
      continue;
    }
    const json_value* const additional = schema.find("additionalProperties");
    if (additional != nullptr && additional->is(type::boolean) && !additional->truth)
      return wrong(name, message("'", name.text, "' is required, but not among the properties"),
                   nothing_fits);
    out.push_back({name.text, additional, true});
  }
  return out;
}

/// An object of which no member is named.
result<std::string> schema_writer::free_object(const json_value& schema) {
  const auto *additional = schema.find("additionalProperties"),
             *names = schema.find("propertyNames");
  const auto times = counts_of(schema, "minProperties", "maxProperties");
  if (!times) return std::unexpected(times.error());
  const bool closed = additional != nullptr ? additional->is(type::boolean) && !additional->truth
                                            : schema.find("properties") != nullptr;
  if (closed && times->least > 0)
    return wrong(schema, "no member is allowed, but some are wanted", nothing_fits);
  if (closed) return std::string("\"{\" ws \"}\"");
  auto value = additional != nullptr ? rule_of(*additional) : text_result("value");
  if (!value) return value;
  auto name = names != nullptr ? name_of(*names) : text_result("string");
  if (!name) return name;
  const std::string pair = define(message(*name, " \":\" ws ", *value, " ws"));
  return message("\"{\" ws ", separated(pair, *times, false), " \"}\"");
}

/// A schema of names is one of strings, whether it says so or not.
result<std::string> schema_writer::name_of(const json_value& names) {
  json_value strings;
  strings.what = type::object;
  strings.members.emplace_back().what = type::string;
  strings.members.back().name = "type";
  strings.members.back().text = "string";
  const auto both = joined(names, strings);
  if (!both) return std::unexpected(both.error());
  return rule_of(*both);
}

}  // namespace qx::text
