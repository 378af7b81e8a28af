// SPDX-License-Identifier: MIT
/// \file
/// Grammars in GBNF, the notation that users of llama.cpp write: rules `name ::= alternatives`, of
/// which `root` is what a text must be.
///
///     root   ::= "yes" | "no" | number
///     number ::= "-"? [0-9]{1,3} ("." [0-9]+)?   # a comment
///
/// Literals and classes know the escapes \n \r \t \" \\ \[ \] \- \xHH \uHHHH \UHHHHHHHH; a class
/// may begin with ^; a full stop is any character; * + ? {m} {m,} {m,n} repeat what stands before
/// them; alternatives may go on in the next line after | or inside parentheses.
#pragma once

#include <qx/core/error.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

/// A grammar over the bytes of UTF-8.
class grammar {
 public:
  enum class kind : std::uint8_t { bytes, rule, end };
  /// One place in a sequence: a byte of a set, a rule, or its end.
  struct element {
    kind what;
    std::uint32_t index;  ///< of the set or of the rule
  };
  using byte_set = std::bitset<256>;

  /// errc::format names line and column of what cannot be read. A rule that is used and nowhere
  /// defined, one that can be repeated on its left without end, a root that can never be complete,
  /// and repetitions beyond a million places are errors, too.
  [[nodiscard]] static result<grammar> parse(std::string_view gbnf);

  [[nodiscard]] const element& at(std::size_t place) const { return elements_[place]; }
  [[nodiscard]] const byte_set& set(std::size_t index) const { return sets_[index]; }
  /// The places at which the alternatives of a rule begin.
  [[nodiscard]] const std::vector<std::uint32_t>& alternatives(std::size_t rule) const {
    return rules_[rule];
  }
  [[nodiscard]] std::size_t root() const { return root_; }
  [[nodiscard]] std::size_t rules() const { return rules_.size(); }
  [[nodiscard]] const std::string& name(std::size_t rule) const { return names_[rule]; }

 private:
  friend class grammar_parser;
  [[nodiscard]] result<void> check() const;
  [[nodiscard]] std::vector<bool> nullable_rules() const;
  [[nodiscard]] result<void> check_left_recursion() const;
  [[nodiscard]] result<void> check_complete() const;

  std::vector<element> elements_;  ///< alternatives back to back, each closed by `end`
  std::vector<byte_set> sets_;
  std::vector<std::vector<std::uint32_t>> rules_;
  std::vector<std::string> names_;
  std::size_t root_ = 0;
};

/// The grammar, in GBNF, of the JSON texts that a JSON schema describes; docs/guide/text.md lists
/// the keywords. Objects have the properties in the order of the schema. Every text of the grammar
/// fits the schema, but for oneOf, which is read as anyOf. errc::unsupported names any keyword that
/// is not read and would restrict the texts, with its place; errc::range is a schema that no text
/// fits, errc::format what is none.
[[nodiscard]] result<std::string> grammar_of_schema(std::string_view json_schema);

}  // namespace qx::text
