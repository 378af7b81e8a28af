// SPDX-License-Identifier: MIT
/// \file
/// `qx detokenize`: token ids to text.
#include "command.hpp"
#include "input.hpp"
#include "load.hpp"

#include <cstdio>
#include <memory>

namespace qx::cli {
namespace {

struct detokenize_choices {
  std::optional<std::string> model;
  bool special = false;
};

result<void> detokenize(const detokenize_choices& c) {
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto words = load_words(*file);
  if (!words) return std::unexpected(words.error());
  const auto input = read_input();
  if (!input) return std::unexpected(input.error());
  const auto tokens = parse_ids(*input, words->size());
  if (!tokens) return std::unexpected(tokens.error());

  const std::string text = words->decode(*tokens, {.special = c.special});
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

action declare_detokenize(options& o) {
  auto c = std::make_shared<detokenize_choices>();
  o.text({"-m,--model", "FILE", "GGUF file with the vocabulary (default: the bundled model)"},
         c->model);
  o.flag({"--special", "", "show control tokens by their names"}, c->special);
  return [c](const settings&) { return detokenize(*c); };
}

}  // namespace

const command detokenize_command{
    .name = "detokenize",
    .summary = "turn token ids back into text",
    .arguments = "[-m FILE] [OPTION]... < IDS",
    .explanation =
        "Reads token ids from the standard input, with spaces, commas or line ends between them,\n"
        "and writes their text: the very bytes, with no line end added.",
    .examples = "  echo 1 403 407 261 378 | qx detokenize -m model.gguf",
    .declare = declare_detokenize,
};

}  // namespace qx::cli
