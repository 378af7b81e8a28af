// SPDX-License-Identifier: MIT
/// \file
/// `qx chat`: a conversation in the terminal.
#include "chat_file.hpp"
#include "chat_session.hpp"
#include "command.hpp"
#include "input.hpp"
#include "interrupt.hpp"
#include "line_editor.hpp"
#include "load.hpp"
#include "sampling.hpp"
#include "units.hpp"
#include "utf8.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/platform/terminal.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace qx::cli {
namespace {

struct chat_choices {
  std::optional<std::string> model, style;
  pack_cache_option cache;
  std::string system;
  std::size_t tokens = 2048, context = 0;
  sampling_choices sampling;
};

/// What the program says beside the conversation.
void note(std::string_view text) {
  const bool watched = platform::is_terminal(platform::stream::error);
  std::fputs(message(watched ? "\033[2m" : "", text, watched ? "\033[0m\n" : "\n").c_str(), stderr);
}
void complain(const error& why) { note(message("qx chat: ", why.message)); }

class chat_console {
 public:
  explicit chat_console(chat_session& session) : session_(session) {}

  result<void> run() {
    if (editor_.watched()) note("Type to talk, /help for commands, Ctrl-D to leave.");
    std::string line;
    while (!left_) {
      const typed got = read(line);
      if (got == typed::end) break;
      if (got == typed::interrupted)
        note("\nCtrl-D or /quit leaves.");
      else if (line.starts_with('/'))
        command(line);
      else if (!line.empty())
        ask(line);
      if (std::ferror(stdout) != 0) break;
    }
    if (editor_.watched() && !left_) std::fputs("\n", stdout);
    return failed_ ? *failed_ : result<void>();
  }

 private:
  /// A backslash at the end of a line joins the next one to it.
  typed read(std::string& line) {
    typed got = editor_.read("> ", line);
    while (got == typed::line && line.ends_with('\\')) {
      line.back() = '\n';
      std::string more;
      got = editor_.read("… ", more);
      line += more;
    }
    return got;
  }

  void ask(const std::string& question) {
    const interrupt_guard guard;
    bool begun = false;
    char last = '\0';
    const auto stats = session_.ask(question, [&](std::string_view piece) {
      if (!begun) piece.remove_prefix(std::min(piece.find_first_not_of(" \n"), piece.size()));
      begun = begun || !piece.empty();
      if (!piece.empty()) last = piece.back();
      std::fwrite(piece.data(), 1, piece.size(), stdout);
      std::fflush(stdout);
      return !guard.stopped() && std::ferror(stdout) == 0;
    });
    if (last != '\n') std::fputs("\n", stdout);
    std::fflush(stdout);
    if (!stats) {
      // A person reads it and goes on; a script must see that it failed.
      if (editor_.watched()) return complain(stats.error());
      failed_ = std::unexpected(stats.error());
      left_ = true;
      return;
    }
    last_ = *stats;
    if (stats->stopped == stop_reason::context)
      note(message("The context of ", session_.context(),
                   " tokens is full: /reset begins anew, --ctx N asks for more."));
  }

  void command(const std::string& line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string name = line.substr(0, space);
    const std::string rest = line.substr(std::min(space + 1, line.size()));
    if (name == "/help")
      help();
    else if (name == "/quit" || name == "/exit")
      left_ = true;
    else if (name == "/reset")
      session_.reset(), note("Forgotten; the system message stays.");
    else if (name == "/system")
      set_system(rest);
    else if (name == "/save")
      save(rest);
    else if (name == "/load")
      load(rest);
    else if (name == "/stats")
      stats();
    else
      note(
          message("There is no command ", escaped(name, quoting::terminal), ": /help lists them."));
  }

  static void help() {
    note("  /help          this\n"
         "  /reset         forget what was said\n"
         "  /system TEXT   say this to the model before all else; without TEXT: show it\n"
         "  /save FILE     keep the conversation, as JSON\n"
         "  /load FILE     go on with one that was kept\n"
         "  /stats         tokens and times of the last answer\n"
         "  /quit          leave, as Ctrl-D does\n"
         "A \\ at the end of a line goes on in the next one. Ctrl-C stops an answer and keeps it.");
  }

  void set_system(const std::string& text) {
    if (!text.empty()) session_.set_system(text);
    note(session_.system().empty() ? "There is no system message."
                                   : escaped(session_.system(), quoting::terminal));
  }

