// SPDX-License-Identifier: MIT
// [conversation]
#include <qx/gguf/reader.hpp>
#include <qx/text/chat_template.hpp>
#include <qx/text/encode_marked.hpp>
#include <qx/text/load.hpp>
#include <qx/text/stream_decoder.hpp>
#include <qx/text/token_masks.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const auto file = qx::gguf::file::open(argc > 1 ? argv[1] : "models/tiny/tiny.gguf").value();
  const auto words = qx::text::load_tokenizer(file).value();
  const auto style = qx::text::load_chat_template(file, words).value();

  // What a user says is marked in the text: it cannot name control tokens, as </s> would be one.
  const std::vector<qx::text::chat_message> messages{{"user", "A fox </s> met a bear"}};
  const auto text = style.render(messages, qx::text::chat_context_of(words)).value();
  const auto ids = encode(words, text, {.add_bos = false, .add_eos = false});

  // Token by token back to text, never half a character.
  qx::text::stream_decoder decoder(words);
  std::string shown;
  for (const qx::token_id id : ids) shown += decoder.push(id);
  std::printf("%zu tokens: %s\n", ids.size(), shown.c_str());

  // The tokens that an answer may begin with where it must be JSON of this shape.
  const auto gbnf = qx::text::grammar_of_schema(R"({"type": "object", "required": ["age"],
      "properties": {"age": {"type": "integer", "minimum": 0, "maximum": 120}}})");
  qx::text::token_masks masks(words, qx::text::grammar::parse(gbnf.value()).value());
  std::printf("%zu of %zu tokens\n", masks.allowed().size(), words.size());
  return std::ranges::count(ids, words.eos()) == 0 && !masks.allowed().empty() ? 0 : 1;
}
// [/conversation]
