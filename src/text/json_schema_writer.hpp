// SPDX-License-Identifier: MIT
/// \file
/// Turns a JSON schema into GBNF: one rule for each schema in it.
#pragma once

#include "json_range.hpp"
#include "json_value.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::text {

class schema_writer {
 public:
  explicit schema_writer(const json_value& root) : root_(root) {}
  [[nodiscard]] result<std::string> write();

 private:
  using text_result = result<std::string>;

  /// Of a schema that contradicts itself: among alternatives it is left out.
  static constexpr errc nothing_fits = errc::range;

  /// An error that names the place of `at` in the document.
  [[nodiscard]] std::unexpected<error> wrong(const json_value& at, std::string_view sentence,
                                             errc code = errc::format) const;
  /// The name of a rule for a schema.
  text_result rule_of(const json_value& schema);
  std::string define(std::string_view body);
  text_result body_of(const json_value& schema);
  text_result body_of_object(const json_value& schema);

  /// What two schemas allow together; a schema may lead to itself, so the work is bounded.
  result<json_value> joined(const json_value& a, const json_value& b);
  text_result alternatives(const json_value& schema, const json_value& any);
  text_result all_parts(const json_value& schema, const json_value& all);
  text_result enumeration(const json_value& schema);
  text_result excluding(const json_value& schema, const json_value& excluded);
  text_result excluding_values(json_value rest, const json_value& excluded);
  text_result or_null(const json_value& schema);
  /// The schema that '#/…' names.
  result<const json_value*> target_of(const json_value& ref) const;
  /// Each place that is referred to becomes one rule, so that schemas may refer to themselves.
  text_result reference(const json_value& schema, const json_value& ref);

  text_result by_type(const json_value& schema);
  text_result of_type(const json_value& schema, const std::string& name);
  /// Whether keywords that this type does not know how to hold together are among the schema's.
  [[nodiscard]] result<void> refuse(const json_value& schema, std::string_view beside,
                                    std::span<const std::string_view> keywords) const;
  result<std::optional<std::int64_t>> count(const json_value& schema, std::string_view key) const;
  struct counts {
    std::int64_t least;
    std::optional<std::int64_t> most;
  };
  result<counts> counts_of(const json_value& schema, std::string_view least_key,
                           std::string_view most_key) const;
  /// `item` repeated with commas between; `begun`: at least one stands before it.
  static std::string separated(std::string_view item, counts times, bool begun);
  text_result string_of(const json_value& schema);
  text_result number_of(const json_value& schema, bool whole);
  result<std::optional<number_limit>> limit_of(const json_value& schema, std::string_view key,
                                               std::string_view open_key) const;
  text_result array_of(const json_value& schema);
  text_result object_of(const json_value& schema);
  struct property {
    std::string name;
    const json_value* schema;  ///< null: any value
    bool required;
  };
  result<std::vector<property>> members_of(const json_value& schema) const;
  text_result name_of(const json_value& names);
  text_result free_object(const json_value& schema);
  /// What may stand between the quotation marks of a string that is none of these.
  std::string other_strings(std::span<const std::string> names);

  const json_value& root_;
  std::string rules_;
  std::size_t count_ = 0, depth_ = 0, joins_ = 0;
  std::map<std::string, std::string> references_;
};

}  // namespace qx::text
