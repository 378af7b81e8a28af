// SPDX-License-Identifier: MIT
#include <qx/text/marked_text.hpp>

#include <algorithm>
#include <utility>

namespace qx::text {

marked_text::marked_text(std::string text, bool foreign) : text_(std::move(text)) {
  if (foreign && !text_.empty()) foreign_.push_back({0, text_.size()});
}

void marked_text::append(const marked_text& more) {
  const std::size_t shift = text_.size();
  for (const auto& [begin, end] : more.foreign_) {
    if (!foreign_.empty() && foreign_.back().end == begin + shift)
      foreign_.back().end = end + shift;
    else
      foreign_.push_back({begin + shift, end + shift});
  }
  text_ += more.text_;
}

marked_text marked_text::part(std::string_view piece) const {
  marked_text out{std::string(piece)};
  if (foreign_.empty() || piece.empty()) return out;
  const auto first = static_cast<std::size_t>(piece.data() - text_.data());
  const std::size_t last = first + piece.size();
  auto at = std::ranges::upper_bound(foreign_, first, {}, &stretch::end);
  for (; at != foreign_.end() && at->begin < last; ++at)
    out.foreign_.push_back({std::max(at->begin, first) - first, std::min(at->end, last) - first});
  return out;
}

marked_text marked_text::respelt(std::string text) const {
  marked_text out(std::move(text));
  out.foreign_ = foreign_;
  return out;
}

}  // namespace qx::text
