// SPDX-License-Identifier: MIT
#include <algorithm>
#include <src/text/template_strings.hpp>

namespace qx::text {

std::string_view trimmed(std::string_view text, const template_value* what, bool left, bool right) {
  const auto* chosen = what != nullptr ? what->as<std::string>() : nullptr;
  const std::string_view away = chosen != nullptr ? std::string_view(*chosen) : white_space;
  if (left) text.remove_prefix(std::min(text.find_first_not_of(away), text.size()));
  if (right) text = text.substr(0, text.find_last_not_of(away) + 1);
  return text;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by,
                     std::size_t most) {
  std::string out;
  std::size_t at = 0;
  for (; most > 0; --most) {
    const std::size_t found = what.empty() ? at : text.find(what, at);
    if (found >= text.size() && !(what.empty() && found == text.size())) break;
    out += text.substr(at, found - at);
    out += by;
    at = found + what.size();
    if (!what.empty()) continue;
    if (at == text.size()) return out;
    out += text[at++];
  }
  return out += text.substr(std::min(at, text.size()));
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

std::string capitalized(std::string_view text, bool every_word) {
  std::string out = lower_ascii(text);
  bool begins = true;
  for (char& c : out) {
    if (begins && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    begins = every_word && !is_ascii_letter(c);
  }
  return out;
}

}  // namespace qx::text
