// SPDX-License-Identifier: MIT
/// \file
/// Keywords of JSON schemas one by one, and how they go together.
#include "schemas.hpp"

#include <qx/core/message.hpp>

#include <array>
#include <cstdlib>
#include <random>
#include <string>

using namespace qx;
using namespace qx::test;

TEST_CASE("keywords of strings") {
  check({R"({"format": "ipv4"})", {R"("192.168.0.255")"}, {R"("192.168.0.256")", R"("1.2.3")"}});
  check({R"({"format": "email"})", {R"("a.b@x-y.org")"}, {R"("a@b")", R"("@x.org")"}});
  check({R"({"format": "uuid"})",
         {R"("01234567-89ab-cdef-0123-456789ABCDEF")"},
         {R"("0123456789abcdef0123456789abcdef")"}});
  check({R"({"format": "uri"})", {R"("https://x.org:80/a/b?c=d")"}, {R"("x.org")"}});
  check({R"({"type": "string", "format": "colour"})", {R"("red")"}, {"1"}});
  check({R"({"pattern": "^[ -~]$"})",
         {R"("a")", R"("\"")", R"("\\")"},
         {R"(""")", R"("\")", R"("ä")", R"("\n")"}});
  check({R"({"pattern": "^a$|^b\\s\\S$"})",
         {R"("a")", R"("b\tc")"},
         {R"("xa")", R"("b c ")", R"("b\n ")"}});
  check({R"({"pattern": "^[^a\\d]\\x41\\u00e9$"})",
         {R"("bAé")", R"("\nAé")"},
         {R"("aAé")", R"("1Aé")"}});
  check({R"({"pattern": "^.\\.$"})", {R"("x.")", R"("\".")"}, {R"("\n.")", R"("xx")"}});
}

TEST_CASE("keywords of arrays") {
  check({R"({"prefixItems": [{"const": 1}, {"const": 2}], "items": {"const": 3}})",
         {"[1,2]", "[1,2,3]", "[1,2,3,3]"},
         {"[]", "[1]", "[1,3]", "[1,2,2]"}});
  check(
      {R"({"prefixItems": [{"const": 1}, {"const": 2}], "items": {"const": 3}, "minItems": 1, "maxItems": 3})",
       {"[1]", "[1,2]", "[1,2,3]"},
       {"[]", "[1,2,3,3]"}});
  check({R"({"prefixItems": [{"const": 1}], "items": true, "minItems": 3})",
         {"[1,2,[]]"},
         {"[1,2]"}});
  check({R"({"type": "array", "items": false})", {"[]"}, {"[1]"}});
  check({R"({"minItems": 2.0})", {"[1,2]"}, {"[1]", "1"}});
}

TEST_CASE("keywords of objects") {
  check(
      {R"({"type": "object", "properties": {"age": {"type": "integer"}}, "additionalProperties": {"type": "string"}})",
       {R"({"age": 1, "a": "x", "ages": "y", "b": "z"})", R"({"ag": "x"})", "{}"},
       {R"({"age": "x"})", R"({"age": 1, "age": "x"})", R"({"\u0061ge": "x"})", R"({"a": 1})"}});
  check({R"({"required": ["a", "b"], "properties": {"b": {"const": 1}}})",
         {R"({"b": 1, "a": null})"},
         {R"({"b": 1})", R"({"a": 1})"}});
  check({R"({"type": "object", "minProperties": 1, "maxProperties": 2})",
         {R"({"a": 1})", R"({"a": 1, "b": 2})"},
         {"{}", R"({"a": 1, "b": 2, "c": 3})"}});
  check({R"({"propertyNames": {"pattern": "^[a-z]$"}, "additionalProperties": {"type": "null"}})",
         {R"({"a": null})", "{}"},
         {R"({"ab": null})", R"({"a": 1})"}});
  check({R"({"properties": {}, "additionalProperties": false})", {"{}"}, {R"({"a": 1})"}});
  check({R"({"properties": {"a": {"type": "string", "nullable": true}}})",
         {R"({"a": null})", R"({"a": "x"})"},
         {R"({"a": 1})"}});
}

TEST_CASE("what stands beside a combination holds for each of its parts") {
  check(
      {R"({"type": "object", "properties": {"a": true, "b": true}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})",
       {R"({"a": 1})", R"({"b": 1})"},
       {"{}"}});
  check({R"({"type": "integer", "oneOf": [{"maximum": 3}, {"minimum": 100}, {"type": "string"}]})",
         {"3", "-5", "100"},
         {"4", "99", R"("a")"}});
  check({R"({"allOf": [{"minimum": 3, "maximum": 9}, {"type": "integer", "minimum": 5}]})",
         {"5", "9"},
         {"4", "10", "5.5"}});
  check(
      {R"({"allOf": [{"properties": {"a": {"minimum": 1}}}, {"properties": {"a": {"maximum": 2}, "b": true}}]})",
       {R"({"a": 1.5, "b": 0})"},
       {R"({"a": 3})", R"({"a": 0})"}});
  check(
      {R"({"$ref": "#/$defs/pair", "required": ["b"], "$defs": {"pair": {"properties": {"a": true, "b": true}}}})",
       {R"({"b": 1})"},
       {R"({"a": 1})"}});
  check(
      {R"({"allOf": [{"properties": {"a": true}, "additionalProperties": false}, {"properties": {"b": true}}]})",
       {"{}", R"({"a": 1})"},
       {R"({"b": 1})"}});
  check({R"({"anyOf": [{"const": 1}, {"const": 2}], "oneOf": [{"const": 2}, {"const": 3}]})",
         {"2"},
         {"1", "3"}});
  check({R"({"anyOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}, {"const": 1}], "$defs": {"n":
             {"anyOf": [false, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/n"}}]}}})",
         {"1"},
         {"[]", "[1]"}});
  check(
      {R"({"anyOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}, {"const": 1}], "$defs": {"n": false}})",
       {"1"},
       {"[]"}});
  check({R"({"$ref": "#/$defs/a~1b/1", "$defs": {"a/b": [false, {"const": 7}]}})", {"7"}, {"1"}});
}

TEST_CASE("values that are listed, and values that are not meant") {
  check({R"({"type": ["integer", "null"], "enum": [1, 2.5, "a", null]})",
         {"1", "null"},
         {"2.5", R"("a")"}});
  check({R"({"enum": [1, 2, 3], "not": {"const": 2}})", {"1", "3"}, {"2"}});
  check({R"({"not": {"type": ["object", "string"]}})", {"1", "[]", "null"}, {"{}", R"("a")"}});
  check({R"({"type": "string", "not": {"enum": ["cat", "car", "é"]}})",
         {R"("")", R"("ca")", R"("cats")", R"("dog")", R"("c\n")", R"("éé")", R"("è")"},
         {R"("cat")", R"("car")", R"("é")", R"("c\u0061t")"}});
  check({R"({"type": "integer", "not": false})", {"1"}, {"null"}});
}

TEST_CASE("numbers between two limits, compared as decimals") {
  std::mt19937 random(11);
  const std::array<std::string, 14> limits{"-12.5", "-3",   "-0.25", "0",    "0.1",
                                           "0.125", "1",    "1.5",   "2.0",  "9.99",
                                           "10.01", "99.5", "100",   "1.2e2"};
  std::size_t ranges = 0;
  for (const std::string& low : limits)
    for (const std::string& high : limits) {
      const double a = std::atof(low.c_str()), b = std::atof(high.c_str());
      const bool open_low = random() % 2 == 0, open_high = random() % 2 == 0;
      if (a > b || (a == b && (open_low || open_high))) continue;
      ++ranges;
      const std::string schema = message(
          "{\"type\": \"number\", \"", open_low ? "exclusiveMinimum" : "minimum", "\": ", low,
          ", \"", open_high ? "exclusiveMaximum" : "maximum", "\": ", high, "}");
      CAPTURE(schema);
      auto m = matcher_of_schema(schema);
      // Around each limit, and anywhere: thousandths, which doubles tell apart.
      for (int i = 0; i < 400; ++i) {
        const double around = i % 3 == 0 ? a : i % 3 == 1 ? b : a + (b - a) * 0.5;
        const long thousandths =
            std::lround(around * 1000) + static_cast<long>(random() % 400) - 200;
        const long size = std::labs(thousandths);
        const bool fraction = size % 1000 != 0 || random() % 2 == 0;
        const std::string digits = std::to_string(1000 + size % 1000);
        std::string text = message(thousandths < 0 ? "-" : "", size / 1000);
        if (fraction) text += message('.', std::string_view(digits).substr(1));
        if (text.find('.') != text.npos && random() % 2 == 0)
          while (text.back() == '0' && text[text.size() - 2] != '.')
            text.pop_back();
        const double value = static_cast<double>(thousandths) / 1000;
        const bool inside =
            (open_low ? value > a : value >= a) && (open_high ? value < b : value <= b);
        CAPTURE(text);
        CHECK(fits(m, text) == inside);
      }
    }
  CHECK(ranges > 60);
}

TEST_CASE("one limit alone, and limits of whole numbers that are none") {
  check({R"({"type": "number", "exclusiveMinimum": 0})",
         {"0.1", "1", "123456", "0.0001"},
         {"0", "0.0", "-1"}});
  check({R"({"type": "number", "maximum": 0.5})", {"0.5", "0", "-3.25", "-100"}, {"0.51", "1"}});
  check({R"({"type": "integer", "minimum": -2.5, "maximum": 1.5})",
         {"-2", "0", "1"},
         {"-3", "2", "1.0"}});
  check({R"({"type": "integer", "exclusiveMinimum": 1.0, "maximum": 1e1})",
         {"2", "10"},
         {"1", "11"}});
  check({R"({"type": "integer", "minimum": 5, "exclusiveMinimum": true})", {"6"}, {"5"}});
}
