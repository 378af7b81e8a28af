// SPDX-License-Identifier: MIT
#include <algorithm>
#include <src/text/ascii.hpp>
#include <src/text/template_strings.hpp>

namespace qx::text {

std::string_view trimmed(std::string_view text, const template_value* what, bool left, bool right) {
  const auto* chosen = what != nullptr ? what->as<std::string>() : nullptr;
  const std::string_view away = chosen != nullptr ? std::string_view(*chosen) : white_space;
  if (left) text.remove_prefix(std::min(text.find_first_not_of(away), text.size()));
  if (right) text = text.substr(0, text.find_last_not_of(away) + 1);
  return text;
}

marked_text replaced(const marked_text& whole, std::string_view what, const marked_text& by,
                     std::size_t most) {
  const std::string_view text = whole.text();
  marked_text out;
  std::size_t at = 0;
  for (; most > 0; --most) {
    const std::size_t found = what.empty() ? at : text.find(what, at);
    if (found >= text.size() && !(what.empty() && found == text.size())) break;
    out.append(whole.part(text.substr(at, found - at)));
    out.append(by);
    at = found + what.size();
    if (!what.empty()) continue;
    if (at == text.size()) return out;
    out.append(whole.part(text.substr(at++, 1)));
  }
  out.append(whole.from(std::min(at, text.size())));
  return out;
}

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

namespace {

std::string capitalized(std::string_view text, bool every_word) {
  std::string out = lower_ascii(text);
  bool begins = true;
  for (char& c : out) {
    if (begins && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    begins = every_word && !is_ascii_letter(c);
  }
  return out;
}

}  // namespace

std::string capital_ascii(std::string_view text) { return capitalized(text, false); }
std::string title_ascii(std::string_view text) { return capitalized(text, true); }

}  // namespace qx::text
