// SPDX-License-Identifier: MIT
/// \file
/// JSON schemas as grammars: which texts fit, and which schemas cannot be read.
#include "schemas.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace qx;
using namespace qx::text;
using namespace qx::test;

namespace {

const std::vector<schema_case> cases{
    {"{}", {"1", "[]", R"({"a": [true, null, -1.5e3, "\u00e9\n"]})"}, {"", "[1,]", "01"}},
    {R"({"type": "boolean"})", {"true", "false", " true "}, {"null", "\"true\""}},
    {R"({"enum": ["a\"b", 1, null]})", {R"("a\"b")", "1", "null"}, {"2"}},
    {R"({"const": {"a": [1, 2]}})", {R"({"a":[1,2]})"}, {"{}"}},
    {R"({"type": ["integer", "null"]})", {"12", "-7", "null"}, {"1.5", "007"}},
    {R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"},
         "c": {"type": "null"}}, "required": ["b"]})",
     {R"({"b": "x"})", R"({"a": 1, "b": "x", "c": null})", R"({"b":"x","c":null})"},
     {"{}", R"({"a": 1})", R"({"b": "x", "a": 1})", R"({"b": "x", "d": 1})", R"({"b":"x",})"}},
    {R"({"type": "object", "additionalProperties": {"type": "integer"}})",
     {"{}", R"({"x": 1, "y": 2})"},
     {R"({"x": "1"})"}},
    {R"({"properties": {"a": true}, "additionalProperties": true})",
     {"{}", R"({"a": 1})", R"({"z": []})", R"({"a": 1, "z": 2})"},
     {"[]"}},
    {R"({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3})",
     {"[1, 2]", "[1,2,3]"},
     {"[]", "[1]", "[1,2,3,4]"}},
    {R"({"type": "array", "items": true, "maxItems": 1})", {"[]", "[1]"}, {"[1,2]"}},
    {R"({"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": false})",
     {R"([1, "a"])"},
     {"[1]", R"([1, "a", 2])"}},
    {R"({"type": "string", "minLength": 2, "maxLength": 3})",
     {R"("ab")", R"("äöü")", R"("\n\n")"},
     {R"("a")", R"("abcd")"}},
    {R"({"type": "string", "pattern": "^(a|bc)+\\d{2}[^x]?$"})",
     {R"("a12")", R"("abca34y")"},
     {R"("12")", R"("a12x")", R"("a1")"}},
    {R"({"type": "string", "pattern": "cat"})", {R"("a cat.")"}, {R"("dog")"}},
    {R"({"type": "string", "format": "date-time"})",
     {R"("2026-11-21T12:15:00Z")"},
     {R"("2026-13-21T12:15:00Z")"}},
    {R"({"oneOf": [{"type": "integer"}, {"$ref": "#/$defs/s"}], "$defs": {"s": {"type": "string"}}})",
     {"1", R"("a")"},
     {"null"}},
    {R"({"type": "object", "properties": {"next": {"$ref": "#"}}})",
     {"{}", R"({"next": {"next": {}}})"},
     {R"({"next": 1})"}},
    {R"({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]},
         {"$ref": "#/definitions/b"}], "definitions": {"b": {"properties": {"b": true}, "required": ["b"]}}})",
     {R"({"a": 1, "b": 2})"},
     {R"({"a": 1})", R"({"b": 1})"}},
};

}  // namespace

TEST_CASE("texts that fit a schema and texts that do not") {
  for (const schema_case& c : cases) {
    CAPTURE(c.schema);
    check(c);
  }
}

TEST_CASE("integers between two bounds, all of them and no others") {
  for (const auto& [least, most] : std::vector<std::pair<int, int>>{
           {0, 9}, {3, 120}, {-12, 345}, {-205, -17}, {99, 1001}, {7, 7}, {-1, 0}, {110, 119}}) {
    matcher m = matcher_of_schema("{\"type\": \"integer\", \"minimum\": " + std::to_string(least) +
                                  ", \"maximum\": " + std::to_string(most) + "}");
    CAPTURE(least);
    CAPTURE(most);
    for (int i = -1200; i <= 1200; ++i)
      CHECK(fits(m, std::to_string(i)) == (i >= least && i <= most));
  }
  matcher open = matcher_of_schema(R"({"type": "integer", "exclusiveMinimum": 99})");
  CHECK(!fits(open, "99"));
  CHECK(fits(open, "100"));
  CHECK(fits(open, "123456789"));
}

TEST_CASE("a schema that cannot be read is refused with its reason") {
  const auto refusal = [](std::string_view schema) {
    const auto gbnf = grammar_of_schema(schema);
    REQUIRE(!gbnf);
    return gbnf.error().message;
  };
  for (const auto& [schema, words] : std::vector<std::pair<std::string, std::string_view>>{
           {"{\"type\": ", "column 10: the text ends too early"},
           {"{\"properties\": {\"a\": {\"uniqueItems\": true}}}",
            "at /properties/a/uniqueItems: the keyword"},
           {"{\"not\": {}}", "at /not: no value fits"},
           {"{\"not\": {\"minimum\": 3}}", "of types and of listed values"},
           {"{\"anyOf\": [{}, {\"type\": \"string\", \"pattern\": \"a\", \"minLength\": 2}]}",
            "at /anyOf/1/minLength"},
           {"{\"type\": \"text\"}", "no type 'text'"},
           {"{\"$ref\": \"http://x\"}", "must begin with '#'"},
           {"{\"$ref\": \"#/a\"}", "nothing at '#/a'"},
           {"{\"type\": \"number\", \"minimum\": 1, \"exclusiveMaximum\": 1}",
            "no number is between"},
           {"{\"minimum\": 1e40}", "at /minimum: 'minimum' is a number of up to 18 digits"},
           {"{\"maxItems\": 1.5}", "at /maxItems"},
           {"{\"$ref\": \"#\", \"type\": \"object\"}", "without end"},
           {"{\"allOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}", "without end"},
           {"{\"allOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]}", "no value fits"},
           {"{\"allOf\": [{\"pattern\": \"a\"}, {\"pattern\": \"b\"}]}",
            "'pattern' stands in two schemas"},
           {"{\"enum\": [1], \"minimum\": 2}", "beside listed values"},
           {"{\"type\": \"string\", \"pattern\": \"(?=a)\"}", "the pattern '(?=a)'"},
           {"{\"type\": \"string\", \"pattern\": \"a\\\\1\"}", "this escape"},
           {"{\"minLength\": 3, \"maxLength\": 2}", "is more than"},
           {"{\"additionalProperties\": false, \"required\": [\"a\"]}",
            "at /required/0: 'a' is required"},
           {"{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 4}", "no number is between"},
           {"{\"pattern\": \"a{2{}\"}", "at /pattern: the pattern 'a{2{}', byte 2: braces"},
           {"{\"pattern\": \"a{3,2}\"}", "braces that are no repetition"},
           {"{\"enum\": []}", "not empty"},
           {"{\"const\": \"a\xBB\"}", "line 1 column 13: bytes that are not UTF-8"},
           {"3", "a schema is an object"},
           {std::string(5000, '['), "too deep"}}) {
    CAPTURE(schema);
    CHECK(refusal(schema).find(words) != std::string::npos);
  }
}
