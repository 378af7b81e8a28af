// SPDX-License-Identifier: MIT
/// \file
/// The rules of the chain language: their names, their arguments, and how they are made.
#pragma once

#include <qx/run/chain.hpp>
#include <qx/run/rules/logit_bias.hpp>

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qx::sampling {

/// A number that a rule takes.
struct argument_spec {
  std::string_view name;
  double usual;
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool whole = false;
};

/// What was written behind a rule's name.
struct rule_arguments {
  std::vector<double> numbers;            ///< [argument of the specification]
  std::vector<bool> given;                ///< [argument of the specification]
  std::vector<logit_bias::entry> biases;  ///< ID:NUMBER
  std::vector<std::string> breakers;      ///< each a text
  bool breakers_given = false;
};

struct rule_spec {
  std::string_view name;
  std::string_view alias;  ///< another spelling, or ""
  bool value_first;        ///< `name=value` is the first argument
  bool takes_biases;
  bool takes_breakers;
  std::span<const argument_spec> arguments;
  any_rule (*make)(const rule_arguments&, const chain_context&);
};

[[nodiscard]] std::span<const rule_spec> rule_specs();
/// Null where there is none.
[[nodiscard]] const rule_spec* find_rule(std::string_view name);

}  // namespace qx::sampling
