// SPDX-License-Identifier: MIT
#include "json_range.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <charconv>

namespace qx::text {
namespace {

constexpr std::size_t most_digits = 18;
constexpr std::int64_t largest = 999'999'999'999'999'999;  // most_digits nines
constexpr std::string_view any_digits = "[0-9]{1,16}";

std::string digit_range(char first, char last) {
  return first == last ? message('"', first, '"') : message('[', first, '-', last, ']');
}

void add_choice(std::string& choices, std::string_view one) {
  if (!choices.empty()) choices += " | ";
  choices += one;
}

/// Numbers of as many digits as both have.
std::string of_same_length(const std::string& low, const std::string& high) {
  if (low.empty()) return "";
  const std::size_t rest = low.size() - 1;
  const std::string low_rest = low.substr(1), high_rest = high.substr(1);
  const std::string nines(rest, '9'), zeros(rest, '0');
  const auto any_rest = rest == 0 ? std::string() : message(" [0-9]{", rest, '}');
  if (low_rest == zeros && high_rest == nines) return digit_range(low[0], high[0]) + any_rest;
  if (low[0] == high[0])
    return digit_range(low[0], low[0]) + ' ' + of_same_length(low_rest, high_rest);
  std::string out = digit_range(low[0], low[0]) + ' ' + of_same_length(low_rest, nines);
  if (high[0] - low[0] > 1)
    out += " | " + digit_range(static_cast<char>(low[0] + 1), static_cast<char>(high[0] - 1)) +
           any_rest;
  return '(' + out + " | " + digit_range(high[0], high[0]) + ' ' +
         of_same_length(zeros, high_rest) + ')';
}

/// Whole numbers from `low` to `high`, neither negative.
std::string natural(std::int64_t low, std::int64_t high) {
  std::string out;
  for (std::string first = std::to_string(low);;) {
    const std::string last = std::to_string(high), nines(first.size(), '9');
    const bool there = first.size() == last.size();
    add_choice(out, of_same_length(first, there ? last : nines));
    if (there) return out;
    first = '1' + std::string(first.size(), '0');
  }
}

std::int64_t whole_of(const decimal& d) {
  std::int64_t n = 0;
  std::from_chars(d.whole.data(), d.whole.data() + d.whole.size(), n);
  return n;
}

/// The least whole number above a limit from below.
std::int64_t rounded_up(const number_limit& limit) {
  const bool exact = limit.at.fraction.empty();
  const std::int64_t n = whole_of(limit.at);
  if (limit.at.negative) return exact && limit.open ? 1 - n : -n;
  return n + (exact && !limit.open ? 0 : 1);
}

number_limit mirrored(number_limit limit) {
  limit.at.negative = !limit.at.negative;
  return limit;
}

/// What is left of a limit behind some digits of a fraction.
struct fraction_edge {
  std::string_view digits;
  bool open;

  [[nodiscard]] fraction_edge rest() const { return {digits.substr(digits.empty() ? 0 : 1), open}; }
  [[nodiscard]] bool is_zero() const { return digits.empty(); }
};
using maybe_edge = std::optional<fraction_edge>;

/// What may follow in a fraction: nothing, if that fits, or digits, "" where none fit.
struct tail {
  bool empty_fits;
  std::string digits;

