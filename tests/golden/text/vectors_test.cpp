// SPDX-License-Identifier: MIT
/// \file
/// Real vocabularies: 47 texts each, with the ids that the models' own tokenizers give.
#include <qx/gguf/reader.hpp>
#include <qx/text/load.hpp>
#include <qx/text/stream_decoder.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <tests/support/data.hpp>
#include <vector>

using namespace qx;

namespace {

std::string read_text(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = test::read_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (std::size_t end; (end = text.find(separator, at)) != std::string::npos;) {
    parts.push_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  parts.push_back(text.substr(at));
  return parts;
}

std::vector<token_id> numbers(const std::string& line) {
  std::istringstream in(line);
  std::vector<token_id> out;
  for (token_id id; in >> id;)
    out.push_back(id);
  return out;
}

/// The tokenizer of a vocabulary, or nothing where there is no reference data.
std::optional<text::tokenizer> load(const std::string& name) {
  const auto root = test::data_root();
  if (!root) {
    MESSAGE("skipped: no reference data");
    return std::nullopt;
  }
  const auto file = gguf::file::open(*root / "vocab" / (name + ".gguf"));
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  const auto tok = text::load_tokenizer(*file);
  REQUIRE_MESSAGE(tok.has_value(), tok.error().message);
  CHECK(tok->warning() == "");
  return *tok;
}

void check_vectors(const std::string& name) {
  const std::optional<text::tokenizer> tok = load(name);
  if (!tok) return;
  const auto folder = *test::data_root() / "vocab";
  const auto texts = split(read_text(folder / (name + ".inp")), "\n__ggml_vocab_test__\n");
  const auto lines = split(read_text(folder / (name + ".out")), "\n");
  REQUIRE(texts.size() == 47);
  REQUIRE(lines.size() == 47);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i]);
    const std::vector<token_id> wanted = numbers(lines[i]);
    const auto got =
        tok->encode(texts[i], {.add_bos = false, .add_eos = false, .parse_special = false});
    CHECK(got == wanted);
    CHECK(tok->decode(got) == texts[i]);
    text::stream_decoder stream(*tok);
    std::string streamed;
    for (const token_id id : got)
      streamed += stream.push(id);
    CHECK(streamed == texts[i]);
    CHECK(stream.finish() == "");
  }
}

}  // namespace

TEST_CASE("llama-spm") { check_vectors("llama-spm"); }
TEST_CASE("llama-bpe") { check_vectors("llama-bpe"); }
TEST_CASE("gpt-2") { check_vectors("gpt-2"); }

TEST_CASE("the special tokens of Llama 3") {
  const auto tok = load("llama-bpe");
  if (!tok) return;
  CHECK(tok->size() == 128256);
  CHECK(tok->bos() == 128000);
  CHECK(tok->eos() == 128001);
  const auto ends = tok->vocab().end_of_generation();
  CHECK(std::vector<token_id>(ends.begin(), ends.end()) ==
        std::vector<token_id>{128001, 128008, 128009});
  CHECK(tok->encode("hi<|eot_id|>").front() == 128000);
  CHECK(tok->encode("hi<|eot_id|>").back() == 128009);
  CHECK(tok->encode("<|eot_id|>", {.parse_special = false}).size() > 2);
  CHECK(tok->decode(std::vector<token_id>{128000, 128009}) == "");
  CHECK(tok->decode(std::vector<token_id>{128009}, {.special = true}) == "<|eot_id|>");
}

TEST_CASE("the special tokens of Llama 2") {
  const auto tok = load("llama-spm");
  if (!tok) return;
  CHECK(tok->encode("Hello") == std::vector<token_id>{1, 15043});
  CHECK(tok->encode("Hello</s>Hello") == std::vector<token_id>{1, 15043, 2, 15043});
  CHECK(tok->is_end_of_generation(2));
  CHECK_FALSE(tok->is_end_of_generation(1));
}

TEST_CASE("the tokenizer of a trained model writes its greedy text again") {
  const auto root = test::data_root();
  if (!root) {
    MESSAGE("skipped: no reference data");
    return;
  }
  const auto file = gguf::file::open(*root / "models" / "stories260K-f32.gguf");
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  const auto tok = text::load_tokenizer(*file);
  REQUIRE_MESSAGE(tok.has_value(), tok.error().message);
  const std::string story = read_text(*root / "oracle" / "stories260K-greedy.txt");
  REQUIRE_FALSE(story.empty());
  const auto ids = tok->encode(story);
  CHECK(ids.size() < story.size() / 2);
  CHECK(tok->decode(ids) == story);
}
