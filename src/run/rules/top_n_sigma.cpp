// SPDX-License-Identifier: MIT
#include <qx/run/rules/top_n_sigma.hpp>

namespace qx::sampling {

result<void> top_n_sigma::apply(candidates& c) const {
  if (n <= 0.0f || c.size() < 2) return {};
  c.keep_from(static_cast<float>(static_cast<double>(c.largest()) -
                                 static_cast<double>(n) * c.deviation()));
  return {};
}

}  // namespace qx::sampling