  /// Nothing where neither fits.
  [[nodiscard]] std::optional<std::string> after(std::string_view before,
                                                 std::string_view point) const {
    if (digits.empty()) return empty_fits ? std::optional<std::string>(before) : std::nullopt;
    return message(before, " (", point, " (", digits, "))", empty_fits ? "?" : "");
  }
};

tail tails(maybe_edge low, maybe_edge high);

/// One choice for each first digit that leaves something to compare, one for all between.
std::string tails_by_digit(const maybe_edge& low, const maybe_edge& high) {
  const auto rest = [](const maybe_edge& e) { return e ? maybe_edge(e->rest()) : e; };
  char first = low && !low->is_zero() ? low->digits[0] : '0';
  char last = high ? high->digits[0] : '9';
  std::string out;
  const auto add = [&](char digit, const maybe_edge& l, const maybe_edge& h) {
    if (const auto one = tails(l, h).after(digit_range(digit, digit), "")) add_choice(out, *one);
  };
  if (low && high && first == last) {
    add(first, rest(low), rest(high));
    return out;
  }
  if (first > last) return out;
  if (low) add(first++, rest(low), std::nullopt);
  if (high) add(last--, std::nullopt, rest(high));
  if (first <= last) add_choice(out, digit_range(first, last) + " [0-9]{0,15}");
  return out;
}

tail tails(maybe_edge low, maybe_edge high) {
  if (low && low->is_zero() && !low->open) low.reset();
  if (high && high->is_zero()) {
    const bool fits = !low && !high->open;
    return {fits, fits ? "\"0\"{1,16}" : ""};
  }
  if (!low && !high) return {true, std::string(any_digits)};
  if (low && low->is_zero() && !high) return {false, "\"0\"{0,15} [1-9] [0-9]{0,15}"};
  return {!low, tails_by_digit(low, high)};
}

/// Numbers that are not negative, without their sign.
std::optional<std::string> magnitudes(const number_limit& low,
                                      const std::optional<number_limit>& high) {
  const std::int64_t first = whole_of(low.at), last = high ? whole_of(high->at) : largest;
  const maybe_edge above = fraction_edge{low.at.fraction, low.open};
  const maybe_edge below = high ? maybe_edge({high->at.fraction, high->open}) : std::nullopt;
  std::string out;
  const auto add = [&](std::int64_t whole, const maybe_edge& l, const maybe_edge& h) {
    if (const auto one = tails(l, h).after(message('"', whole, '"'), "\".\" "))
      add_choice(out, *one);
  };
  if (first == last) {
    add(first, above, below);
  } else if (first < last) {
    add(first, above, std::nullopt);
    if (last - first > 1)
      add_choice(out, message('(', natural(first + 1, last - 1), ") (\".\" ", any_digits, ")?"));
    add(last, std::nullopt, below);
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace

std::strong_ordering operator<=>(const decimal& a, const decimal& b) {
  if (a.negative != b.negative)
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  const auto digits = a.whole.size() != b.whole.size() ? a.whole.size() <=> b.whole.size()
                      : a.whole != b.whole             ? a.whole <=> b.whole
                                                       : a.fraction <=> b.fraction;
  return a.negative ? 0 <=> digits : digits;
}

std::optional<decimal> parse_decimal(std::string_view json_number) {
  decimal out;
  out.negative = json_number.starts_with('-');
  if (out.negative) json_number.remove_prefix(1);
  const std::size_t exponent_at = std::min(json_number.find_first_of("eE"), json_number.size());
  std::string_view exponent = json_number.substr(exponent_at),
                   digits = json_number.substr(0, exponent_at);
  if (!exponent.empty())
    exponent.remove_prefix(exponent.starts_with("e+") || exponent.starts_with("E+") ? 2 : 1);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  int shift = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), shift);
  out.whole = digits.substr(0, point);
  if (point < digits.size()) out.fraction = digits.substr(point + 1);
  if (std::abs(shift) > 40) return std::nullopt;
  for (; shift > 0; --shift) {
    out.whole += out.fraction.empty() ? '0' : out.fraction[0];
    if (!out.fraction.empty()) out.fraction.erase(0, 1);
  }
  for (; shift < 0; ++shift) {
    out.fraction.insert(0, 1, out.whole.empty() ? '0' : out.whole.back());
    if (!out.whole.empty()) out.whole.pop_back();
  }
  out.whole.erase(0, out.whole.find_first_not_of('0'));
  out.fraction.erase(out.fraction.find_last_not_of('0') + 1);
  if (out.whole.empty()) out.whole += '0';
  if (out.whole == "0" && out.fraction.empty()) out.negative = false;
  if (std::max(out.whole.size(), out.fraction.size()) > most_digits) return std::nullopt;
  return out;
}

std::optional<std::string> gbnf_integers(const number_range& range) {
  const std::int64_t low = range.least ? rounded_up(*range.least) : -largest;
  const std::int64_t high = range.most ? -rounded_up(mirrored(*range.most)) : largest;
  if (low > high) return std::nullopt;
  std::string out;
  if (low < 0) out = message("\"-\" (", natural(high < 0 ? -high : 1, -low), ')');
  if (high >= 0) add_choice(out, natural(std::max<std::int64_t>(low, 0), high));
  return out;
}

std::optional<std::string> gbnf_numbers(const number_range& range) {
  const decimal zero;
  std::string out;
  if (!range.least || range.least->at < zero) {
    // Those below zero are their magnitudes, whose limits change places.
    const bool all_below = range.most && range.most->at < zero;
    const number_limit nearest = all_below ? mirrored(*range.most) : number_limit{zero, true};
    const auto farthest = range.least ? std::optional(mirrored(*range.least)) : std::nullopt;
    if (const auto below = magnitudes(nearest, farthest)) out = message("\"-\" (", *below, ')');
  }
  if (!range.most || !(range.most->at < zero)) {
    const bool all_above = range.least && !(range.least->at < zero);
    if (const auto above = magnitudes(all_above ? *range.least : number_limit{zero}, range.most))
      add_choice(out, *above);
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace qx::text
