// SPDX-License-Identifier: MIT
#include <qx/text/pre_type.hpp>

#include <algorithm>
#include <src/text/word_scanner.hpp>

namespace qx::text {

namespace {

struct named_rules {
  std::string_view name;
  pre_rules rules;
};

using enum pre_pass;

constexpr pre_rules assumed{{punctuation, words_gpt2, number_runs, digit_triples}};
constexpr pre_rules gpt2{{words_gpt2}};
constexpr pre_rules llama3{{words_llama3}};
constexpr pre_rules llama3_whole_words{{words_llama3}, true, true};
constexpr pre_rules qwen2{{words_qwen2}};
constexpr pre_rules digits_then_gpt2{{single_numbers, words_gpt2}};
constexpr pre_rules falcon{{punctuation_falcon, words_gpt2, digit_triples}};

constexpr named_rules known[] = {
    {"default", assumed},
    {"llama-bpe", llama3_whole_words},
    {"llama3", llama3_whole_words},
    {"llama-v3", llama3_whole_words},
    {"falcon3", llama3_whole_words},
    {"falcon-h1", llama3_whole_words},
    {"pixtral", llama3_whole_words},
    {"lfm2", llama3_whole_words},
    {"midm-2.0", llama3_whole_words},
    {"dbrx", llama3},
    {"smaug-bpe", llama3},
    {"glm4", llama3},
    {"chatglm-bpe", llama3},
    {"gpt-2", gpt2},
    {"phi-2", gpt2},
    {"mpt", gpt2},
    {"olmo", gpt2},
    {"jais", gpt2},
    {"exaone4", gpt2},
    {"gigachat", gpt2},
    {"mellum", gpt2},
    {"modern-bert", gpt2},
    {"trillion", gpt2},
    {"granite-docling", gpt2},
    {"qwen2", qwen2},
    {"deepseek-r1-qwen", qwen2},
    {"stablelm2", qwen2},
    {"megrez", qwen2},
    {"hunyuan", qwen2},
    {"solar-open", qwen2},
    {"grok-2", qwen2},
    {"starcoder", digits_then_gpt2},
    {"refact", digits_then_gpt2},
    {"command-r", digits_then_gpt2},
    {"smollm", digits_then_gpt2},
    {"codeshell", digits_then_gpt2},
    {"exaone", digits_then_gpt2},
    {"minerva-7b", digits_then_gpt2},
    {"falcon", falcon},
};

/// A pass that cuts all of a stretch into words: `next` gives the end of the word at a place.
template <class Next>
void cut(std::string_view text, std::size_t base, std::vector<std::size_t>& ends, Next next) {
  for (std::size_t at = 0; at < text.size();) {
    at = next(text, at);
    ends.push_back(base + at);
  }
}

/// A pass that cuts out what it matches: `match` gives the end of a match that begins at a place,
/// or the place itself. What lies between two matches stays one stretch.
template <class Match>
void cut_out(std::string_view text, std::size_t base, std::vector<std::size_t>& ends, Match match) {
  std::size_t begin = 0;  // of the stretch that no match has reached yet
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = match(text, at);
    if (end == at) {
      at += look(text, at).length;
      continue;
    }
    if (at > begin) ends.push_back(base + at);
    ends.push_back(base + end);
    at = begin = end;
  }
  if (begin < text.size()) ends.push_back(base + text.size());
}

void run_pass(pre_pass pass, std::string_view text, std::size_t base,
              std::vector<std::size_t>& ends) {
  constexpr std::size_t any = static_cast<std::size_t>(-1);
  const auto numbers = [](std::size_t most) {
    return [most](std::string_view t, std::size_t at) { return numbers_end(t, at, most); };
  };
  const auto punctuation_and = [](std::string_view signs) {
    return [signs](std::string_view t, std::size_t at) { return punctuation_end(t, at, signs); };
  };
  switch (pass) {
  case none: ends.push_back(base + text.size()); break;
  case words_gpt2: cut(text, base, ends, gpt2_word_end); break;
  case words_llama3:
    cut(text, base, ends, [](auto t, std::size_t at) { return llama3_word_end(t, at, 3); });
    break;
  case words_qwen2:
    cut(text, base, ends, [](auto t, std::size_t at) { return llama3_word_end(t, at, 1); });
    break;
  case pre_pass::punctuation: cut_out(text, base, ends, punctuation_and("$+<=>^~|")); break;
  case punctuation_falcon: cut_out(text, base, ends, punctuation_and("$+<=>^~|`")); break;
  case number_runs: cut_out(text, base, ends, numbers(any)); break;
  case single_numbers: cut_out(text, base, ends, numbers(1)); break;
  case digit_triples: cut_out(text, base, ends, three_digits_end); break;
  }
}

}  // namespace

std::optional<pre_rules> find_pre_rules(std::string_view name) {
  const auto found = std::ranges::find(known, name, &named_rules::name);
  if (found == std::ranges::end(known)) return std::nullopt;
  return found->rules;
}

pre_rules default_pre_rules() { return assumed; }

void split_words(std::string_view text, const pre_rules& rules, std::vector<std::size_t>& ends) {
  ends.clear();
  if (text.empty()) return;
  run_pass(rules.passes[0], text, 0, ends);
  std::vector<std::size_t> before;
  for (std::size_t pass = 1; pass < rules.passes.size() && rules.passes[pass] != none; ++pass) {
    before.swap(ends);
    ends.clear();
    std::size_t begin = 0;
    for (const std::size_t end : before) {
      run_pass(rules.passes[pass], text.substr(begin, end - begin), begin, ends);
      begin = end;
    }
  }
}

}  // namespace qx::text
