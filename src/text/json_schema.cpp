// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF: references and combinations of schemas.
#include "json_pattern.hpp"
#include "json_schema_writer.hpp"

#include <qx/core/message.hpp>
#include <qx/text/grammar.hpp>

#include <algorithm>
#include <array>
#include <ranges>

namespace qx::text {
namespace {

using type = json_value::type;

/// What the rules of every schema are written with. White space is bounded, so that no model can
/// write it for ever.
constexpr std::string_view common_rules = R"gbnf(
ws ::= ( " " | "\n" [ \t]{0,20} )?
char ::= [^"\\\x7F\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} )
string ::= "\"" char* "\""
boolean ::= "true" | "false"
null ::= "null"
integer ::= "-"? ( "0" | [1-9] [0-9]{0,15} )
number ::= integer ( "." [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,3} )?
value ::= object | array | string | number | boolean | null
object ::= "{" ws ( pair ( "," ws pair )* )? "}"
pair ::= string ":" ws value ws
array ::= "[" ws ( value ws ( "," ws value ws )* )? "]"
date ::= [0-9]{4} "-" ( "0" [1-9] | "1" [0-2] ) "-" ( "0" [1-9] | [12] [0-9] | "3" [01] )
time ::= ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] ":" [0-5] [0-9] ( "." [0-9]{1,9} )? ( "Z" | [-+] ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] )
uuid ::= [0-9a-fA-F]{8} ( "-" [0-9a-fA-F]{4} ){3} "-" [0-9a-fA-F]{12}
)gbnf";

/// Keywords that say something about a text but restrict nothing, and those that are read where
/// they belong.
constexpr std::array known_keywords{"$comment",
                                    "$defs",
                                    "$id",
                                    "$ref",
                                    "$schema",
                                    "additionalProperties",
                                    "allOf",
                                    "anyOf",
                                    "const",
                                    "default",
                                    "definitions",
                                    "deprecated",
                                    "description",
                                    "enum",
                                    "examples",
                                    "exclusiveMaximum",
                                    "exclusiveMinimum",
                                    "format",
                                    "items",
                                    "maxItems",
                                    "maxLength",
                                    "maximum",
                                    "minItems",
                                    "minLength",
                                    "minimum",
                                    "oneOf",
                                    "pattern",
                                    "prefixItems",
                                    "properties",
                                    "readOnly",
                                    "required",
                                    "title",
                                    "type",
                                    "writeOnly"};

}  // namespace

result<std::string> schema_writer::write() {
  auto start = rule_of(root_);
  if (!start) return start;
  return message("root ::= ws ", *start, " ws\n", rules_, common_rules.substr(1));
}

std::unexpected<error> schema_writer::wrong(std::string_view sentence, errc code) {
  return fail(code, message("the JSON schema: ", sentence));
}

result<std::string> schema_writer::rule_of(const json_value& schema) {
  auto body = body_of(schema);
  if (!body) return body;
  return define(*body);
}

std::string schema_writer::define(std::string_view body) {
  const std::string name = message("s", count_++);
  rules_ += message(name, " ::= ", body, '\n');
  return name;
}

result<std::string> schema_writer::body_of(const json_value& schema) {
  if (schema.is(type::boolean) && schema.truth) return std::string("value");
  if (!schema.is(type::object)) return wrong("a schema is an object, or true");
  for (const std::string& key : std::views::transform(schema.members, &json_value::name))
    if (!std::ranges::count(known_keywords, key))
      return wrong(message("the keyword '", key, "' is not known here"), errc::unsupported);
  if (const auto* ref = schema.find("$ref")) return reference(*ref);
  if (const auto* all = schema.find("allOf")) return merged(schema, *all);
  for (const char* key : {"oneOf", "anyOf"})
    if (const auto* any = schema.find(key)) return alternatives(*any, key);
  if (const auto* one = schema.find("const")) return gbnf_literal(json_text(*one));
  if (const auto* some = schema.find("enum")) return enumeration(*some);
  return by_type(schema);
}

result<std::string> schema_writer::alternatives(const json_value& any, std::string_view key) {
  if (!any.is(type::array) || any.items.empty())
    return wrong(message("'", key, "' is a list of schemas, not empty"));
  std::string out;
  for (const json_value& one : any.items) {
    auto name = rule_of(one);
    if (!name) return name;
    (out += out.empty() ? "" : " | ") += *name;
  }
  return out;
}

result<std::string> schema_writer::enumeration(const json_value& some) {
  if (!some.is(type::array) || some.items.empty())
    return wrong("'enum' is a list of values, not empty");
  std::string out;
  for (const json_value& one : some.items)
    (out += out.empty() ? "" : " | ") += gbnf_literal(json_text(one));
  return out;
}

result<std::string> schema_writer::reference(const json_value& ref) {
  if (!ref.is(type::string) || !ref.text.starts_with('#'))
    return wrong("'$ref' must begin with '#': only this document is read", errc::unsupported);
  const auto [known, fresh] = references_.try_emplace(ref.text, message("r", references_.size()));
  const std::string name = known->second;
  if (!fresh) return name;
  const json_value* at = &root_;
  std::string_view path = std::string_view(ref.text).substr(1);
  while (!path.empty() && at != nullptr) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    at = at->find(part);
  }
  if (at == nullptr) return wrong(message("there is nothing at '", ref.text, "'"));
  auto body = body_of(*at);
  if (!body) return body;
  rules_ += message(name, " ::= ", *body, '\n');
  return name;
}

result<std::string> schema_writer::merged(const json_value& schema, const json_value& all) {
  if (!all.is(type::array)) return wrong("'allOf' is a list of schemas");
  json_value whole;
  whole.what = type::object;
  const auto put = [&](const json_value& value) {
    const auto known = std::ranges::find(whole.members, value.name, &json_value::name);
    if (known == whole.members.end()) {
      whole.members.push_back(value);
      return;
    }
    json_value& held = *known;
    held.members.insert(held.members.end(), value.members.begin(), value.members.end());
    held.items.insert(held.items.end(), value.items.begin(), value.items.end());
  };
  for (const json_value& value : schema.members)
    if (value.name != "allOf") put(value);
  for (const json_value& part : all.items) {
    const json_value* one = &part;
    if (const auto* ref = part.find("$ref"); ref != nullptr && ref->text.starts_with("#/")) {
      one = &root_;
      for (std::string_view path = std::string_view(ref->text).substr(2); one && !path.empty();) {
        const std::string_view name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(name.size() + 1, path.size()));
        one = one->find(name);
      }
      if (one == nullptr) return wrong(message("there is nothing at '", ref->text, "'"));
    }
    if (!one->is(type::object)) return wrong("'allOf' is a list of schemas");
    if (one->find("allOf") != nullptr || one->find("anyOf") != nullptr ||
        one->find("oneOf") != nullptr)
      return wrong("alternatives inside 'allOf' are not read", errc::unsupported);
    for (const json_value& value : one->members)
      put(value);
  }
  return body_of(whole);
}
result<std::string> grammar_of_schema(std::string_view json_schema) {
  const auto schema = parse_json(json_schema);
  if (!schema) return std::unexpected(schema.error());
  return schema_writer(*schema).write();
}

}  // namespace qx::text
