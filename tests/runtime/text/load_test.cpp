// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <qx/gguf/reader.hpp>
#include <qx/text/load.hpp>

#include <cstddef>
#include <cstring>
#include <span>

using namespace qx;
using namespace qx::test;
using text::token_type;

namespace {

/// The bytes of a GGUF file of metadata only.
struct file_bytes {
  std::string keys;
  std::uint64_t count = 0;

  template <class T>
  static std::string raw(T value) {
    std::string out(sizeof(T), '\0');
    std::memcpy(out.data(), &value, sizeof(T));
    return out;
  }
  static std::string raw(const std::string& value) {
    return raw(std::uint64_t{value.size()}) + value;
  }
  file_bytes& key(const std::string& name, std::uint32_t type, const std::string& value) {
    keys += raw(name) + raw(type) + value;
    ++count;
    return *this;
  }
  file_bytes& string(const std::string& name, const std::string& value) {
    return key(name, 8, raw(value));
  }
  file_bytes& id(const std::string& name, std::uint32_t value) {
    return key("tokenizer.ggml." + name + "_token_id", 4, raw(value));
  }
  file_bytes& strings(const std::string& name, const std::vector<std::string>& items) {
    std::string value = raw(std::uint32_t{8}) + raw(std::uint64_t{items.size()});
    for (const std::string& item : items)
      value += raw(item);
    return key(name, 9, value);
  }
  file_bytes& types(const std::vector<std::int32_t>& items) {
    std::string value = raw(std::uint32_t{5}) + raw(std::uint64_t{items.size()});
    for (const std::int32_t item : items)
      value += raw(item);
    return key("tokenizer.ggml.token_type", 9, value);
  }
  [[nodiscard]] std::string all() const {
    return "GGUF" + raw(std::uint32_t{3}) + raw(std::uint64_t{0}) + raw(count) + keys;
  }
};

file_bytes three_tokens() {
  file_bytes file;
  file.string("tokenizer.ggml.model", "llama");
  file.strings("tokenizer.ggml.tokens", {"<unk>", "<s>", "</s>", "a", "<|end|>"});
  file.types({2, 3, 3, 1, 3});
  return file;
}

/// The tokenizer of a file that is gone when it is used.
result<text::tokenizer> load(const file_bytes& made) {
  const std::string bytes = made.all();
  const auto file = gguf::file::parse(std::as_bytes(std::span(bytes)), "made");
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  return text::load_tokenizer(*file);
}

void check_fails(const file_bytes& made, errc code, std::string_view words) {
  const auto tok = load(made);
  REQUIRE_FALSE(tok.has_value());
  INFO(tok.error().message);
  CHECK(tok.error().code == code);
  CHECK(tok.error().message.starts_with("made: "));
  CHECK(tok.error().message.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("what llama files leave out is filled in") {
  const auto tok = load(three_tokens());
  REQUIRE(tok.has_value());
  CHECK(tok->bos() == 1);
  CHECK(tok->eos() == 2);
  CHECK(tok->vocab().unknown() == 0);
  CHECK(tok->vocab().add_bos());
  CHECK(tok->vocab().add_space_prefix());
  CHECK(tok->is_end_of_generation(4));
}

TEST_CASE("flags and ids of the file count, and all bits set mean none") {
  file_bytes file = three_tokens();
  file.id("bos", 3).id("eos", UINT32_MAX).id("padding", UINT32_MAX);
  file.key("tokenizer.ggml.add_bos_token", 7, std::string(1, '\0'));
  file.key("tokenizer.ggml.add_space_prefix", 7, std::string(1, '\0'));
  const auto tok = load(file);
  REQUIRE(tok.has_value());
  CHECK(tok->bos() == 3);
  CHECK(tok->eos() == no_token);
  CHECK(tok->warning() == "");
  CHECK(tok->encode("a") == ids{3});
}

TEST_CASE("merges are read where they lie, or copied out of the file") {
  const text::vocab_data data = byte_pair_data("gpt-2", {{"b", "c"}, {"a", "bc"}});
  file_bytes file;
  file.string("tokenizer.ggml.model", data.model).string("tokenizer.ggml.pre", data.pre);
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < data.tokens.size(); ++i)
    tokens.emplace_back(data.tokens[i]);
  file.strings("tokenizer.ggml.tokens", tokens);
  file.strings("tokenizer.ggml.merges", {"b c", "a bc"});
  const auto tok = load(file);
  REQUIRE(tok.has_value());
  CHECK(tok->encode("abc", plain) == ids{257});

  const auto copied = [&] {
    const std::string bytes = file.all();
    return text::read_vocab_data(*gguf::file::parse(std::as_bytes(std::span(bytes)), "made"));
  }();
  REQUIRE(copied.has_value());
  CHECK(copied->file_merges.empty());
  REQUIRE(copied->merge_count() == 2);
  CHECK(copied->merges[1] == "a bc");
  CHECK(make(*copied).encode("abc", plain) == ids{257});
}

TEST_CASE("a file without a tokenizer, or with one that makes no sense, says so") {
  check_fails({}, errc::missing, "tokenizer.ggml.model");
  check_fails(file_bytes().string("tokenizer.ggml.model", "llama"), errc::missing,
              "tokenizer.ggml.tokens");
  check_fails(three_tokens().id("eot", 5), errc::range, "eot_token_id is 5; ids are 0 to 4");
  check_fails(three_tokens().id("eot", 3000000000u), errc::range, "no id of a token");
  check_fails(file_bytes().key("tokenizer.ggml.model", 4, file_bytes::raw(std::uint32_t{1})),
              errc::format, "tokenizer.ggml.model");
  check_fails(three_tokens().strings("tokenizer.ggml.scores", {"1"}), errc::format,
              "tokenizer.ggml.scores");
}

TEST_CASE("the special tokens of Phi-3 swallow the white space after them") {
  const auto other = load(three_tokens().string("general.name", "Phi-2"));
  CHECK(other->encode("a<|end|>  a", {.add_bos = false}).size() > 3);
  const auto phi = load(three_tokens().string("general.name", "Phi-3 mini"));
  REQUIRE(phi.has_value());
  CHECK(phi->decode(phi->encode("a<|end|> \n a<s> a"), {.special = true}) ==
        load(three_tokens())
            ->decode(load(three_tokens())->encode("a<|end|>a<s> a"), {.special = true}));
}
