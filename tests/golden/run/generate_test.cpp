// SPDX-License-Identifier: MIT
/// \file
/// Generation with models of every architecture: the same text for any number of threads, and no allocation
/// between two tokens.
#include <qx/gguf/reader.hpp>
#include <qx/run/generate.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <models/known.hpp>
#include <optional>
#include <runtime/run/counted_new.hpp>
#include <string>
#include <support/data.hpp>
#include <vector>

using namespace qx;

namespace {

struct outcome {
  std::vector<token_id> text;
  std::size_t allocated = 0;  ///< between the second token and the last
};

outcome generate_with(const std::filesystem::path& path, std::size_t threads,
                      const sampler_options& options) {
  auto file = gguf::file::open(path);
  REQUIRE(file);
  auto model = load_model(*file, {.threads = threads, .context = 256});
  REQUIRE(model);
  auto draws = sampler::make(options, model->limits().vocabulary);
  REQUIRE(draws);
  outcome o;
  o.text.reserve(200);
  std::size_t before = 0;
  const std::vector<token_id> prompt{1, 403, 407};
  const auto stats = generate(*model, *draws, prompt, {.max_tokens = 200}, [&](token_id token) {
    o.text.push_back(token);
    if (o.text.size() == 2) before = test::allocations();
    o.allocated = test::allocations() - before;
    return true;
  });
  REQUIRE(stats);
  CHECK(stats->generated_tokens == 200);
  return o;
}

}  // namespace

TEST_CASE(
    "a seed gives the same text on any number of threads, and steady state allocates nothing") {
  const auto root = test::data_root();
  if (!root) {
    MESSAGE("skipped: no reference data");
    return;
  }
  for (const char* name : {"stories260K-f32.gguf", "stories260K-q4_0.gguf", "gpt2-f32.gguf",
                           "qwen2-f32.gguf", "qwen3-f32.gguf", "llama-moe-f32.gguf"})
    for (const sampler_options& options :
         {sampler_options{.seed = 7}, sampler_options{.temperature = 0}}) {
      std::optional<std::vector<token_id>> first;
      for (const std::size_t threads : {1, 2, 3}) {
        CAPTURE(std::string(name));
        CAPTURE(threads);
        const outcome o = generate_with(*root / "models" / name, threads, options);
        CHECK(o.allocated == 0);
        if (!first) first = o.text;
        CHECK(o.text == *first);
      }
    }
}
