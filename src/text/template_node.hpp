// SPDX-License-Identifier: MIT
/// \file
/// A template as a tree, and the error that reading or running one ends with.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/text/template_value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace qx::text {

enum class node_kind : std::uint8_t {
  // statements
  block,       // children one after another
  text,        // constant
  print,       // [expression]
  condition,   // [test, block]… and a last block without a test for else
  loop,        // names; [iterable, body, else block, condition or nothing]
  set,         // names; [expression]
  set_member,  // names: the namespace and the attribute; [expression]
  set_block,   // names; [block]
  macro,       // name, names of parameters; [body, default or missing …]
  filtered,    // name; [block, arguments …], argument names
  leave,       // break
  skip,        // continue
  // expressions
  missing,  // nothing stands here
  literal,  // constant
  name,
  list,
  map,         // [key, value]…
  member,      // name; [object]
  item,        // [object, index]
  slice,       // [object, first, last, step]
  call,        // [function, arguments …], argument names
  filter,      // name; [operand, arguments …], argument names
  test,        // name; [operand, arguments …]
  choice,      // [value, condition, otherwise]
  both,        // and
  either,      // or
  negation,    // not
  unary,       // name: - or +
  binary,      // name: the operator
  comparison,  // names: the operators; operands
};

struct template_node {
  node_kind kind = node_kind::missing;
  std::size_t line = 0;
  std::size_t depth = 1;  // of the tree below, itself included
  std::string name{};
  std::vector<std::string> names{};  // of arguments: "" where one has none
  template_value constant{};
  std::vector<template_node> children{};

  [[nodiscard]] bool is_missing() const { return kind == node_kind::missing; }
};

/// Thrown while a template is read or run and caught where that was called: from within a dozen
/// nested functions it says no more than a result in each of them would.
struct template_error {
  errc code;
  std::string sentence;
};

template <class... Parts>
[[noreturn]] void template_fail(errc code, std::size_t line, const Parts&... parts) {
  throw template_error{code, message("line ", line, " of the template: ", parts...)};
}

}  // namespace qx::text
