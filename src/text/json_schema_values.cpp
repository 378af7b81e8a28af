// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF: values that are listed, and those that are excluded.
#include "json_characters.hpp"
#include "json_schema_merge.hpp"
#include "json_schema_writer.hpp"

#include <qx/core/message.hpp>
#include <qx/text/unicode.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace qx::text {
namespace {

using type = json_value::type;

bool is_among(const std::vector<json_value>& values, const json_value& wanted) {
  return std::ranges::any_of(
      values, [text = json_text(wanted)](const json_value& v) { return json_text(v) == text; });
}

/// Whether a value is of a type, or of one of a list of them.
bool has_type(const json_value& value, const json_value& wanted) {
  constexpr std::array<std::string_view, 6> names{"null",   "boolean", "number",
                                                  "string", "array",   "object"};
  if (wanted.is(type::array))
    return std::ranges::any_of(wanted.items,
                               [&](const json_value& one) { return has_type(value, one); });
  const bool whole = value.is(type::number) && value.text.find_first_of(".eE") == std::string::npos;
  return wanted.text == names[static_cast<std::size_t>(value.what)] ||
         (wanted.text == "integer" && whole);
}

/// {"type": [all the types but these]}.
json_value types_but(const json_value& excluded) {
  json_value list, out;
  list.what = type::array;
  list.name = "type";
  for (const char* name : {"null", "boolean", "number", "string", "array", "object"}) {
    const bool gone = excluded.is(type::array)
                          ? std::ranges::count(excluded.items, name, &json_value::text) != 0
                          : excluded.text == name;
    if (gone) continue;
    list.items.emplace_back().what = type::string;
    list.items.back().text = name;
  }
  out.what = type::object;
  out.members.push_back(std::move(list));
  return out;
}

}  // namespace

/// Those of the listed values that the type allows.
result<std::string> schema_writer::enumeration(const json_value& schema) {
  const json_value *one = schema.find("const"), *some = schema.find("enum");
  if (some != nullptr && (!some->is(type::array) || some->items.empty()))
    return wrong(*some, "'enum' is a list of values, not empty");
  constexpr std::array<std::string_view, 4> readable{"const", "enum", "format", "type"};
  for (const json_value& member : schema.members)
    if (!std::ranges::count(readable, member.name) && !is_annotation(member.name))
      return wrong(member,
                   message("'", member.name,
                           "' beside listed values is not read: list only those "
                           "that it allows"),
                   errc::unsupported);
  const json_value* const wanted = schema.find("type");
  std::string out;
  for (const json_value& value : one != nullptr ? std::vector{*one} : some->items)
    if ((wanted == nullptr || has_type(value, *wanted)) &&
        (some == nullptr || is_among(some->items, value)))
      (out += out.empty() ? "" : " | ") += gbnf_literal(json_text(value));
  return out.empty() ? text_result(wrong(schema, "none of the listed values fits", nothing_fits))
                     : out;
}

/// `not` of types and of values, which can be left out of a grammar; others cannot.
result<std::string> schema_writer::excluding(const json_value& schema, const json_value& excluded) {
  const json_value rest = without(schema, "not"), negated = without(excluded, "");
  const bool all = excluded.is(type::boolean) ? excluded.truth : negated.members.empty();
  if (all) return wrong(excluded, "no value fits", nothing_fits);
  if (excluded.is(type::boolean)) return body_of(rest);
  const json_value& only = negated.members.front();
  if (negated.members.size() == 1 && (only.name == "const" || only.name == "enum"))
    return excluding_values(rest, only);
  const bool integers = only.is(type::array)
                            ? std::ranges::count(only.items, "integer", &json_value::text) != 0
                            : only.text == "integer";
  if (negated.members.size() != 1 || only.name != "type" || integers)
    return wrong(excluded, "'not' is read of types and of listed values", errc::unsupported);
  const auto both = joined(rest, types_but(only));
  if (!both) return std::unexpected(both.error());
  return body_of(*both);
}

result<std::string> schema_writer::excluding_values(json_value rest, const json_value& excluded) {
  const auto values = excluded.name == "enum" ? excluded.items : std::vector{excluded};
  for (json_value& member : rest.members) {
    if (member.name == "enum")
      std::erase_if(member.items, [&](const json_value& v) { return is_among(values, v); });
    if ((member.name == "enum" && member.items.empty()) ||
        (member.name == "const" && is_among(values, member)))
      return wrong(excluded, "no value fits", nothing_fits);
  }
  if (rest.find("enum") != nullptr || rest.find("const") != nullptr) return body_of(rest);
  const json_value* const wanted = rest.find("type");
  if (rest.members.size() != 1 || wanted == nullptr || wanted->text != "string")
    return wrong(excluded,
                 "'not' of values is read beside a list of them and for strings that "
                 "nothing else restricts",
                 errc::unsupported);
  std::vector<std::string> names;
  for (const json_value& v : values)
    if (v.is(type::string)) names.push_back(v.text);
  return message("\"\\\"\" ", other_strings(names), " \"\\\"\"");
}

result<std::string> schema_writer::or_null(const json_value& schema) {
  const bool wanted = schema.find("nullable")->truth;
  auto body = body_of(without(schema, "nullable"));
  return body && wanted ? text_result(define(*body) + " | null") : body;
}

namespace {

/// Names by their first characters.
struct name_tree {
  std::map<std::string, name_tree> next;  ///< by one character as JSON writes it
  bool ends = false;
};

/// Longer beginnings are not told apart: no other string may begin with one.
constexpr std::size_t longest_beginning = 64;

void insert(name_tree& tree, std::string_view name) {
  name_tree* at = &tree;
  for (std::size_t i = 0, depth = 0; i < name.size(); ++depth) {
    std::size_t end = i + 1;
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
      ++end;
    at = &at->next[std::string(name.substr(i, end - i))];
    if (depth == longest_beginning) return;
    i = end;
  }
  at->ends = true;
}

}  // namespace

/// Strings go along the tree of the names and leave it at some character; from there on anything
/// may follow. What a name may go on with is never written as an escape, which would be another way
/// to spell it.
std::string schema_writer::other_strings(std::span<const std::string> names) {
  name_tree tree;
  for (const std::string& name : names)
    insert(tree, name);
  const auto write = [this](const auto& self, const name_tree& at,
                            std::size_t depth) -> std::string {
    char_ranges taken;
    std::string out;
    for (const auto& [character, below] : at.next) {
      const utf8_step step = read_utf8(character, 0);
      taken.emplace_back(step.code, step.code);
      // What needs an escape is never written here.
      if (json_quoted(character).size() != character.size() + 2 || depth == longest_beginning)
        continue;
      out += message(gbnf_literal(character), ' ', self(self, below, depth + 1), " | ");
    }
    return define(
        message(out, gbnf_characters(all_but(taken)), " char*", at.ends ? "" : " | \"\""));
  };
  return write(write, tree, 0);
}

}  // namespace qx::text
