// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/text/unicode.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <src/text/template_text.hpp>

namespace qx::text {

const template_value* find_key(const template_map& map, std::string_view key) {
  const auto found = std::ranges::find_if(map, [&](const auto& entry) {
    const auto* name = entry.first.template as<std::string>();
    return name != nullptr && *name == key;
  });
  return found == map.end() ? nullptr : &found->second;
}

const template_value* find_entry(const template_map& map, const template_value& key) {
  const auto found =
      std::ranges::find_if(map, [&](const auto& entry) { return are_equal(entry.first, key); });
  return found == map.end() ? nullptr : &found->second;
}

bool is_true(const template_value& v) {
  if (const auto number = number_of(v)) return *number != 0;
  if (const auto* text = v.as<std::string>()) return !text->empty();
  if (const auto* list = v.as<template_list>()) return !list->empty();
  if (const auto* map = v.as<template_map>()) return !map->empty();
  return v.is<template_value::function>() || v.is<template_value::name_space>();
}

std::optional<double> number_of(const template_value& v) {
  if (const auto* number = v.as<double>()) return *number;
  if (const auto whole = whole_of(v)) return static_cast<double>(*whole);
  return std::nullopt;
}

std::optional<std::int64_t> whole_of(const template_value& v) {
  if (const auto* whole = v.as<std::int64_t>()) return *whole;
  if (const auto* truth = v.as<bool>()) return *truth ? 1 : 0;
  return std::nullopt;
}

bool are_equal(const template_value& a, const template_value& b) {
  if (const auto x = number_of(a), y = number_of(b); x && y) return *x == *y;
  if (const auto* x = a.as<std::string>(), *y = b.as<std::string>(); x && y) return *x == *y;
  if (const auto* x = a.as<template_list>(), *y = b.as<template_list>(); x && y)
    return std::ranges::equal(*x, *y, are_equal);
  if (const auto* x = a.as<template_map>(), *y = b.as<template_map>(); x && y) {
    return x->size() == y->size() && std::ranges::all_of(*x, [&](const auto& entry) {
             const template_value* other = find_entry(*y, entry.first);
             return other != nullptr && are_equal(entry.second, *other);
           });
  }
  if (const auto* x = a.as<template_value::name_space>(), *y = b.as<template_value::name_space>();
      x && y)
    return x->index == y->index;
  return (a.is<template_value::none>() && b.is<template_value::none>()) ||
         (a.is<template_value::undefined>() && b.is<template_value::undefined>());
}

std::optional<std::partial_ordering> order_of(const template_value& a, const template_value& b) {
  if (const auto x = number_of(a), y = number_of(b); x && y) return *x <=> *y;
  if (const auto* x = a.as<std::string>(), *y = b.as<std::string>(); x && y) return *x <=> *y;
  return std::nullopt;
}

std::string_view kind_of(const template_value& v) {
  if (v.is<template_value::undefined>()) return "undefined";
  if (v.is<template_value::none>()) return "none";
  if (v.is<std::string>()) return "a string";
  if (v.is<template_list>()) return "a list";
  if (v.is<template_map>()) return "a mapping";
  if (v.is<template_value::function>()) return "a function";
  if (v.is<template_value::name_space>()) return "a namespace";
  return "a number";
}

namespace {

std::string number_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  std::string out(digits.data(), end);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

void append_quoted(std::string& out, std::string_view text, char quote, bool json) {
  out += quote;
  for (const char c : text) {
    const std::size_t named = std::string_view("\n\t\r\b\f").find(c);
    if (c == quote || c == '\\')
      out += '\\', out += c;
    else if (named != std::string_view::npos && (json || named < 3))
      out += '\\', out += "ntrbf"[named];
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      constexpr std::string_view hex = "0123456789abcdef";
      if (c == 0x7F && json)
        out += c;
      else
        out += json ? "\\u00" : "\\x", out += hex[c >> 4 & 15], out += hex[c & 15];
    } else {
      out += c;
    }
  }
  out += quote;
}

/// Python's and JSON's way of writing values differ in words and quotes.
struct value_writer {
  bool json;
  std::optional<std::size_t> indent{};
  std::string out{};
  std::size_t depth = 0;

  void write(const template_value& v) {
    if (const auto* text = v.as<std::string>()) {
      const bool single =
          text->find('\'') == std::string::npos || text->find('"') != std::string::npos;
      append_quoted(out, *text, !json && single ? '\'' : '"', json);
    } else if (const auto* truth = v.as<bool>()) {
      out += *truth ? (json ? "true" : "True") : (json ? "false" : "False");
    } else if (const auto* whole = v.as<std::int64_t>()) {
      out += std::to_string(*whole);
    } else if (const auto* number = v.as<double>()) {
      out += number_text(*number);
    } else if (const auto* list = v.as<template_list>()) {
      write_list(*list);
    } else if (const auto* map = v.as<template_map>()) {
      write_map(*map);
    } else if (v.is<template_value::none>() || json) {
      out += json ? "null" : "None";
    } else if (!v.is<template_value::undefined>()) {
      out += message('<', kind_of(v).substr(2), '>');
    }
  }

  void line_break() {
    if (indent) out += '\n', out.append(depth * *indent, ' ');
  }
  void separate(bool first) {
    if (!first) out += indent ? "," : ", ";
    line_break();
  }

  void write_list(const template_list& list) {
    out += '[';
    ++depth;
    for (std::size_t i = 0; i < list.size(); ++i)
      separate(i == 0), write(list[i]);
    --depth;
    if (!list.empty()) line_break();
    out += ']';
  }

  void write_map(const template_map& map) {
    out += '{';
    ++depth;
    for (std::size_t i = 0; i < map.size(); ++i) {
      separate(i == 0);
      const bool name = map[i].first.is<std::string>();
      write(json && !name ? template_value(json_of(map[i].first)) : map[i].first);
      out += ": ";
      write(map[i].second);
    }
    --depth;
    if (!map.empty()) line_break();
    out += '}';
  }
};

}  // namespace

std::string text_of(const template_value& v) {
  if (const auto* text = v.as<std::string>()) return *text;
  value_writer writer{.json = false};
  writer.write(v);
  return std::move(writer.out);
}

bool is_foreign(const template_value& v) {
  if (const auto* text = v.as<marked_text>()) return !text->foreign().empty();
  if (const auto* list = v.as<template_list>()) return std::ranges::any_of(*list, is_foreign);
  const auto* map = v.as<template_map>();
  return map != nullptr && std::ranges::any_of(*map, [](const auto& entry) {
           return is_foreign(entry.first) || is_foreign(entry.second);
         });
}

marked_text marked_of(const template_value& v) {
  if (const auto* text = v.as<marked_text>()) return *text;
  return marked_text(text_of(v), is_foreign(v));
}

std::string json_of(const template_value& v, std::optional<std::size_t> indent) {
  value_writer writer{.json = true, .indent = indent};
  writer.write(v);
  return std::move(writer.out);
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += read_utf8(text, at).length)
    ++count;
  return count;
}

std::size_t character_offset(std::string_view text, std::size_t character) {
  std::size_t at = 0;
  for (; character > 0 && at < text.size(); --character)
    at += read_utf8(text, at).length;
  return at;
}

}  // namespace qx::text
