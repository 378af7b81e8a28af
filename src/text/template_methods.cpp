// SPDX-License-Identifier: MIT
/// \file
/// Methods of strings, lists and mappings: value.name(arguments).
#include <algorithm>
#include <src/text/ascii.hpp>
#include <src/text/template_run.hpp>
#include <src/text/template_strings.hpp>
#include <utility>

namespace qx::text {

namespace {

/// One call of a method of a string.
struct text_call {
  const marked_text& whole_text;
  std::string_view text;  // of it
  const template_arguments& given;
  std::size_t line;

  [[nodiscard]] const std::string& argument(std::size_t place, std::string_view method) const {
    return text_argument(given, place, "", method, line);
  }
  [[nodiscard]] marked_text part(std::string_view piece) const { return whole_text.part(piece); }
  [[nodiscard]] std::int64_t whole(std::size_t place, std::string_view name) const {
    const template_value* v = given.find(place, name);
    return v != nullptr ? whole_of(*v).value_or(-1) : -1;
  }
};

using method = template_value (*)(const text_call&);

template_value strip(const text_call& c, bool left, bool right) {
  return c.part(trimmed(c.text, c.given.find(0, "chars"), left, right));
}

/// Of startswith and endswith: a string, or any of a list.
template_value affix(const text_call& c, bool front) {
  const auto fits = [&](const template_value& v) {
    const auto* part = v.as<std::string>();
    if (part == nullptr)
      template_fail(errc::format, c.line, "startswith and endswith want strings");
    return front ? c.text.starts_with(*part) : c.text.ends_with(*part);
  };
  if (c.given.size() == 0)
    template_fail(errc::format, c.line, "startswith and endswith want a string");
  const auto* list = c.given.values[0].as<template_list>();
  return list != nullptr ? std::ranges::any_of(*list, fits) : fits(c.given.values[0]);
}

/// At white space, runs of which count once.
template_list split_words_of(const text_call& c, std::int64_t most) {
  std::string_view text = c.text;
  template_list out;
  for (;;) {
    text = trimmed(text, nullptr, true, false);
    if (text.empty()) return out;
    if (most == 0) {
      out.emplace_back(c.part(trimmed(text, nullptr, false, true)));
      return out;
    }
    const std::size_t end = std::min(text.find_first_of(white_space), text.size());
    out.emplace_back(c.part(text.substr(0, end)));
    text.remove_prefix(end);
    --most;
  }
}

template_value split(const text_call& c) {
  std::int64_t most = c.whole(1, "maxsplit");
  const template_value* between = c.given.find(0, "sep");
  if (between == nullptr || between->is<template_value::none>()) return split_words_of(c, most);
  const std::string& gap = c.argument(0, "split");
  if (gap.empty()) template_fail(errc::format, c.line, "split wants a separator that is not empty");
  template_list out;
  std::size_t at = 0;
  for (std::size_t end; most != 0 && (end = c.text.find(gap, at)) != c.text.npos; --most) {
    out.emplace_back(c.part(c.text.substr(at, end - at)));
    at = end + gap.size();
  }
  out.emplace_back(c.part(c.text.substr(at)));
  return out;
}

template_value split_from_end(const text_call& c) {
  const std::string& gap = c.argument(0, "rsplit");
  if (gap.empty())
    template_fail(errc::format, c.line, "rsplit wants a separator that is not empty");
  std::int64_t most = c.whole(1, "maxsplit");
  template_list out;
  std::string_view rest = c.text;
  for (std::size_t at; most != 0 && (at = rest.rfind(gap)) != std::string_view::npos; --most) {
    out.emplace_back(c.part(rest.substr(at + gap.size())));
    rest = rest.substr(0, at);
  }
  out.emplace_back(c.part(rest));
  std::ranges::reverse(out);
  return out;
}

template_value split_lines(const text_call& c) {
  template_list out;
  std::string_view rest = c.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    out.emplace_back(c.part(rest.substr(0, end)));
    rest.remove_prefix(end);
    if (rest.starts_with("\r\n"))
      rest.remove_prefix(2);
    else if (!rest.empty())
      rest.remove_prefix(1);
  }
  return out;
}

template_value place_of(const text_call& c, bool last) {
  const std::string& part = c.argument(0, "find");
  const std::size_t at = last ? c.text.rfind(part) : c.text.find(part);
  if (at == c.text.npos) return std::int64_t{-1};
  return static_cast<std::int64_t>(character_count(c.text.substr(0, at)));
}

template_value replace(const text_call& c) {
  const std::string& what = c.argument(0, "replace");
  const marked_text& by = marked_argument(c.given, 1, "", "replace", c.line);
  const std::size_t size = by.text().size();
  const std::size_t most = static_cast<std::size_t>(c.whole(2, "count"));
  // The caller counts what was made; this keeps one call within reason.
  if (size > 0 &&
      c.text.size() / std::max<std::size_t>(what.size(), 1) > (std::size_t{256} << 20) / size)
    template_fail(errc::range, c.line, "replace would make a string of more than 256 MiB");
  return replaced(c.whole_text, what, by, most);
}

template_value count(const text_call& c) {
  const std::string& part = c.argument(0, "count");
  std::int64_t n = 0;
  for (std::size_t at = 0; !part.empty() && (at = c.text.find(part, at)) != c.text.npos;
       at += part.size())
    ++n;
  return n;
}

template_value all_are(const text_call& c, bool (*is)(char)) {
  return !c.text.empty() && std::ranges::all_of(c.text, is);
}

template_value without(const text_call& c, bool front) {
  const std::string& part = c.argument(0, front ? "removeprefix" : "removesuffix");
  std::string_view rest = c.text;
  if (front && rest.starts_with(part)) rest.remove_prefix(part.size());
  if (!front && rest.ends_with(part)) rest.remove_suffix(part.size());
  return c.part(rest);
}

template_value in_case(const text_call& c, std::string (*as)(std::string_view)) {
  return c.whole_text.respelt(as(c.text));
}

template_value join(const text_call& c) {
  marked_text out;
  const auto* list = c.given.size() > 0 ? c.given.values[0].as<template_list>() : nullptr;
  if (list == nullptr) template_fail(errc::format, c.line, "join wants a list");
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (i > 0) out.append(c.whole_text);
    out.append(marked_of((*list)[i]));
  }
  return out;
}

