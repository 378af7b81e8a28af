// SPDX-License-Identifier: MIT
#include "vocabularies.hpp"

#include <map>
#include <src/text/merge.hpp>

using namespace qx;
using namespace qx::test;
using text::encode_work;

namespace {

/// A vocabulary of random merges over a few letters, in both models' terms.
struct random_merges {
  std::vector<std::pair<std::string, std::string>> merges;

  explicit random_merges(std::mt19937& random) {
    std::vector<std::string> known{"a", "b", "c", " "};
    std::map<std::string, bool> made;
    while (merges.size() < 40) {
      const std::string left = known[random() % known.size()],
                        right = known[random() % known.size()];
      if (left.size() + right.size() > 9 || made[left + right]) continue;
      made[left + right] = true;
      merges.push_back({left, right});
      known.push_back(left + right);
    }
  }
};

std::string few_letters(std::mt19937& random, std::size_t length) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out += "aabbc  "[random() % 7];
  return out;
}

/// The definition, without any cleverness: the best pair of all, again and again. `rank` gives a
/// number for a pair, the lowest first, or -1.
template <class Rank>
std::vector<std::string> merged(std::string_view input, Rank rank) {
  std::vector<std::string> parts;
  for (const char c : input) parts.emplace_back(1, c);
  while (true) {
    int best = -1;
    std::size_t place = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const int r = rank(parts[i], parts[i + 1]);
      if (r >= 0 && (best < 0 || r < best)) {
        best = r;
        place = i;
      }
    }
    if (best < 0) return parts;
    parts[place] += parts[place + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }
}

text::vocab_data many_spaces() {
  auto data = sentencepiece_data();
  std::string run;
  for (int i = 0; i < 16; ++i) {
    run += "\xE2\x96\x81";
    add_token(data, run, -static_cast<float>(i));
  }
  return data;
}

}  // namespace

TEST_CASE("SentencePiece merging is its definition, for words of every length") {
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    const random_merges chosen(random);
    auto data = sentencepiece_data();
    data.add_space_prefix = false;
    std::map<std::string, int> ranks;
    for (const auto& [left, right] : chosen.merges) {
      std::string spelling;
      for (const char c : left + right) spelling += c == ' ' ? "\xE2\x96\x81" : std::string(1, c);
      const int score = -static_cast<int>(random() % 10);  // ties are many
      add_token(data, spelling, static_cast<float>(score));
      ranks[left + right] = -score;
    }
    const text::tokenizer tok = make(data);
    for (const std::size_t length : {1, 5, 23, 24, 25, 26, 60, 300}) {
      const std::string input = few_letters(random, length);
      const auto rank = [&](const std::string& left, const std::string& right) {
        const auto found = ranks.find(left + right);
        return found == ranks.end() ? -1 : found->second;
      };
      CHECK(pieces(tok, tok.encode(input, plain)) == merged(input, rank));
    }
  }
}

TEST_CASE("byte-pair merging is its definition, for words of every length") {
  std::mt19937 random(2);
  for (int round = 0; round < 60; ++round) {
    const random_merges chosen(random);
    std::map<std::pair<std::string, std::string>, int> ranks;
    for (std::size_t i = 0; i < chosen.merges.size(); ++i) {
      ranks[chosen.merges[i]] = static_cast<int>(i);
    }
    const text::tokenizer tok = make(byte_pair_data("gpt-2", chosen.merges));
    for (const std::size_t length : {1, 5, 23, 24, 25, 26, 60, 300}) {
      std::string input = few_letters(random, length);
      std::erase(input, ' ');  // one word
      const auto rank = [&](const std::string& left, const std::string& right) {
        const auto found = ranks.find({left, right});
        return found == ranks.end() ? -1 : found->second;
      };
      CHECK(pieces(tok, tok.encode(input, plain)) == merged(input, rank));
    }
  }
}

