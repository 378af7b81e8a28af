// SPDX-License-Identifier: MIT
#include <algorithm>
#include <src/text/run_scanner.hpp>

namespace qx::text {

namespace {

bool belongs(const glyph& g, const run_rules& rules) {
  const bool named =
      g.is(rules.classes) ||
      (g.code < 0x80 && rules.extra.find(static_cast<char>(g.code)) != std::string_view::npos) ||
      contains(rules.ranges, g.code);
  return named != rules.negated;
}

/// The end of a run that begins at `at`, or `at`.
std::size_t bare_run_end(std::string_view text, std::size_t at, const run_rules& rules) {
  std::size_t end = at, count = 0;
  for (glyph g = look(text, at); count < rules.most && g.length != 0 && belongs(g, rules);
       g = look(text, end)) {
    end += g.length;
    ++count;
  }
  return count < rules.least ? at : end;
}

std::size_t match_end(std::string_view text, std::size_t at, const run_rules& rules) {
  const glyph first = look(text, at);
  const bool may_lead = (rules.lead == run_lead::space && first.code == ' ') ||
                        (rules.lead == run_lead::whitespace && first.is(char_class::whitespace));
  if (may_lead) {
    const std::size_t body = at + first.length, end = bare_run_end(text, body, rules);
    if (end != body) return end;
  }
  return bare_run_end(text, at, rules);
}

std::size_t numbers_end(std::string_view text, std::size_t at) {
  return bare_run_end(text, at, {.classes = char_class::number});
}

/// Collects ends without repeating the last one or giving an empty first piece.
class end_list {
 public:
  end_list(std::size_t base, std::vector<std::size_t>& ends) : base_(base), ends_(ends) {}
  void cut(std::size_t at) {
    if (at > last_) ends_.push_back(base_ + at);
    last_ = at;
  }

 private:
  std::size_t base_, last_ = 0;
  std::vector<std::size_t>& ends_;
};

template <class Wanted>
void cut_groups(std::string_view text, std::size_t base, std::vector<std::size_t>& ends,
                Wanted wanted) {
  end_list out(base, ends);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = numbers_end(text, at);
    if (end == at) {
      at += look(text, at).length;
      continue;
    }
    if (!wanted(end)) {
      at = end;
      continue;
    }
    out.cut(at);
    std::size_t left = 0;
    for (std::size_t i = at; i < end; i += look(text, i).length)
      ++left;
    for (; at < end; at += look(text, at).length, --left)
      if (left % 3 == 0) out.cut(at);
    out.cut(end);
  }
  out.cut(text.size());
}

}  // namespace

void cut_runs(std::string_view text, std::size_t base, std::vector<std::size_t>& ends,
              const run_rules& rules) {
  end_list out(base, ends);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = match_end(text, at, rules);
    if (end == at) {
      at += look(text, at).length;
      continue;
    }
    out.cut(at);
    out.cut(end);
    at = end;
  }
  out.cut(text.size());
}

void cut_trailing_space(std::string_view text, std::size_t base, std::vector<std::size_t>& ends) {
  std::size_t begin = 0;  // of the white space that the text up to `at` ends in
  for (std::size_t at = 0; at < text.size();) {
    const glyph g = look(text, at);
    at += g.length;
    if (!g.is(char_class::whitespace)) begin = at;
  }
  end_list out(base, ends);
  out.cut(begin);
  out.cut(text.size());
}

void cut_grouped_numbers(std::string_view text, std::size_t base, std::vector<std::size_t>& ends) {
  cut_groups(text, base, ends, [](std::size_t) { return true; });
}

void cut_grouped_words(std::string_view text, std::size_t base, std::vector<std::size_t>& ends) {
  cut_groups(text, base, ends, [text](std::size_t end) {
    const glyph next = look(text, end);
    return next.code != '_' && !next.is(char_class::letter | char_class::mark);
  });
}

void cut_before_triples(std::string_view text, std::size_t base, std::vector<std::size_t>& ends) {
  constexpr std::string_view digits = "0123456789";
  end_list out(base, ends);
  for (std::size_t at = text.find_first_of(digits); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(digits, at), text.size());
    for (; at < end; ++at)
      if ((end - at) % 3 == 0) out.cut(at);
    at = text.find_first_of(digits, end);
  }
  out.cut(text.size());
}

}  // namespace qx::text
