// SPDX-License-Identifier: MIT
/// \file
/// `qx sample`: what a chain of sampling rules makes of logits, rule by rule.
#include "command.hpp"
#include "input.hpp"
#include "json.hpp"
#include "units.hpp"
#include "utf8.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/run/chain.hpp>
#include <qx/run/sampler.hpp>
#include <qx/text/load.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace qx::cli {
namespace {

constexpr std::size_t most_shown = 40;

struct sample_choices {
  std::optional<std::string> model;
  std::string logits, history;
  std::string chain = std::string(default_chain);
  std::size_t draws = 0;
  std::uint64_t seed = 0;
  std::optional<std::uint64_t> given_seed;
  bool json = false;
};

/// What a rule did.
struct rule_effect {
  std::string rule;
  std::size_t removed;
  std::size_t left;
};

struct outcome {
  std::size_t vocabulary = 0;
  std::vector<rule_effect> steps;
  std::vector<likelihood> survivors;
  std::vector<std::size_t> drawn;  ///< [survivor], or empty
};

result<std::vector<float>> read_logits(const std::string& path) {
  const auto file = platform::mapped_file::open(path);
  if (!file) return std::unexpected(file.error());
  const auto bytes = file->bytes();
  if (bytes.empty() || bytes.size() % sizeof(float) != 0)
    return fail(errc::format, message("'", path, "' has ", bytes.size(),
                                      " bytes: logits are 4 bytes each, little-endian F32"));
  std::vector<float> logits(bytes.size() / sizeof(float));
  std::memcpy(logits.data(), bytes.data(), bytes.size());
  return logits;
}

result<std::vector<rule_effect>> trace(std::vector<named_rule> rules,
                                       std::span<const token_id> history,
                                       std::span<const float> logits, const settings& with) {
  sampling::candidates c(logits.size(), *with.kernels);
  if (auto begun = c.begin(logits); !begun) return std::unexpected(begun.error());
  std::vector<rule_effect> steps;
  std::size_t left = c.drawable();
  for (named_rule& r : rules) {
    for (const token_id token : history)
      r.rule.accept(token);
    auto applied = r.rule.apply(c);
    if (applied) applied = c.settle();
    if (!applied)
      return fail(applied.error().code, message("'", r.text, "': ", applied.error().message));
    const std::size_t now = c.drawable();
    steps.push_back({r.text, left - std::min(left, now), now});
    left = now;
  }
  return steps;
}

result<void> draw_often(sampler& draws, std::span<const float> logits, std::size_t count,
                        outcome& o) {
  std::vector<std::size_t> times(logits.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto token = draws.draw(logits);
    if (!token) return std::unexpected(token.error());
    ++times[static_cast<std::size_t>(*token)];
  }
  for (const likelihood& l : o.survivors)
    o.drawn.push_back(times[static_cast<std::size_t>(l.token)]);
  return {};
}

result<outcome> sample(const sample_choices& c, const text::tokenizer* words,
                       const settings& with) {
  const auto logits = read_logits(c.logits);
  if (!logits) return std::unexpected(logits.error());
  const auto history = parse_ids(c.history, logits->size());
  if (!history) return std::unexpected(history.error());
  const chain_context context{logits->size(), c.seed, words};
  auto named = parse_chain(c.chain, context);
  if (!named) return std::unexpected(named.error());
  auto steps = trace(std::move(*named), *history, *logits, with);
  if (!steps) return std::unexpected(steps.error());

  auto draws = sampler::make(*parse_rules(c.chain, context), c.seed, logits->size(), *with.kernels);
  if (!draws) return std::unexpected(draws.error());
  for (const token_id token : *history)
    draws->accept(token);
  const auto survivors = draws->distribution(*logits);
  if (!survivors) return std::unexpected(survivors.error());
  outcome o{logits->size(), std::move(*steps), {survivors->begin(), survivors->end()}, {}};
  if (c.draws == 0) return o;
  if (auto drawn = draw_often(*draws, *logits, c.draws, o); !drawn)
    return std::unexpected(drawn.error());
  return o;
}

void print_json(const outcome& o) {
  json_writer json;
  json.open_object();
  json.member("survivors", o.survivors.size());
  json.key("top");
  json.open_array();
  for (std::size_t i = 0; i < std::min(most_shown, o.survivors.size()); ++i)
    json.row(o.survivors[i].token, o.survivors[i].probability);
  json.close_array();
  json.key("rules");
  json.open_array();
  for (const rule_effect& s : o.steps) {
    json.open_object();
    json.member("rule", s.rule);
    json.member("removed", s.removed);
    json.member("left", s.left);
    json.close_object();
  }
  json.close_array();
  if (!o.drawn.empty()) {
    json.key("drawn");
    json.open_array();
    for (std::size_t i = 0; i < o.drawn.size(); ++i)
      if (o.drawn[i] != 0) json.row(o.survivors[i].token, o.drawn[i]);
    json.close_array();
  }
  json.close_object();
  std::puts(json.text().c_str());
}

std::string padded(std::string text, std::size_t width, bool right) {
  const std::size_t fill = width - std::min(width, text.size());
  return right ? std::string(fill, ' ') + text : text + std::string(fill, ' ');
}

void print_text(const outcome& o, std::size_t draws, const text::tokenizer* words) {
  std::size_t width = 16;
  for (const rule_effect& s : o.steps)
    width = std::max(width, s.rule.size());
  std::string out = message(padded("the vocabulary", width + 18, false),
                            padded(grouped(o.vocabulary), 10, true), " tokens\n");
  for (const rule_effect& s : o.steps)
    out += message(padded(escaped(s.rule, quoting::terminal), width, false), "  removes ",
                   padded(s.removed == 0 ? "none" : grouped(s.removed), 8, false),
                   padded(grouped(s.left), 10, true), " left\n");
  out += message('\n', padded("token", 8, true), padded("probability", 14, true),
                 o.drawn.empty() ? "" : padded("drawn", 12, true), '\n');
  for (std::size_t i = 0; i < std::min(most_shown, o.survivors.size()); ++i) {
    const likelihood& l = o.survivors[i];
    const auto probability = static_cast<double>(l.probability);
    out += message(padded(message(l.token), 8, true),
                   padded(fixed(100 * probability, 4) + " %", 14, true));
    if (!o.drawn.empty())
      out += padded(fixed(100.0 * static_cast<double>(o.drawn[i]) / static_cast<double>(draws), 4) +
                        " %",
                    12, true);
    if (words != nullptr) {
      const std::string text =
          words->decode(std::span(&l.token, 1), {.special = true, .strip_space_prefix = false});
      out += message("  \"", escaped(text, quoting::terminal), '"');
    }
    out += '\n';
  }
  if (o.survivors.size() > most_shown)
    out += message("  … and ", grouped(o.survivors.size() - most_shown), " more\n");
  std::fputs(out.c_str(), stdout);
}

result<void> show_sample(sample_choices& c, const settings& with) {
  c.seed = c.given_seed.value_or(0);
  std::optional<text::tokenizer> words;
  if (c.model) {
    const auto file = open_model(c.model);
    if (!file) return std::unexpected(file.error());
    auto loaded = text::load_tokenizer(*file);
    if (!loaded) return std::unexpected(loaded.error());
    words = std::move(*loaded);
  }
  const text::tokenizer* const spoken = words ? &*words : nullptr;
  const auto o = sample(c, spoken, with);
  if (!o) return std::unexpected(o.error());
  if (c.json)
    print_json(*o);
  else
    print_text(*o, c.draws, spoken);
  return {};
}

action declare_sample(options& o) {
  auto c = std::make_shared<sample_choices>();
  o.required({"--logits", "FILE", "one row of logits, little-endian F32, as qx logits writes them"},
             c->logits);
  o.text({"--chain", "TEXT", "rules with semicolons between them (default: the usual chain)"},
         c->chain);
  o.text({"--history", "IDS", "tokens of the text so far, the oldest first"}, c->history);
  o.whole({"--draws", "N", "also draw N times and say how often each token came"}, c->draws);
  o.whole({"--seed", "S", "of the draws (default 0)"}, c->given_seed,
          {0, std::numeric_limits<std::uint64_t>::max()});
  o.text({"-m,--model", "FILE", "GGUF file whose vocabulary the tokens are from"}, c->model);
  o.flag({"--json", "", "for programs: {\"survivors\": N, \"top\": [[id, probability], ...], ...}"},
         c->json);
  return [c](const settings& with) { return show_sample(*c, with); };
}

}  // namespace

