// SPDX-License-Identifier: MIT
/// \file
/// The part of the template language Jinja that chat templates are written in.
#pragma once

#include <qx/core/error.hpp>
#include <qx/text/template_value.hpp>

#include <cstddef>
#include <ctime>
#include <memory>
#include <string_view>

namespace qx::text {

/// How much a template may do before it counts as one that does not end. Templates come with files
/// from anywhere.
struct template_limits {
  std::size_t steps = 4'000'000;               ///< statements and operations
  std::size_t bytes = std::size_t{512} << 20;  ///< of strings that these read or make
};

/// A template that was read and can be filled in any number of times, by any number of threads.
///
/// Statements: if/elif/else, for (with else, a condition, several names, break, continue, and
/// loop.index, index0, revindex, revindex0, first, last, length, previtem, nextitem, cycle), set (a
/// name, names, an attribute of a namespace, a block), macro, filter, raw, generation. Expressions:
/// literals, arithmetic, comparison, in, and, or, not, ~, if-else, slices, the usual filters, tests
/// and methods of strings, lists and mappings. Functions: range, namespace, dict, raise_exception,
/// strftime_now. White space is treated as Hugging Face does: a line break after a block is
/// dropped, and so is white space before a block on its line. upper and lower know ASCII alone.
class text_template {
 public:
  /// errc::format names the line and what is wrong there; `unsupported` what this part of the
  /// language lacks.
  [[nodiscard]] static result<text_template> parse(std::string_view source);

  /// The text with `variables` filled in. What comes from a marked string is marked in it, whatever
  /// the template does with it on the way; where a value is written as a whole (as JSON, as a list)
  /// that holds such a string, all of what is written is marked. `now` is what strftime_now says.
  /// Errors name the line: `argument` for what raise_exception says, `range` for a template that
  /// takes too much work or nests too deeply, `format` for an operation on values that do not have
  /// it.
  [[nodiscard]] result<marked_text> render(const template_map& variables,
                                           const template_limits& limits = {},
                                           std::time_t now = std::time(nullptr)) const;

 private:
  explicit text_template(std::shared_ptr<const template_node> root) : root_(std::move(root)) {}

  std::shared_ptr<const template_node> root_;
};

}  // namespace qx::text
