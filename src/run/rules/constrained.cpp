// SPDX-License-Identifier: MIT
#include <qx/run/rules/constrained.hpp>

#include <algorithm>

namespace qx::sampling {

/// Whether enough of a first handful are allowed: those stay, and no token that is likelier than
/// one of them is missing. Few are where the grammar wants a certain sign; a whole mask is cheap
/// there, because most beginnings lead nowhere.
bool constrained::keep_likeliest(candidates& c) {
  const std::size_t handful = std::max<std::size_t>(8 * enough_, 64);
  if (enough_ == 0 || handful >= c.size() || masks_->known()) return false;
  kept_.clear();
  for (const token_id position : c.at_least(c.kth_largest(handful).logit))
    if (masks_->allows(c.id(static_cast<std::size_t>(position)))) kept_.push_back(position);
  if (kept_.size() < enough_) return false;
  c.keep_at(kept_);
  return true;
}

result<void> constrained::apply(candidates& c) {
  if (keep_likeliest(c)) return {};
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
