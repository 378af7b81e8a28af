// SPDX-License-Identifier: MIT
/// \file
/// `qx generate`: text that goes on from a prompt.
#include "command.hpp"
#include "input.hpp"
#include "load.hpp"
#include "sampling.hpp"
#include "token_writer.hpp"
#include "units.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/cpu.hpp>
#include <qx/platform/terminal.hpp>
#include <qx/run/generate.hpp>
#include <qx/run/stopwatch.hpp>

#include <cstdio>
#include <memory>
#include <utility>

namespace qx::cli {
namespace {

struct generate_choices {
  std::optional<std::string> model;
  pack_cache_option cache;
  std::string prompt;
  std::size_t tokens = 400, context = 0;
  sampling_choices sampling;
  std::vector<std::string> stops;
  std::optional<std::uint64_t> log_probabilities;
  bool json = false, ignore_end = false, no_stats = false;
};

result<std::string> prompt_text(const generate_choices& c) {
  return c.prompt == "-" ? read_input() : c.prompt;
}

/// The prompt's ids, for which there is room; BOS alone where there is nothing else to begin with.
result<std::vector<token_id>> prompt_ids(const text::tokenizer& words, const std::string& prompt,
                                         std::size_t room) {
  std::vector<token_id> ids = words.encode(prompt, {.add_eos = false});
  if (ids.empty() && words.bos() != no_token) ids.push_back(words.bos());
  if (ids.empty())
    return fail(
        errc::argument,
        "the prompt is empty, and this model has no token that begins a text: give -p TEXT");
  if (ids.size() > room)
    return fail(errc::range,
                message("the prompt is ", ids.size(), " tokens long, the context holds ", room,
                        ": shorten the prompt, or ask for more with --ctx N"));
  return ids;
}

std::string_view ending(stop_reason why) {
  switch (why) {
  case stop_reason::context:
    return ", the context is full";
  case stop_reason::caller:
    return ", stopped";
  default:
    return "";
  }
}

/// "prefill 5 tokens in 4.43 ms, 1128 tokens/s".
std::string part_text(std::string_view part, std::size_t tokens, double seconds, double rate) {
  return message(part, ' ', tokens, tokens == 1 ? " token in " : " tokens in ", time_text(seconds),
                 ", ", short_number(rate), " tokens/s");
}

void print_stats(const generate_stats& s, double load_seconds, std::uint64_t seed,
                 const settings& with) {
  const std::string line = message(
      "load ", time_text(load_seconds), " · ",
      part_text("prefill", s.prompt_tokens, s.prefill_seconds, s.prefill_rate()), " · ",
      part_text("decode", s.generated_tokens, s.decode_seconds, s.decode_rate()), ending(s.stopped),
      " · ", bytes_text(platform::process_memory().peak), " · seed ", seed, " · ", with.threads,
      with.threads == 1 ? " thread " : " threads ", with.kernels->name);
  const bool watched = platform::is_terminal(platform::stream::error);
  std::fputs(message(watched ? "\n\033[2m" : "\n", line, watched ? "\033[0m\n" : "\n").c_str(),
             stderr);
}

result<void> generate_text(const generate_choices& c, const settings& with) {
  const auto prompt = prompt_text(c);
  if (!prompt) return std::unexpected(prompt.error());
  const stopwatch watch;
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto words = load_words(*file);
  if (!words) return std::unexpected(words.error());
  auto model = load_any(*file, {.context = c.context}, with, c.cache);
  if (!model) return std::unexpected(model.error());
  const double load_seconds = watch.seconds();

  const auto ids = prompt_ids(*words, *prompt, model->limits().context);
  if (!ids) return std::unexpected(ids.error());
  const std::uint64_t seed = chosen_seed(c.sampling);
  sampler_watch watch_rules{.log_probabilities = c.log_probabilities};
  auto draws =
      make_sampler(c.sampling, seed, *words, model->limits().vocabulary, with, &watch_rules);
  if (!draws) return std::unexpected(draws.error());

  const bool as_text = !c.json && !c.log_probabilities;
  if (as_text) put(*prompt);
  token_writer show(*words, {.after_prompt = !prompt->empty(),
                             .json = c.json,
                             .stops = c.stops,
                             .recorded = watch_rules.recorded});
  const auto emit = [&](token_id token) {
    // Where a grammar has come to its end there is nothing more to draw.
    return show(token) && !(watch_rules.grammar && watch_rules.grammar->finished());
  };
  const auto stats =
      generate(*model, *draws, *ids, {.max_tokens = c.tokens}, emit,
               [&](token_id token) { return !c.ignore_end && words->is_end_of_generation(token); });
  show.finish();
  if (!stats) return std::unexpected(stats.error());
  if (!c.no_stats) print_stats(*stats, load_seconds, seed, with);
  return {};
}

action declare_generate(options& o) {
  auto c = std::make_shared<generate_choices>();
  o.text({"-m,--model", "FILE", "GGUF file (default: the bundled model)"}, c->model);
  c->cache.declare(o);
  o.text({"-p,--prompt", "TEXT", "how the text begins; - reads it from the standard input"},
         c->prompt);
  o.whole({"-n,--length", "N", "tokens to write at most (default 400)"}, c->tokens);
  declare_sampling(o, c->sampling);
  o.texts({"--stop", "TEXT", "end before this text; may be given several times"}, c->stops);
  o.whole({"--logprobs", "N", "of each token its logarithmic probability, and the N likeliest"},
          c->log_probabilities, {0, 1000});
  o.flag({"--json", "", "one JSON object a line for each token, without the prompt"}, c->json);
  o.whole({"--ctx", "N", "tokens that prompt and text may have (default: the model's, up to 4096)"},
          c->context, {1, std::size_t{1} << 24});
  o.flag({"--ignore-eos", "", "go on where the model would end"}, c->ignore_end);
  o.flag({"--no-stats", "", "nothing but the text"}, c->no_stats);
  return [c](const settings& with) { return generate_text(*c, with); };
}

}  // namespace

const command generate_command{
    .name = "generate",
    .summary = "write text that goes on from a prompt",
    .arguments = "[-m FILE] [-p TEXT] [OPTION]...",
    .explanation = "Writes the prompt and what the model makes of it, word by word as it comes. "
                   "Ctrl-C ends it\n"
                   "and keeps what is there. Times and the seed go to the standard error.",
    .examples = "  a story from the bundled model\n"
                "    qx generate -p \"Once upon a time\"\n"
                "  another model, its likeliest 100 tokens\n"
                "    qx generate -m model.gguf -p \"The sea is\" -n 100 --temp 0\n"
                "  a prompt from a file, the text into another\n"
                "    qx generate -m model.gguf -p - < prompt.txt > text.txt",
    .declare = declare_generate,
};

}  // namespace qx::cli
