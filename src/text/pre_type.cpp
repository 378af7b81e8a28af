// SPDX-License-Identifier: MIT
#include <qx/text/pre_type.hpp>

#include <algorithm>
#include <src/text/code_ranges.hpp>
#include <src/text/run_scanner.hpp>
#include <src/text/word_scanner.hpp>

namespace qx::text {

namespace {

using namespace char_class;
using cuts = contractions;
constexpr std::size_t every = word_rules::every;

/// A pass that cuts all of a stretch into words; what the pattern does not match is one word, too.
template <word_rules R>
void words(std::string_view text, std::size_t base, std::vector<std::size_t>& ends) {
  word_scanner<R> scan(text);
  std::size_t begin = 0;  // of what no word has reached yet
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = scan.next(at);
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

/// A pass that cuts out runs and leaves the rest in one piece.
template <const run_rules& R>
void runs(std::string_view text, std::size_t base, std::vector<std::size_t>& ends) {
  cut_runs(text, base, ends, R);
}

// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
constexpr word_rules gpt2{.shortened = cuts::exact,
                          .any_lead = false,
                          .spaced_digits = true,
                          .newline_tail = false,
                          .breaks = false};
// (?i:'s|…)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
constexpr word_rules llama3{.shortened = cuts::folded, .digits = 3};
constexpr word_rules qwen2{.shortened = cuts::folded, .digits = 1};
constexpr word_rules qwen35{.shortened = cuts::folded, .word = letter | mark, .digits = 1};
constexpr word_rules minicpm5{.shortened = cuts::folded};
constexpr word_rules seed_coder{.shortened = cuts::folded, .digits = 1, .newline_tail = false};
constexpr word_rules jais2{.shortened = cuts::folded, .digits = 3, .powers = true};
constexpr word_rules exaone_moe{
    .shortened = cuts::folded, .spaced = true, .digits = 1, .slash_tail = true, .longest_tail = 1};
// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+
// |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*
// |\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
constexpr word_rules tekken{
    .word = letter | mark, .by_case = true, .digits = 1, .slash_tail = true};
// The same with (?i:'s|…)? at the end of words, and \p{N}{1,3}.
constexpr word_rules gpt4o{.shortened = cuts::after,
                           .word = letter | mark,
                           .by_case = true,
                           .digits = 3,
                           .slash_tail = true};
constexpr word_rules youtu{.shortened = cuts::after,
                           .word = letter | mark,
                           .by_case = true,
                           .digits = 1,
                           .slash_tail = true};
constexpr word_rules kimi_k2{
    .shortened = cuts::after, .han = true, .word = letter | mark, .by_case = true, .digits = 3};
// [!-/:-@[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*
// |\s*[\r\n]+|\s+(?!\S)|\s+
constexpr word_rules deepseek3{.sign_words = true,
                               .word = letter | mark,
                               .no_lead = letter | punctuation | symbol,
                               .digits = 0,
                               .signs = punctuation | symbol};

// [\p{P}$+<=>^~|]+ and \p{N}, \p{N}{1,3}, \p{N}+, [0-9][0-9][0-9]
constexpr run_rules signs{.classes = punctuation, .extra = "$+<=>^~|"};
constexpr run_rules falcon_signs{.classes = punctuation, .extra = "$+<=>^~|`"};
constexpr run_rules single_numbers{.classes = number, .most = 1};
constexpr run_rules three_numbers{.classes = number, .most = 3};
constexpr run_rules numbers{.classes = number};
constexpr run_rules three_digits{.extra = "0123456789", .least = 3, .most = 3};
constexpr run_rules line_ends{.extra = "\r\n", .most = 1};
constexpr run_rules lines{.extra = "\n"};

constexpr run_rules deepseek_letters{.ranges = deepseek_letter_ranges,
                                     .lead = run_lead::whitespace};
constexpr run_rules deepseek_signs{.ranges = deepseek_sign_ranges, .lead = run_lead::whitespace};
constexpr run_rules deepseek_cjk{.ranges = deepseek_cjk_ranges};
constexpr run_rules spaced_letters{.classes = letter, .lead = run_lead::whitespace};
constexpr run_rules spaced_punctuation{.classes = punctuation, .lead = run_lead::whitespace};
constexpr run_rules han_and_kana{.ranges = kana_ranges};
//  ?[^(\s|.,!?…。，、।۔،)]+
constexpr run_rules bloom_words{.classes = whitespace,
                                .extra = "(|.,!?)",
                                .ranges = bloom_ranges,
                                .negated = true,
                                .lead = run_lead::space};
constexpr run_rules hangul{.ranges = hangul_ranges};
constexpr run_rules wide_signs{.ranges = wide_sign_ranges};
constexpr run_rules bopomofo{.ranges = bopomofo_ranges};
constexpr run_rules unspaced{.ranges = unspaced_ranges};

constexpr pre_pass default_passes[] = {runs<signs>, words<gpt2>, runs<numbers>, runs<three_digits>};
constexpr pre_pass gpt2_passes[] = {words<gpt2>};
constexpr pre_pass llama3_passes[] = {words<llama3>};
constexpr pre_pass qwen2_passes[] = {words<qwen2>};
constexpr pre_pass qwen35_passes[] = {words<qwen35>};
constexpr pre_pass starcoder_passes[] = {runs<single_numbers>, words<gpt2>};
constexpr pre_pass falcon_passes[] = {runs<falcon_signs>, words<gpt2>, runs<three_digits>};
constexpr pre_pass deepseek_llm_passes[] = {runs<line_ends>,      runs<deepseek_letters>,
                                            runs<deepseek_signs>, cut_trailing_space,
                                            runs<deepseek_cjk>,   runs<numbers>};
constexpr pre_pass deepseek_coder_passes[] = {runs<line_ends>, runs<spaced_letters>,
                                              runs<spaced_punctuation>, runs<deepseek_cjk>,
                                              runs<single_numbers>};
constexpr pre_pass deepseek3_passes[] = {runs<three_numbers>, runs<han_and_kana>, words<deepseek3>};
constexpr pre_pass bloom_passes[] = {runs<bloom_words>};
constexpr pre_pass viking_passes[] = {runs<bloom_words>, runs<single_numbers>};
constexpr pre_pass tekken_passes[] = {words<tekken>};
constexpr pre_pass gpt4o_passes[] = {words<gpt4o>};
constexpr pre_pass youtu_passes[] = {runs<hangul>, runs<wide_signs>, runs<bopomofo>,
                                     runs<han_and_kana>, words<youtu>};
constexpr pre_pass tiny_aya_passes[] = {cut_grouped_words, words<gpt4o>};
constexpr pre_pass kimi_k2_passes[] = {words<kimi_k2>};
constexpr pre_pass superbpe_passes[] = {runs<numbers>, cut_before_triples};
constexpr pre_pass seed_coder_passes[] = {words<seed_coder>};
constexpr pre_pass afmoe_passes[] = {cut_grouped_numbers, runs<unspaced>, words<deepseek3>};
constexpr pre_pass laguna_passes[] = {runs<lines>, words<qwen2>};
constexpr pre_pass minicpm5_passes[] = {runs<three_numbers>, words<minicpm5>};
constexpr pre_pass jais2_passes[] = {words<jais2>};
constexpr pre_pass exaone_moe_passes[] = {words<exaone_moe>};

struct named_rules {
  std::string_view name;
  pre_rules rules;
};

constexpr named_rules all_rules[] = {
    {"default", {default_passes}},
    {"llama-bpe", {llama3_passes, true, true}},
    {"llama3", {llama3_passes, true, true}},
    {"llama-v3", {llama3_passes, true, true}},
    {"falcon3", {llama3_passes, true, true}},
    {"falcon-h1", {llama3_passes, true, true}},
    {"pixtral", {llama3_passes, true, true}},
    {"lfm2", {llama3_passes, true, true}},
    {"midm-2.0", {llama3_passes, true, true}},
    {"jina-v5-nano", {llama3_passes, true, true}},
    {"dbrx", {llama3_passes}},
    {"smaug-bpe", {llama3_passes}},
    {"glm4", {llama3_passes}},
    {"chatglm-bpe", {llama3_passes}},
    {"gpt-2", {gpt2_passes}},
    {"phi-2", {gpt2_passes}},
    {"mpt", {gpt2_passes}},
    {"olmo", {gpt2_passes}},
    {"jais", {gpt2_passes}},
    {"exaone4", {gpt2_passes}},
    {"gigachat", {gpt2_passes}},
    {"mellum", {gpt2_passes}},
    {"modern-bert", {gpt2_passes}},
    {"trillion", {gpt2_passes}},
    {"granite-docling", {gpt2_passes}},
    {"jina-es", {gpt2_passes}},
    {"jina-de", {gpt2_passes}},
    {"jina-v1-en", {gpt2_passes}},
    {"jina-v2-es", {gpt2_passes}},
    {"jina-v2-de", {gpt2_passes}},
    {"jina-v2-code", {gpt2_passes}},
    {"roberta-bpe", {gpt2_passes}},
    {"a.x-4.0", {gpt2_passes}},
    {"qwen2", {qwen2_passes}},
    {"deepseek-r1-qwen", {qwen2_passes}},
    {"kormo", {qwen2_passes}},
    {"f2llmv2", {qwen2_passes}},
    {"stablelm2", {qwen2_passes}},
    {"megrez", {qwen2_passes}},
    {"hunyuan", {qwen2_passes}},
    {"solar-open", {qwen2_passes}},
    {"grok-2", {qwen2_passes}},
    {"bailingmoe", {qwen2_passes}},  // \s*[\r\n] ends at the last line break, as \s*[\r\n]+ does
    {"bailingmoe2", {qwen2_passes}},
    {"llada-moe", {qwen2_passes}},
    {"qwen35", {qwen35_passes}},
    {"starcoder", {starcoder_passes}},
    {"refact", {starcoder_passes}},
    {"command-r", {starcoder_passes}},
    {"smollm", {starcoder_passes}},
    {"codeshell", {starcoder_passes}},
    {"exaone", {starcoder_passes}},
    {"minerva-7b", {starcoder_passes}},
    {"mellum2", {starcoder_passes}},
    {"falcon", {falcon_passes}},
    {"deepseek-llm", {deepseek_llm_passes}},
    {"deepseek-coder", {deepseek_coder_passes}},
    {"deepseek-v3", {deepseek3_passes}},
    {"hunyuan-dense", {deepseek3_passes}},
    {"joyai-llm", {deepseek3_passes}},
    {"poro-chat", {bloom_passes}},
    {"bloom", {bloom_passes}},
    {"gpt3-finnish", {bloom_passes}},
    {"viking", {viking_passes}},
    {"tekken", {tekken_passes, true, true}},
    {"gpt-4o", {gpt4o_passes}},
    {"llama4", {gpt4o_passes}},
    {"kanana2", {gpt4o_passes}},
    {"talkie", {gpt4o_passes}},
    {"minimax-m2", {gpt4o_passes}},
    {"granite-embed-multi-97m", {gpt4o_passes, true}},
    {"youtu", {youtu_passes, true}},
    {"tiny_aya", {tiny_aya_passes}},
    {"cohere2moe", {tiny_aya_passes}},
    {"kimi-k2", {kimi_k2_passes}},
    {"superbpe", {superbpe_passes}},
    {"seed-coder", {seed_coder_passes}},
    {"afmoe", {afmoe_passes}},
    {"laguna", {laguna_passes}},
    {"minicpm5", {minicpm5_passes, true}},
    {"jais-2", {jais2_passes}},
    {"exaone-moe", {exaone_moe_passes}},
};

}  // namespace

std::optional<pre_rules> find_pre_rules(std::string_view name) {
  const auto found = std::ranges::find(all_rules, name, &named_rules::name);
  if (found == std::ranges::end(all_rules)) return std::nullopt;
  return found->rules;
}

pre_rules default_pre_rules() { return {default_passes}; }

void split_words(std::string_view text, const pre_rules& rules, std::vector<std::size_t>& ends) {
  ends.clear();
  if (text.empty()) return;
  ends.push_back(text.size());
  std::vector<std::size_t> before;
  for (const pre_pass pass : rules.passes) {
    before.swap(ends);
    ends.clear();
    std::size_t begin = 0;
    for (const std::size_t end : before) {
      pass(text.substr(begin, end - begin), begin, ends);
      begin = end;
    }
  }
}

}  // namespace qx::text
