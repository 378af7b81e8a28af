// SPDX-License-Identifier: MIT
/// \file
/// Top-k.
#pragma once

#include <qx/run/rule.hpp>

#include <cstddef>

namespace qx::sampling {

/// The k most likely tokens stay; 0 keeps all (Fan, Lewis and Dauphin 2018).
struct top_k {
  std::size_t k = 40;
  [[nodiscard]] result<void> apply(candidates& c) const;
};

}  // namespace qx::sampling