const command sample_command{
    .name = "sample",
    .summary = "show what a chain of sampling rules makes of logits",
    .arguments = "--logits FILE [--chain TEXT] [OPTION]...",
    .explanation =
        "Applies the rules of the chain in their order, says how many tokens each removes, and\n"
        "shows the most likely tokens that are left. qx generate takes the same chains. A rule is\n"
        "its name, then its arguments: top_p=0.95 min_keep=2. Rules, with what is usual:\n"
        "  penalties last_n=64 repeat=1 frequency=0 presence=0   logit_bias ID:NUMBER ...\n"
        "  dry multiplier=0 base=1.75 allowed_length=2 last_n=64 breakers=\\n:\"*\n"
        "  top_n_sigma=-1   top_k=40   typical=1 min_keep=1   top_p=0.95 min_keep=1\n"
        "  min_p=0.05 min_keep=1   xtc probability=0 threshold=0.1 min_keep=1 seed=0\n"
        "  temperature=0.8   dynatemp temp=0.8 range=0 exponent=1   greedy   draw\n"
        "  mirostat tau=5 eta=0.1 m=100   mirostat_2 tau=5 eta=0.1",
    .examples = "  after the last token of a text\n"
                "    qx logits --tokens \"1 403\" -o all.f32 && tail -c 2048 all.f32 > last.f32\n"
                "    qx sample --logits last.f32 --chain \"top_k=40; top_p=0.95; temperature=0.8\"",
    .declare = declare_sample,
};

}  // namespace qx::cli
