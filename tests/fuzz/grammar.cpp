// SPDX-License-Identifier: MIT
/// \file
/// Any bytes as a grammar, or as a JSON schema where they begin as JSON does: it is read or refused
/// with a sentence, what a schema becomes can be read, and following any bytes through it ends.
#include <qx/text/grammar.hpp>
#include <qx/text/matcher.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace qx;
using namespace qx::text;

namespace {

void demand(bool law) {
  if (!law) __builtin_trap();
}

/// Goes on with any byte that leads on, from a choice on upwards, to the end or a hundred states.
void follow(matcher m, std::string_view choices) {
  matcher::state at = m.start();
  for (std::size_t i = 0; i < 100 && at != matcher::dead && m.states() < 500; ++i) {
    matcher::state next = matcher::dead;
    const auto first = static_cast<std::uint8_t>(choices.empty() ? i : choices[i % choices.size()]);
    for (unsigned byte = 0; byte < 256 && next == matcher::dead; ++byte)
      next = m.next(at, static_cast<std::uint8_t>(first + byte));
    at = next;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  std::string gbnf(given);
  const bool schema = given.starts_with('{') || given.starts_with("true");
  if (schema) {
    auto made = grammar_of_schema(given);
    demand(made || made.error().message.starts_with("the JSON"));
    if (!made) return 0;
    gbnf = std::move(*made);
  }
  auto g = grammar::parse(gbnf);
  demand(g || g.error().message.starts_with("the grammar"));
  // Of what a schema becomes only its size, and references that lead nowhere, can be wrong.
  if (!g)
    demand(!schema || g.error().message.find("begins with itself") != std::string::npos ||
           g.error().message.find("complete") != std::string::npos ||
           g.error().message.find("million") != std::string::npos ||
           g.error().message.find("nested") != std::string::npos);
  else
    follow(matcher(std::move(*g)), given);
  return 0;
}
