// SPDX-License-Identifier: MIT
#include <qx/run/rules/top_k.hpp>

namespace qx::sampling {

result<void> top_k::apply(candidates& c) const {
  if (k != 0 && k < c.size()) c.keep(k == 1 ? cut{c.largest(), 1} : c.kth_largest(k));
  return {};
}

}  // namespace qx::sampling
