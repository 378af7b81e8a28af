// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF: references and combinations of schemas.
#include "json_characters.hpp"
#include "json_schema_merge.hpp"
#include "json_schema_writer.hpp"

#include <qx/core/message.hpp>
#include <qx/text/grammar.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace qx::text {
namespace {

using type = json_value::type;

/// Schemas within schemas, and joins of two: more than any document needs that does not refer to
/// itself without end.
constexpr std::size_t most_depth = 150, most_joins = 2000;

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
date-time ::= date "T" time
uuid ::= [0-9a-fA-F]{8} ( "-" [0-9a-fA-F]{4} ){3} "-" [0-9a-fA-F]{12}
label ::= [0-9A-Za-z] ( [0-9A-Za-z-]{0,61} [0-9A-Za-z] )?
hostname ::= label ( "." label ){0,7}
email ::= [0-9A-Za-z_+-]{1,32} ( "." [0-9A-Za-z_+-]{1,31} )? "@" label ( "." label ){1,7}
byte ::= "25" [0-5] | "2" [0-4] [0-9] | "1" [0-9]{2} | [1-9]? [0-9]
ipv4 ::= byte ( "." byte ){3}
ipv6 ::= [0-9a-fA-F]{1,4} ( ":" [0-9a-fA-F]{1,4} ){7}
uri ::= [a-z] [a-z0-9+.-]{0,15} "://" hostname ( ":" [0-9]{1,5} )? ( "/" [0-9A-Za-z._~!$&'()*+,;=:@-]* )* ( "?" [0-9A-Za-z._~!$&'()*+,;=:@/?-]* )?
)gbnf";

/// Keywords that restrict values and are read.
constexpr std::array known_keywords{"$ref",
                                    "additionalProperties",
                                    "allOf",
                                    "anyOf",
                                    "const",
                                    "enum",
                                    "exclusiveMaximum",
                                    "exclusiveMinimum",
                                    "format",
                                    "items",
                                    "maxItems",
                                    "maxLength",
                                    "maxProperties",
                                    "maximum",
                                    "minItems",
                                    "minLength",
                                    "minProperties",
                                    "minimum",
                                    "not",
                                    "nullable",
                                    "oneOf",
                                    "pattern",
                                    "prefixItems",
                                    "properties",
                                    "propertyNames",
                                    "required",
                                    "type"};

/// The path to the value that begins at a byte of the text: "/properties/age".
bool find_path(const json_value& from, std::size_t place, std::string& path) {
  if (from.place == place) return true;
  const std::size_t size = path.size();
  for (const json_value& member : from.members) {
    path += message('/', member.name);
    if (find_path(member, place, path)) return true;
    path.resize(size);
  }
  for (std::size_t i = 0; i < from.items.size(); ++i) {
    path += message('/', i);
    if (find_path(from.items[i], place, path)) return true;
    path.resize(size);
  }
  return false;
}

/// A step of a JSON pointer (RFC 6901) as the name that it stands for.
std::string pointer_step(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i)
    if (step[i] == '~' && i + 1 < step.size())
      out += step[++i] == '1' ? '/' : '~';
    else
      out += step[i];
  return out;
}

}  // namespace

result<std::string> schema_writer::write() {
  auto start = rule_of(root_);
  if (!start) return start;
  return message("root ::= ws ", *start, " ws\n", rules_, common_rules.substr(1));
}

std::unexpected<error> schema_writer::wrong(const json_value& at, std::string_view sentence,
                                            errc code) const {
  std::string path;
  find_path(root_, at.place, path);
  return fail(code, message("the JSON schema", path.empty() ? "" : " at ", path, ": ", sentence));
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
  if (++depth_ > most_depth)
    return wrong(schema, "schemas lead to each other without end", errc::unsupported);
  auto body = body_of_object(schema);
  --depth_;
  return body;
}

result<std::string> schema_writer::body_of_object(const json_value& schema) {
  if (schema.is(type::boolean))
    return schema.truth ? std::string("value")
                        : text_result(wrong(schema, "no value fits", nothing_fits));
  if (!schema.is(type::object)) return wrong(schema, "a schema is an object, true or false");
  for (const json_value& member : schema.members)
    if (!std::ranges::count(known_keywords, member.name) && !is_annotation(member.name))
      return wrong(member, message("the keyword '", member.name, "' is not known here"),
                   errc::unsupported);
  if (const auto* ref = schema.find("$ref")) return reference(schema, *ref);
  if (const auto* all = schema.find("allOf")) return all_parts(schema, *all);
  for (const char* key : {"oneOf", "anyOf"})
    if (const auto* any = schema.find(key)) return alternatives(schema, *any);
  if (schema.find("nullable") != nullptr) return or_null(schema);
  if (const auto* excluded = schema.find("not")) return excluding(schema, *excluded);
  if (schema.find("const") != nullptr || schema.find("enum") != nullptr) return enumeration(schema);
  return by_type(schema);
}