TEST_CASE("decoding gives back what was encoded: any text, any bytes, both models") {
  std::mt19937 random(3);
  auto spm = sentencepiece_data();
  for (const char* word :
       {"\xE2\x96\x81", "\xE2\x96\x81t", "he", "th", "\u00e9", "a\xE2\x96\x81"}) {
    add_token(spm, word, -static_cast<float>(random() % 5));
  }
  std::vector<text::tokenizer> all{make(spm), make(many_spaces())};
  const random_merges chosen(random);
  for (const char* pre : {"gpt-2", "llama-bpe", "default", "qwen2", "starcoder", "falcon"}) {
    all.push_back(make(byte_pair_data(pre, chosen.merges)));
  }
  for (const text::tokenizer& tok : all) {
    for (int round = 0; round < 100; ++round) {
      const std::string valid = random_text(random, 1 + random() % 200);
      CHECK(tok.decode(tok.encode(valid, plain)) == valid);
      const std::string bytes = random_bytes(random, 1 + random() % 200);
      // U+2581 and a space are the same to SentencePiece; random bytes hardly ever spell it.
      if (bytes.find("\xE2\x96\x81") == std::string::npos) {
        CHECK(tok.decode(tok.encode(bytes, plain)) == bytes);
      }
    }
  }
}

TEST_CASE("words taken over from earlier in the text are the words merged afresh") {
  std::mt19937 random(4);
  const random_merges chosen(random);
  const text::tokenizer tok = make(byte_pair_data("gpt-2", chosen.merges));
  const std::string long_text = few_letters(random, 20000);
  encode_work work;
  const ids together = tok.encode(long_text, plain, &work);
  CHECK(work.cached > work.words / 2);
  ids apart;  // a space begins a word unless another follows, and short texts are not cached
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= long_text.size(); ++i) {
    const bool starts = i == long_text.size() || (long_text[i] == ' ' && long_text[i - 1] != ' ');
    if (!starts) continue;
    const ids part = tok.encode(std::string_view(long_text).substr(begin, i - begin), plain);
    apart.insert(apart.end(), part.begin(), part.end());
    begin = i;
  }
  CHECK(together == apart);
}

TEST_CASE("the work grows with the text, not with its square") {
  const auto work_of = [](const text::tokenizer& tok, const std::string& input) {
    encode_work work;
    CHECK(tok.decode(tok.encode(input, plain, &work)) == input);
    return work;
  };
  std::mt19937 random(5);
  std::vector<std::pair<std::string, std::string>> doubling;
  for (std::string run = "a"; run.size() < 1000; run += run) doubling.push_back({run, run});
  for (std::string run = " "; run.size() < 1000; run += run) doubling.push_back({run, run});
  const text::tokenizer all[] = {make(many_spaces()), make(byte_pair_data("gpt-2", doubling)),
                                 make(byte_pair_data("llama-bpe", doubling))};
  for (const text::tokenizer& tok : all) {
    for (const char c : {'a', ' ', '\n', '1', '.', '\xFF'}) {
      CAPTURE(static_cast<int>(c));
      const encode_work small = work_of(tok, std::string(1 << 14, c));
      const encode_work large = work_of(tok, std::string(1 << 18, c));
      CHECK(large.offers <= 17 * small.offers + 100);
      CHECK(large.queued <= 17 * small.queued + 100);
      // Each merge looks at two new pairs, and there are fewer merges than characters.
      CHECK(large.offers <= 3u << 18);
    }
  }
}

TEST_CASE("a megabyte of one character and 100,000 spaces") {
  const text::tokenizer tok = make(many_spaces());
  const std::string letters(1 << 20, 'x'), spaces(100000, ' ');
  CHECK(tok.encode(letters, plain).size() == (1 << 20) + 1);
  CHECK(tok.encode(spaces, plain).size() == (100001 + 15) / 16);
}

TEST_CASE("a text that is cut for merging is cut between characters") {
  using text::part_length;
  CHECK(part_length("abc", 4) == 3);
  CHECK(part_length("abcd", 4) == 4);
  CHECK(part_length("abcde", 4) == 4);
  CHECK(part_length("abc\u00e9", 4) == 3);
  CHECK(part_length("a\xF0\x9F\x99\x82", 4) == 1);
  CHECK(part_length("\xF0\x9F\x99\x82\xF0", 4) == 4);
  CHECK(part_length("\x80\x80\x80\x80\x80", 4) == 4);
}
