// SPDX-License-Identifier: MIT
#include <qx/run/rules/greedy.hpp>

namespace qx::sampling {

result<void> greedy::apply(candidates& c) const {
  if (c.size() > 1) c.keep({c.largest(), 1});
  return {};
}

}  // namespace qx::sampling
