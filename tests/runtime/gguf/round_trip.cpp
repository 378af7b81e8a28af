// SPDX-License-Identifier: MIT
/// \file
/// Files of other programs, read and written again: the same bytes.
#include "scratch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <tests/support/data.hpp>
#include <vector>

using namespace qx;

namespace {

std::vector<std::filesystem::path> files_in(std::string_view folder) {
  std::vector<std::filesystem::path> out;
  const auto root = test::data_root();
  if (!root) {
    MESSAGE("skipped: no reference data");
    return out;
  }
  for (const auto& entry : std::filesystem::directory_iterator(*root / folder))
    if (entry.path().extension() == ".gguf") out.push_back(entry.path());
  CHECK_FALSE(out.empty());
  std::ranges::sort(out);
  return out;
}

gguf::file opened(const std::filesystem::path& path) {
  auto f = gguf::file::open(path);
  if (!f) FAIL(f.error().message);
  return std::move(*f);
}

void check_round_trip(const std::filesystem::path& path) {
  CAPTURE(path.filename().string());
  const gguf::file before = opened(path);
  gguf::writer w;
  w.copy_metadata(before);
  for (const gguf::tensor_info& tensor : before.tensors())
    REQUIRE(w.add(tensor).has_value());
  const test::scratch here;
  const gguf::file after = here.reopened(w);
  const auto [a, b] = std::ranges::mismatch(before.bytes(), after.bytes());
  CHECK(a - before.bytes().begin() == static_cast<std::ptrdiff_t>(before.bytes().size()));
  CHECK(before.bytes().size() == after.bytes().size());
}

}  // namespace

TEST_CASE("models come back byte for byte") {
  for (const auto& path : files_in("models"))
    check_round_trip(path);
}

TEST_CASE("vocabularies come back byte for byte") {
  for (const auto& path : files_in("vocab"))
    check_round_trip(path);
}

TEST_CASE("a large vocabulary opens without being copied") {
  for (const auto& path : files_in("vocab")) {
    const gguf::file f = opened(path);
    const auto tokens = f.get<gguf::string_array>("tokenizer.ggml.tokens");
    REQUIRE(tokens.has_value());
    CHECK(tokens->size() >= 32000);
    CHECK(static_cast<std::size_t>(std::ranges::distance(*tokens)) == tokens->size());
    for (const std::string_view token : *tokens) {
      const auto at = std::as_bytes(std::span(token));
      REQUIRE(
          (at.empty() || (&at.front() >= &f.bytes().front() && &at.back() <= &f.bytes().back())));
    }
  }
}