  void save(const std::string& path) {
    if (path.empty()) return note("/save FILE: name a file.");
    if (const auto done = save_chat(path, session_.messages()); !done)
      complain(done.error());
    else
      note(message("Kept in ", escaped(path, quoting::terminal), "."));
  }

  void load(const std::string& path) {
    if (path.empty()) return note("/load FILE: name a file.");
    auto read = load_chat(path);
    if (!read) return complain(read.error());
    note(message(read->size(), read->size() == 1 ? " message." : " messages."));
    session_.set_messages(std::move(*read));
  }

  void stats() const {
    note(message("prefill ", last_.prompt_tokens, " tokens in ", time_text(last_.prefill_seconds),
                 ", ", short_number(last_.prefill_rate()), " tokens/s · decode ",
                 last_.generated_tokens, " tokens in ", time_text(last_.decode_seconds), ", ",
                 short_number(last_.decode_rate()), " tokens/s · the model holds ",
                 session_.held_tokens(), " of ", session_.context()));
  }

  chat_session& session_;
  line_editor editor_{};
  generate_stats last_{};
  bool left_ = false;
  std::optional<result<void>> failed_{};
};

/// A built-in template by its name, or one of one's own from a file.
result<text::chat_template> chosen_style(const chat_choices& c, const gguf::file& file,
                                         const text::tokenizer& words) {
  if (!c.style) return text::load_chat_template(file, words);
  std::error_code none;
  if (!std::filesystem::is_regular_file(*c.style, none))
    return text::chat_template::built_in(*c.style);
  const auto source = platform::mapped_file::open(*c.style);
  if (!source) return std::unexpected(source.error());
  const auto bytes = source->bytes();
  return text::chat_template::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                    *c.style);
}

result<void> chat(const chat_choices& c, const settings& with) {
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto words = load_words(*file);
  if (!words) return std::unexpected(words.error());
  const auto style = chosen_style(c, *file, *words);
  if (!style) return std::unexpected(style.error());
  auto model = load_any(*file, {.context = c.context}, with, c.cache);
  if (!model) return std::unexpected(model.error());
  sampler_watch watch;
  auto draws = make_sampler(c.sampling, chosen_seed(c.sampling), *words, model->limits().vocabulary,
                            with, &watch);
  if (!draws) return std::unexpected(draws.error());
  if (platform::is_terminal(platform::stream::output))
    note(message(title_of(*file), " · template ", escaped(style->name(), quoting::terminal)));
  chat_session session({*model, *words, *style, *draws, watch.grammar.get()}, c.system, c.tokens);
  return chat_console(session).run();
}

action declare_chat(options& o) {
  auto c = std::make_shared<chat_choices>();
  o.text({"-m,--model", "FILE", "GGUF file (default: the bundled model)"}, c->model);
  c->cache.declare(o);
  o.text({"--system", "TEXT", "said to the model before all else"}, c->system);
  o.text({"--template", "NAME", "a built-in template, or a file with one (default: the model's)"},
         c->style);
  o.whole({"-n,--length", "N", "tokens of an answer at most (default 2048)"}, c->tokens, {1});
  declare_sampling(o, c->sampling);
  o.whole({"--ctx", "N", "tokens of the conversation at most (default: the model's, up to 4096)"},
          c->context, {1, std::size_t{1} << 24});
  return [c](const settings& with) { return chat(*c, with); };
}

}  // namespace

const command chat_command{
    .name = "chat",
    .summary = "talk with a model",
    .arguments = "[-m FILE] [OPTION]...",
    .explanation =
        "A conversation: what you type is a question, what the model writes is its answer. The\n"
        "model's own chat template is used; where it has none, the one its vocabulary was made\n"
        "for, or none at all: then the model goes on from what you type. Built-in templates:\n"
        "llama-2, llama-3, chatml, mistral-v1, mistral-v3, mistral-v7, mistral-v7-tekken, gemma,\n"
        "phi-3, zephyr, plain. Ctrl-C stops an answer, /help lists what else can be typed. From\n"
        "a pipe each line is a question.",
    .examples = "  a story together with the bundled model\n"
                "    qx chat\n"
                "  another model, with instructions\n"
                "    qx chat -m model.gguf --system \"Answer in one sentence.\"\n"
                "  one question from a script\n"
                "    echo \"What is a tensor?\" | qx chat -m model.gguf",
    .declare = declare_chat,
};

}  // namespace qx::cli
