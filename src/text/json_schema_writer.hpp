// SPDX-License-Identifier: MIT
/// \file
/// Turns a JSON schema into GBNF: one rule for each schema in it.
#pragma once

#include "json_value.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace qx::text {

class schema_writer {
 public:
  explicit schema_writer(const json_value& root) : root_(root) {}
  [[nodiscard]] result<std::string> write();

 private:
  using text_result = result<std::string>;

  static std::unexpected<error> wrong(std::string_view sentence, errc code = errc::format);
  /// The name of a rule for a schema.
  text_result rule_of(const json_value& schema);
  std::string define(std::string_view body);
  text_result body_of(const json_value& schema);
  text_result alternatives(const json_value& any, std::string_view key);
  static text_result enumeration(const json_value& some);
  /// Each place that is referred to becomes one rule, so that schemas may refer to themselves.
  text_result reference(const json_value& ref);
  /// Members of all the schemas in one; their properties and required names together.
  text_result merged(const json_value& schema, const json_value& all);
  text_result by_type(const json_value& schema);
  text_result of_type(const json_value& schema, const std::string& name);
  static result<std::optional<std::int64_t>> whole(const json_value& schema, const char* key,
                                                   std::int64_t least);
  /// "{least,most}" of two keywords.
  static text_result counts(const json_value& schema, const char* least_key, const char* most_key);
  text_result string_of(const json_value& schema);
  static text_result integer_of(const json_value& schema);
  text_result array_of(const json_value& schema);
  /// Members in the order of the schema. From each of them on there are two rules: nothing has been
  /// written yet, or something has, and a comma comes first.
  text_result object_of(const json_value& schema);

  const json_value& root_;
  std::string rules_;
  std::size_t count_ = 0;
  std::map<std::string, std::string> references_;
};

}  // namespace qx::text
