// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas to GBNF.
#include "json_pattern.hpp"
#include "json_value.hpp"

#include <qx/core/message.hpp>
#include <qx/text/grammar.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>

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

class schema_writer {
 public:
  explicit schema_writer(const json_value& root) : root_(root) {}

  result<std::string> write() {
    auto start = rule_of(root_);
    if (!start) return start;
    return message("root ::= ws ", *start, " ws\n", rules_, common_rules.substr(1));
  }

 private:
  using text_result = result<std::string>;

  static std::unexpected<error> wrong(std::string_view sentence, errc code = errc::format) {
    return fail(code, message("the JSON schema: ", sentence));
  }

  /// The name of a rule for a schema.
  text_result rule_of(const json_value& schema) {
    auto body = body_of(schema);
    if (!body) return body;
    return define(*body);
  }
  std::string define(std::string_view body) {
    const std::string name = message("s", count_++);
    rules_ += message(name, " ::= ", body, '\n');
    return name;
  }

  text_result body_of(const json_value& schema) {
    if (schema.is(type::boolean) && schema.truth) return std::string("value");
    if (!schema.is(type::object)) return wrong("a schema is an object, or true");
    for (const auto& [key, member] : schema.members)
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

  text_result alternatives(const json_value& any, std::string_view key) {
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

  static text_result enumeration(const json_value& some) {
    if (!some.is(type::array) || some.items.empty())
      return wrong("'enum' is a list of values, not empty");
    std::string out;
    for (const json_value& one : some.items)
      (out += out.empty() ? "" : " | ") += gbnf_literal(json_text(one));
    return out;
  }

  /// Each place that is referred to becomes one rule, so that schemas may refer to themselves.
  text_result reference(const json_value& ref) {
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

  /// Members of all the schemas in one; their properties and required names together.
  text_result merged(const json_value& schema, const json_value& all) {
    if (!all.is(type::array)) return wrong("'allOf' is a list of schemas");
    json_value whole;
    whole.what = type::object;
    const auto put = [&](const std::string& key, const json_value& value) {
      const auto known = std::ranges::find(whole.members, key,
                                           [](const auto& m) -> const auto& { return m.first; });
      if (known == whole.members.end()) {
        whole.members.emplace_back(key, value);
        return;
      }
      auto& held = known->second;
      held.members.insert(held.members.end(), value.members.begin(), value.members.end());
      held.items.insert(held.items.end(), value.items.begin(), value.items.end());
    };
    for (const auto& [key, value] : schema.members)
      if (key != "allOf") put(key, value);
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
      for (const auto& [key, value] : one->members)
        put(key, value);
    }
    return body_of(whole);
  }

  text_result by_type(const json_value& schema) {
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

  text_result of_type(const json_value& schema, const std::string& name) {
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

  static result<std::optional<std::int64_t>> whole(const json_value& schema, const char* key,
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

  /// "{least,most}" of two keywords.
  static text_result counts(const json_value& schema, const char* least_key, const char* most_key) {
    const auto least = whole(schema, least_key, 0), most = whole(schema, most_key, 0);
    if (!least) return std::unexpected(least.error());
    if (!most) return std::unexpected(most.error());
    if (*most && least->value_or(0) > **most)
      return wrong(message("'", least_key, "' is more than '", most_key, "'"));
    return message('{', least->value_or(0), ',', *most ? message(**most) : "", '}');
  }

  text_result string_of(const json_value& schema) {
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

  static text_result integer_of(const json_value& schema) {
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

  text_result array_of(const json_value& schema) {
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

  /// Members in the order of the schema. From each of them on there are two rules: nothing has been
  /// written yet, or something has, and a comma comes first.
  text_result object_of(const json_value& schema) {
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
        auto value = rule_of(at->second);
        if (!value) return value;
        const std::string pair =
            define(message(gbnf_literal(json_quoted(at->first)), " \":\" ws ", *value, " ws"));
        const bool needed = std::erase(required, at->first) != 0;
        const std::string next = define(message("\",\" ws ", pair, ' ', going));
        fresh = needed ? define(message(pair, ' ', going))
                       : define(message(pair, ' ', going, " | ", fresh));
        going = needed ? next : define(message(next, " | ", going));
      }
    if (!required.empty())
      return wrong(message("'", required.front(), "' is required, but not among the properties"));
    return message("\"{\" ws ", fresh, " \"}\"");
  }

  const json_value& root_;
  std::string rules_;
  std::size_t count_ = 0;
  std::map<std::string, std::string> references_;
};

}  // namespace

result<std::string> grammar_of_schema(std::string_view json_schema) {
  const auto schema = parse_json(json_schema);
  if (!schema) return std::unexpected(schema.error());
  return schema_writer(*schema).write();
}

}  // namespace qx::text
