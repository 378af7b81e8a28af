// SPDX-License-Identifier: MIT
/// \file
/// `qx tokenize`: text to token ids.
#include "command.hpp"
#include "input.hpp"
#include "load.hpp"
#include "utf8.hpp"

#include <qx/platform/terminal.hpp>

#include <cstdio>
#include <memory>
#include <utility>

namespace qx::cli {
namespace {

struct tokenize_choices {
  std::optional<std::string> model;
  bool ids = false, pieces = false, no_bos = false, no_parse_special = false;
};

void print_ids(const std::vector<token_id>& tokens) {
  std::string line;
  for (const token_id id : tokens) {
    if (!line.empty()) line += ' ';
    line += std::to_string(id);
  }
  std::puts(line.c_str());
}

void print_pieces(const text::tokenizer& words, const std::vector<token_id>& tokens) {
  for (const token_id id : tokens)
    std::printf("%7d  '%s'\n", id, escaped(words.piece(id), quoting::terminal).c_str());
}

result<void> tokenize(const tokenize_choices& c) {
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto words = load_words(*file);
  if (!words) return std::unexpected(words.error());
  const auto input = read_input();
  if (!input) return std::unexpected(input.error());

  const auto tokens = words->encode(
      *input, {.add_bos = !c.no_bos, .add_eos = !c.no_bos, .parse_special = !c.no_parse_special});
  const bool watched = platform::is_terminal(platform::stream::output);
  if (c.pieces || (watched && !c.ids))
    print_pieces(*words, tokens);
  else
    print_ids(tokens);
  return {};
}

action declare_tokenize(options& o) {
  auto c = std::make_shared<tokenize_choices>();
  o.text({"-m,--model", "FILE", "GGUF file with the vocabulary (default: the bundled model)"},
         c->model);
  o.flag({"--ids", "", "ids on one line, on a terminal too"}, c->ids);
  o.flag({"--pieces", "", "one line for each token: its id and its text"}, c->pieces);
  o.flag({"--no-bos", "", "no token for the beginning of text before it, nor one for its end"},
         c->no_bos);
  o.flag({"--no-parse-special", "", "names of control tokens are text like any other"},
         c->no_parse_special);
  return [c](const settings&) { return tokenize(*c); };
}

}  // namespace

const command tokenize_command{
    .name = "tokenize",
    .summary = "turn text into token ids",
    .arguments = "[-m FILE] [OPTION]... < TEXT",
    .explanation =
        "Reads text from the standard input, every byte of it, and writes the ids of its tokens\n"
        "on one line. On a terminal it shows each token with its text instead.",
    .examples = "  printf 'Once upon a time' | qx tokenize -m model.gguf --ids\n"
                "  there and back\n"
                "    printf 'Hello!' | qx tokenize --ids | qx detokenize",
    .declare = declare_tokenize,
};

}  // namespace qx::cli
