// SPDX-License-Identifier: MIT
/// \file
/// Files that break one rule each are refused with the words that say which, and cost no memory.
#include <qx/gguf/reader.hpp>
#include <qx/platform/cpu.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

namespace {

const std::filesystem::path folder = std::filesystem::path(QX_SOURCE_ROOT) / "tests" / "hostile";

}  // namespace

TEST_CASE("each hostile file is refused with the expected words") {
  std::ifstream table(folder / "expected.txt");
  REQUIRE(table);
  std::size_t files = 0;
  const std::size_t before = qx::platform::process_memory().peak;
  for (std::string line; std::getline(table, line); ++files) {
    const std::size_t tab = line.find('\t');
    const std::filesystem::path path = folder / "files" / line.substr(0, tab);
    const std::string words = line.substr(tab + 1);
    CAPTURE(path.filename().string());
    const auto opened = qx::gguf::file::open(path);
    REQUIRE_FALSE(opened.has_value());
    CAPTURE(opened.error().message);
    CHECK(opened.error().message.find(words) != std::string::npos);
    CHECK(opened.error().message.starts_with(path.string()));
    CHECK(opened.error().message.find('\n') == std::string::npos);
    CHECK(
        (opened.error().code == qx::errc::format || opened.error().code == qx::errc::unsupported));
  }
  CHECK(files >= 60);
  constexpr std::size_t all_files_together = std::size_t{64} << 20;
  CHECK(qx::platform::process_memory().peak - before < all_files_together);
}

TEST_CASE("a file that is cut anywhere is refused") {
  // Two keys and two tensors, sound: what the truncated files were cut from, made whole again.
  std::ifstream file(folder / "files" / "truncated-data.gguf", std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(bytes.empty());
  bytes.push_back('\0');
  const auto parse = [&bytes](std::size_t length) {
    return qx::gguf::file::parse(std::as_bytes(std::span(bytes)).first(length));
  };
  REQUIRE(parse(bytes.size()).has_value());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(parse(length).has_value());
  }
}

TEST_CASE("what is not there, or is a folder, is refused with the system's reason") {
  const auto nothing = qx::gguf::file::open(folder / "nothing.gguf");
  REQUIRE_FALSE(nothing.has_value());
  CHECK(nothing.error().code == qx::errc::io);
  CHECK(nothing.error().message.find("No such file") != std::string::npos);
  const auto directory = qx::gguf::file::open(folder);
  REQUIRE_FALSE(directory.has_value());
  CHECK(directory.error().message.find("Is a directory") != std::string::npos);
}

TEST_CASE("the sound files from which the fuzzer starts are sound") {
  const auto seeds = folder.parent_path() / "fuzz" / "corpus" / "gguf";
  std::size_t tensors = 0;
  for (const auto& entry : std::filesystem::directory_iterator(seeds)) {
    const auto opened = qx::gguf::file::open(entry.path());
    CAPTURE(entry.path().filename().string());
    CHECK_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
    if (opened) tensors = std::max(tensors, opened->tensors().size());
  }
  CHECK(tensors == qx::dtype_count);  // one file has a tensor of every type
}
