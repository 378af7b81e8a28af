// SPDX-License-Identifier: MIT
#include <qx/run/rules/constrained.hpp>

namespace qx::sampling {

result<void> constrained::apply(candidates& c) {
  const auto allowed = masks_->allowed();
  if (c.size() == c.vocabulary() && !allowed.empty()) {
    c.keep_at(allowed);
    return {};
  }
  // Both ascend: what they have in common is found by walking along them.
  kept_.clear();
  std::size_t i = 0;
  for (const token_id token : allowed) {
    while (i < c.size() && c.id(i) < token)
      ++i;
    if (i < c.size() && c.id(i) == token) kept_.push_back(static_cast<token_id>(i));
  }
  if (kept_.empty())
    return fail(errc::range, allowed.empty()
                                 ? "the grammar allows no token of the vocabulary here"
                                 : "the rules before the grammar leave no token that it allows: "
                                   "put them behind it");
  c.keep_at(kept_);
  return {};
}

}  // namespace qx::sampling
