// SPDX-License-Identifier: MIT
#include <qx/run/rules/greedy.hpp>
#include <qx/run/rules/temperature.hpp>

namespace qx::sampling {

result<void> temperature::apply(candidates& c) const {
  if (value == 0.0f) return greedy{}.apply(c);
  c.divide(value);
  return {};
}

}  // namespace qx::sampling