/// {} and {name} become arguments; {{ and }} are braces.
template_value format(const text_call& c) {
  marked_text out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < c.text.size(); ++i) {
    const std::string_view sign = c.text.substr(i, 1);
    const char x = sign[0];
    const std::size_t end = c.text.find('}', i);
    if ((x == '{' || x == '}') && c.text.substr(i + 1, 1) == sign) {
      out.append(c.part(c.text.substr(++i, 1)));
    } else if (x == '{' && end != c.text.npos) {
      const std::string name(c.text.substr(i + 1, end - i - 1));
      const template_value* v = c.given.find(name.empty() ? next++ : c.given.size(), name);
      if (v == nullptr)
        template_fail(errc::format, c.line, "format lacks an argument for {", name, "}");
      out.append(marked_of(*v));
      i = end;
    } else {
      out.append(c.part(sign));
    }
  }
  return out;
}

constexpr std::pair<std::string_view, method> text_methods[] = {
    {"strip", [](auto& c) { return strip(c, true, true); }},
    {"lstrip", [](auto& c) { return strip(c, true, false); }},
    {"rstrip", [](auto& c) { return strip(c, false, true); }},
    {"startswith", [](auto& c) { return affix(c, true); }},
    {"endswith", [](auto& c) { return affix(c, false); }},
    {"removeprefix", [](auto& c) { return without(c, true); }},
    {"removesuffix", [](auto& c) { return without(c, false); }},
    {"split", split},
    {"rsplit", split_from_end},
    {"splitlines", split_lines},
    {"upper", [](auto& c) { return in_case(c, upper_ascii); }},
    {"lower", [](auto& c) { return in_case(c, lower_ascii); }},
    {"title", [](auto& c) { return in_case(c, title_ascii); }},
    {"capitalize", [](auto& c) { return in_case(c, capital_ascii); }},
    {"replace", replace},
    {"find", [](auto& c) { return place_of(c, false); }},
    {"rfind", [](auto& c) { return place_of(c, true); }},
    {"count", count},
    {"join", join},
    {"format", format},
    {"isdigit", [](auto& c) { return all_are(c, is_ascii_digit); }},
    {"isalpha", [](auto& c) { return all_are(c, is_ascii_letter); }},
    {"isalnum",
     [](auto& c) {
       return all_are(c, [](char x) { return is_ascii_digit(x) || is_ascii_letter(x); });
     }},
    {"isspace", [](auto& c) { return all_are(c, is_ascii_space); }},
};

std::optional<template_value> call_map_method(const template_map& map, std::string_view name,
                                              const template_arguments& given, std::size_t line) {
  if (name == "get") {
    const template_value* key = given.find(0, "key");
    if (key == nullptr) template_fail(errc::format, line, "get wants a key");
    const template_value* found = find_entry(map, *key);
    const template_value* otherwise = given.find(1, "default");
    if (found != nullptr) return *found;
    return otherwise != nullptr ? *otherwise : template_value(template_value::none{});
  }
  if (name == "cycle" && find_key(map, "index0") != nullptr && given.size() > 0)  // of a loop
    return given
        .values[static_cast<std::size_t>(*whole_of(*find_key(map, "index0"))) % given.size()];
  template_list out;
  for (const auto& [key, value] : map) {
    if (name == "items")
      out.push_back(template_list{key, value});
    else if (name == "keys")
      out.emplace_back(key);
    else if (name == "values")
      out.push_back(value);
    else
      return std::nullopt;
  }
  if (name != "items" && name != "keys" && name != "values") return std::nullopt;
  return out;
}

}  // namespace

const std::string& text_argument(const template_arguments& given, std::size_t place,
                                 std::string_view name, std::string_view whose, std::size_t line) {
  return marked_argument(given, place, name, whose, line).text();
}

const marked_text& marked_argument(const template_arguments& given, std::size_t place,
                                   std::string_view name, std::string_view whose,
                                   std::size_t line) {
  const template_value* v = given.find(place, name);
  const auto* text = v != nullptr ? v->as<marked_text>() : nullptr;
  if (text == nullptr)
    template_fail(errc::format, line, whose, " wants a string",
                  v != nullptr ? message(", not ", kind_of(*v)) : std::string());
  return *text;
}

std::optional<template_value> call_method(const template_value& object, std::string_view name,
                                          const template_arguments& given, std::size_t line) {
  if (const auto* text = object.as<marked_text>()) {
    const auto found =
        std::ranges::find(text_methods, name, &std::pair<std::string_view, method>::first);
    if (found == std::ranges::end(text_methods))
      template_fail(errc::unsupported, line, "strings have no method '", name, "'");
    return found->second({*text, text->text(), given, line});
  }
  if (const auto* map = object.as<template_map>()) return call_map_method(*map, name, given, line);
  return std::nullopt;
}

}  // namespace qx::text
