// SPDX-License-Identifier: MIT
/// \file
/// The tokenizer of a GGUF file: loading, cutting into words, encoding, decoding, and the tokens
/// that a grammar allows.
///
/// The vocabulary is that of QX_VOCAB, else llama-bpe of the reference data. The text is that of
/// QX_TEXT, else 10 MB of the tree's own sources with numbers and other scripts among them. Rows
/// show bytes a second; `load` shows how many times the reading of the file it takes, `masks`
/// what following a grammar adds to a token, and to the worst one. Figures are of one thread, in
/// its own CPU time.
#include <qx/gguf/reader.hpp>
#include <qx/text/load.hpp>
#include <qx/text/pre_type.hpp>
#include <qx/text/token_masks.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <tests/support/data.hpp>
#include <vector>

namespace {

using namespace qx;
namespace fs = std::filesystem;

fs::path vocabulary_path() {
  if (const char* named = std::getenv("QX_VOCAB")) return named;
  const auto root = test::data_root();
  return root ? *root / "vocab" / "llama-bpe.gguf"
              : fs::path(QX_SOURCE_ROOT) / "models/tiny/tiny.gguf";
}

std::string read_text(const fs::path& path) {
  const auto bytes = test::read_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append_utf8(std::string& out, char32_t code) {
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
  } else {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
  }
  out += static_cast<char>(0x80 | (code & 63));
}

/// Words of Cyrillic, Greek, Arabic, Devanagari, Hangul and Han letters, and numbers.
void append_words(std::string& out, std::mt19937& random) {
  constexpr char32_t scripts[] = {0x430, 0x3B1, 0x628, 0x915, 0xAC00, 0x4E00};
  const char32_t first = scripts[random() % 6];
  for (int i = 0; i < 60; ++i) {
    for (std::size_t n = 1 + random() % 8; n > 0; --n)
      append_utf8(out, first + static_cast<char32_t>(random() % 24));
    out += ' ';
    if (random() % 4 == 0) out += std::to_string(random()) + ", ";
  }
}

const std::string& mixed_text() {
  static const std::string text = [] {
    if (const char* named = std::getenv("QX_TEXT")) return read_text(named);
    std::string sources, out;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(QX_SOURCE_ROOT) / "src"))
      if (entry.path().extension() == ".cpp") sources += read_text(entry.path());
    sources.resize(sources.size() / 2048 * 2048);
    std::mt19937 random(1);
    while (out.size() < 10'000'000) {
      if (random() % 10 < 7)
        out.append(sources, random() % (sources.size() - 2048), 2048);
      else
        append_words(out, random);
    }
    return out;
  }();
  return text;
}

const text::tokenizer& words() {
  static const text::tokenizer made =
      text::load_tokenizer(gguf::file::open(vocabulary_path().string()).value()).value();
  return made;
}

double now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

void load(benchmark::State& state) {
  const std::string path = vocabulary_path().string();
  double reading = 0, loading = 0;
  for (auto _ : state) {
    const double start = now();
    std::ifstream file(path, std::ios::binary);
    std::string bytes(fs::file_size(path), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    benchmark::DoNotOptimize(bytes);
    const double middle = now();
    auto made = text::load_tokenizer(gguf::file::open(path).value());
    benchmark::DoNotOptimize(made);
    reading += middle - start;
    loading += now() - middle;
  }
  state.counters["ms"] = 1e3 * loading / static_cast<double>(state.iterations());
  state.counters["readings"] = loading / reading;
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void cut(benchmark::State& state) {
  std::vector<std::size_t> ends;
  for (auto _ : state)
    text::split_words(mixed_text(), words().vocab().pre(), ends);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(mixed_text().size()));
}
BENCHMARK(cut)->Unit(benchmark::kMillisecond);

void encode(benchmark::State& state) {
  std::size_t tokens = 0;
  for (auto _ : state)
    tokens = words().encode(mixed_text()).size();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(mixed_text().size()));
  state.counters["tokens"] = static_cast<double>(tokens);
}
BENCHMARK(encode)->Unit(benchmark::kMillisecond);

void decode(benchmark::State& state) {
  const auto ids = words().encode(mixed_text(), {.add_bos = false, .parse_special = false});
  if (words().decode(ids) != mixed_text()) state.SkipWithError("decoding gives another text");
  for (auto _ : state)
    benchmark::DoNotOptimize(words().decode(ids));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(mixed_text().size()));
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

/// A document of JSON, token by token; most of its places in the grammar are met for the first
/// time.
void masks(benchmark::State& state) {
  const std::string document =
      R"({"name": "Ada Lovelace", "age": 36, "tags": ["mathematics", "engines", "poetical science"],)"
      R"( "address": {"street": "12 St James's Square", "city": "London", "note": "She wrote the first)"
      R"( program \u2013 for a machine that was never built."}, "active": true, "score": 12.75,)"
      R"( "friends": [{"name": "Charles", "since": 1833}, {"name": "Mary", "since": 1834}]})";
  const auto ids = words().encode(document, {.add_bos = false, .add_eos = false});
  const auto json = text::grammar::parse(text::grammar_of_schema("{}").value()).value();
  double sum = 0, longest = 0;
  for (auto _ : state) {
    text::token_masks followed(words(), json);
    for (const token_id id : ids) {
      const double start = now();
      const auto allowed = followed.allowed();
      const double took = now() - start;
      if (!std::ranges::binary_search(allowed, id)) state.SkipWithError("JSON is not allowed");
      sum += took;
      longest = std::max(longest, took);
      followed.advance(id);
    }
  }
  state.counters["ms_a_token"] =
      1e3 * sum / static_cast<double>(ids.size()) / static_cast<double>(state.iterations());
  state.counters["worst_ms"] = 1e3 * longest;
}
BENCHMARK(masks)->Unit(benchmark::kMillisecond)->Iterations(10);

}  // namespace

BENCHMARK_MAIN();
