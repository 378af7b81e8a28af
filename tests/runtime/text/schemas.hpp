// SPDX-License-Identifier: MIT
/// \file
/// What the tests of JSON schemas share: whether a text fits one.
#pragma once

#include <qx/text/matcher.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace qx::test {

struct schema_case {
  std::string_view schema;
  std::vector<std::string_view> yes, no;
};

inline bool fits(text::matcher& m, std::string_view text) {
  text::matcher::state s = m.start();
  for (const char c : text)
    s = m.next(s, static_cast<std::uint8_t>(c));
  return m.accepts(s);
}

inline text::matcher matcher_of_schema(std::string_view schema) {
  const auto gbnf = text::grammar_of_schema(schema);
  if (!gbnf) FAIL(std::string(gbnf.error().message));
  auto g = text::grammar::parse(*gbnf);
  if (!g) FAIL(std::string(g.error().message), *gbnf);
  return text::matcher(std::move(*g));
}

inline void check(const schema_case& c) {
  CAPTURE(c.schema);
  text::matcher m = matcher_of_schema(c.schema);
  for (const std::string_view text : c.yes) {
    CAPTURE(text);
    CHECK(fits(m, text));
  }
  for (const std::string_view text : c.no) {
    CAPTURE(text);
    CHECK(!fits(m, text));
  }
}

}  // namespace qx::test
