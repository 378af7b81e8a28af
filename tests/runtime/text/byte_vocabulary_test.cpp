// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <set>

using namespace qx;
using namespace qx::test;
using text::byte_vocabulary;

TEST_CASE("a byte vocabulary has exactly the size asked for, and no two tokens alike") {
  for (const std::size_t size : {259, 260, 353, 354, 512, 32000}) {
    const auto data = byte_vocabulary(size);
    REQUIRE(data.has_value());
    CHECK(data->tokens.size() == size);
    CHECK(data->scores.size() == size);
    CHECK(data->types.size() == size);
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < size; ++i) CHECK(seen.insert(data->tokens[i]).second);
  }
}

TEST_CASE("too small a size is refused") {
  for (const std::size_t size : {0, 1, 258}) {
    const auto data = byte_vocabulary(size);
    REQUIRE_FALSE(data.has_value());
    CHECK(data.error().code == errc::range);
    CHECK(data.error().message.find("259") != std::string::npos);
  }
}

TEST_CASE("it says any text, a character a token where the text is ASCII and there is room") {
  std::mt19937 random(6);
  for (const std::size_t size : {259, 354, 1000}) {
    const text::tokenizer tok = make(*byte_vocabulary(size));
    CHECK(tok.warning().empty());
    CHECK(tok.encode("hello you").size() == 10);
    CHECK(tok.encode("hello").front() == tok.bos());
    for (int round = 0; round < 50; ++round) {
      const std::string input = random_text(random, 50);
      CHECK(tok.decode(tok.encode(input)) == input);
    }
  }
  const text::tokenizer roomy = make(*byte_vocabulary(354));
  CHECK(roomy.encode("a b", plain) == ids{259 + 'a' - ' ', 259, 259 + 'b' - ' '});
  CHECK(roomy.piece(259) == " ");
  CHECK(roomy.is_end_of_generation(2));
}
