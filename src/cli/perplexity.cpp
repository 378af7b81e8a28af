// SPDX-License-Identifier: MIT
/// \file
/// `qx perplexity`: how well a model predicts a text, and how far it is from another one.
#include "command.hpp"
#include "input.hpp"
#include "load.hpp"
#include "progress.hpp"
#include "units.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/run/logit_file.hpp>
#include <qx/run/perplexity.hpp>

#include <cstdio>
#include <memory>
#include <optional>

namespace qx::cli {
namespace {

struct perplexity_choices {
  std::optional<std::string> model, text, base, save;
  std::size_t chunk = 512, chunks = 0;
  pack_cache_option cache;
};

/// The differences from a file of logits.
struct comparison {
  running_mean divergence, file_surprise;
  std::size_t same_top = 0;
};

/// What is done with the logits of each scored position: kept in a file, compared with one.
struct observers {
  std::optional<logit_reader> base{};
  std::optional<comparison> differences{};
  std::optional<logit_writer> save{};

  [[nodiscard]] result<void> open_base(const std::string& path) {
    auto opened = logit_reader::open(path);
    if (!opened) return std::unexpected(opened.error());
    base = std::move(*opened);
    differences.emplace();
    return {};
  }

  /// `tokens` are all that will be scored.
  [[nodiscard]] result<void> prepare(const perplexity_choices& c, std::size_t vocabulary,
                                     std::size_t chunk, std::span<const token_id> tokens) {
    if (base && base->vocabulary() != vocabulary)
      return fail(errc::shape, message(*c.base, " has a vocabulary of ", base->vocabulary(),
                                       " tokens, the model one of ", vocabulary));
    if (!c.save) return {};
    auto made = logit_writer::create(*c.save, chunk, vocabulary,
                                     tokens.first(tokens.size() / chunk * chunk));
    if (!made) return std::unexpected(made.error());
    save.emplace(std::move(*made));
    return {};
  }

  result<void> operator()(std::span<const float> logits, token_id next, double) {
    if (save)
      if (auto kept = save->add(logits); !kept) return kept;
    if (!base) return {};
    const auto found = base->compare(logits, next);
    if (!found) return std::unexpected(found.error());
    differences->divergence.add(found->divergence);
    differences->file_surprise.add(found->file_surprise);
    differences->same_top += found->same_top;
    return {};
  }
};

result<std::vector<token_id>> tokens_of_file(const std::string& path,
                                             const text::tokenizer& words) {
  const auto file = platform::mapped_file::open(path);
  if (!file) return std::unexpected(file.error());
  const auto bytes = file->bytes();
  return words.encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                      {.add_eos = false});
}

void print(const perplexity_stats& stats, std::size_t chunk,
           const std::optional<comparison>& base) {
  std::string out =
      message("perplexity ", fixed(stats.perplexity(), 4), " ± ", fixed(stats.standard_error(), 4),
              " (", stats.surprise.count, " tokens in ", stats.chunks, " chunks of ", chunk, ")\n");
  if (base) {
    const double same =
        static_cast<double>(base->same_top) / static_cast<double>(base->divergence.count);
    out += message("of the file ", fixed(std::exp(base->file_surprise.mean()), 4), "\n",
                   "mean KL divergence ", fixed(base->divergence.mean(), 6), " ± ",
                   fixed(base->divergence.standard_error(), 6), "\n", "same most likely token ",
                   fixed(100 * same, 3), " %\n");
  }
  std::fputs(out.c_str(), stdout);
}

result<void> measure(const perplexity_choices& c, const settings& with) {
  if (!c.text && !c.base)
    return fail(errc::argument,
                "name a text with -f TEXT, or logits to compare with by --kl-base FILE");
  observers watch;
  if (c.base)
    if (auto opened = watch.open_base(*c.base); !opened) return opened;
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto words = load_words(*file);
  if (!words) return std::unexpected(words.error());
  const std::size_t chunk = watch.base ? watch.base->chunk() : c.chunk;
  // A file of logits brings its tokens along.
  auto tokens = watch.base ? result<std::vector<token_id>>(watch.base->tokens())
                           : tokens_of_file(*c.text, *words);
  if (!tokens) return std::unexpected(tokens.error());
  if (c.chunks != 0 && tokens->size() / chunk > c.chunks) tokens->resize(c.chunks * chunk);
  auto model = load_any(*file, {.context = chunk}, with, c.cache);
  if (!model) return std::unexpected(model.error());
  if (auto ready = watch.prepare(c, model->limits().vocabulary, chunk, *tokens); !ready)
    return ready;
  const token_id first = words->vocab().add_bos() ? words->bos() : no_token;
  std::optional<progress_bar> bar("scoring");
  const auto stats =
      perplexity(*model, *tokens, {.chunk = chunk, .first = first}, watch,
                 [&](std::size_t done, std::size_t total) { bar->show(done, total); });
  bar.reset();
  if (!stats) return std::unexpected(stats.error());
  if (watch.save)
    if (auto kept = watch.save->commit(); !kept) return kept;
  print(*stats, chunk, watch.differences);
  return {};
}

action declare_perplexity(options& o) {
  auto c = std::make_shared<perplexity_choices>();
  o.text({"-m,--model", "FILE", "GGUF file (default: the bundled model)"}, c->model);
  c->cache.declare(o);
  o.text({"-f,--file", "TEXT", "the text to predict"}, c->text);
  o.whole({"--ctx", "N", "tokens of a chunk (default 512)"}, c->chunk, {4, std::size_t{1} << 24});
  o.whole({"--chunks", "N", "only the first N chunks"}, c->chunks, {1});
  o.text({"--save-logits", "FILE", "keep what the model predicts, to compare others with"},
         c->save);
  o.text(
      {"--kl-base", "FILE", "compare with logits that were kept, over the text they were kept of"},
      c->base);
  return [c](const settings& with) { return measure(*c, with); };
}

}  // namespace

const command perplexity_command{
    .name = "perplexity",
    .summary = "measure how well a model predicts a text",
    .arguments = "[-m FILE] -f TEXT [OPTION]...",
    .explanation = "Cuts the text into chunks, each of which begins anew, and scores the second "
                   "half of each:\n"
                   "figures compare with those of llama-perplexity for the same text and --ctx. "
                   "Less is better;\n"
                   "± is one standard error. --kl-base says how far the model is from the one "
                   "whose logits were\n"
                   "kept, which shows the loss of quantization better than the perplexity does. "
                   "The file is the\n"
                   "one that llama-perplexity writes, too.",
    .examples = "  qx perplexity -m model.gguf -f wiki.test.raw\n"
                "  what quantization costs\n"
                "    qx perplexity -m model-f16.gguf -f text.txt --save-logits base.logits\n"
                "    qx perplexity -m model-q4_0.gguf --kl-base base.logits",
    .declare = declare_perplexity,
};

}  // namespace qx::cli