result<json_value> schema_writer::joined(const json_value& a, const json_value& b) {
  if (++joins_ > most_joins)
    return wrong(a, "combining these schemas does not come to an end", errc::unsupported);
  auto both = both_of(a, b);
  if (!both) return wrong(b, both.error().message, both.error().code);
  return both;
}

/// What stands beside the alternatives holds for each of them. One that contradicts it is left out.
result<std::string> schema_writer::alternatives(const json_value& schema, const json_value& any) {
  if (!any.is(type::array) || any.items.empty())
    return wrong(any, message("'", any.name, "' is a list of schemas, not empty"));
  const json_value rest = without(schema, any.name);
  std::string out;
  for (const json_value& one : any.items) {
    const auto both = rest.members.empty() ? result<json_value>(one) : joined(rest, one);
    if (!both) return std::unexpected(both.error());
    const std::size_t depth = depth_;
    auto name = rule_of(*both);
    depth_ = depth;
    if (!name && name.error().code == nothing_fits) continue;
    if (!name) return name;
    (out += out.empty() ? "" : " | ") += *name;
  }
  if (out.empty()) return wrong(any, "no value fits any of these", nothing_fits);
  return out;
}

result<std::string> schema_writer::all_parts(const json_value& schema, const json_value& all) {
  if (!all.is(type::array)) return wrong(all, "'allOf' is a list of schemas");
  json_value whole = without(schema, "allOf");
  for (const json_value& part : all.items) {
    auto both = joined(whole, part);
    if (!both) return std::unexpected(both.error());
    // A reference is followed before the next part may bring another.
    if (const auto* ref = both->find("$ref"); ref != nullptr && all.items.size() > 1) {
      const auto target = target_of(*ref);
      if (!target) return std::unexpected(target.error());
      both = joined(without(*both, "$ref"), **target);
      if (!both) return std::unexpected(both.error());
    }
    whole = std::move(*both);
  }
  return body_of(whole);
}

result<const json_value*> schema_writer::target_of(const json_value& ref) const {
  if (!ref.is(type::string) || !(ref.text == "#" || ref.text.starts_with("#/")))
    return wrong(ref, "'$ref' must begin with '#': only this document is read", errc::unsupported);
  const json_value* at = &root_;
  std::string_view path = std::string_view(ref.text).substr(1);
  while (!path.empty() && at != nullptr) {
    path.remove_prefix(1);
    const std::string_view step = path.substr(0, path.find('/'));
    path.remove_prefix(step.size());
    if (!at->is(type::array)) {
      at = at->find(pointer_step(step));
      continue;
    }
    std::size_t i = at->items.size();
    std::from_chars(step.data(), step.data() + step.size(), i);
    at = i < at->items.size() ? &at->items[i] : nullptr;
  }
  if (at == nullptr) return wrong(ref, message("there is nothing at '", ref.text, "'"));
  return at;
}

result<std::string> schema_writer::reference(const json_value& schema, const json_value& ref) {
  const auto target = target_of(ref);
  if (!target) return std::unexpected(target.error());
  if (const json_value rest = without(schema, "$ref"); !rest.members.empty()) {
    const auto both = joined(rest, **target);
    return both ? body_of(*both) : text_result(std::unexpected(both.error()));
  }
  const auto [known, fresh] = references_.try_emplace(ref.text, message("r", references_.size()));
  const std::string name = known->second;
  if (!fresh && name.empty()) return wrong(ref, "no value fits", nothing_fits);
  if (!fresh) return name;
  auto body = body_of(**target);
  // What has referred to it meanwhile is left with a rule that nothing follows.
  if (!body && body.error().code == nothing_fits) references_[ref.text].clear();
  rules_ += message(name, " ::= ", body.value_or("[]"), '\n');
  return body ? text_result(name) : body;
}

result<std::string> grammar_of_schema(std::string_view json_schema) {
  const auto schema = parse_json(json_schema);
  if (!schema) return std::unexpected(schema.error());
  return schema_writer(*schema).write();
}

}  // namespace qx::text
