// SPDX-License-Identifier: MIT
/// \file
/// Mapped files and files that appear whole or not at all.
#include <qx/platform/mapped_file.hpp>
#include <qx/platform/output_file.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using qx::platform::mapped_file;
using qx::platform::output_file;

namespace {

/// A fresh folder that goes away with the test.
struct folder {
  folder() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    path = std::filesystem::temp_directory_path() / ("qx-platform-" + std::to_string(now));
    std::filesystem::create_directories(path);
  }
  ~folder() { std::filesystem::remove_all(path); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  [[nodiscard]] std::size_t entries() const {
    const std::filesystem::directory_iterator all(path);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  std::filesystem::path path;
};

void put(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

TEST_CASE("a mapped file shows its bytes, also after being moved") {
  const folder here;
  put(here.path / "a", "hello");
  auto opened = mapped_file::open(here.path / "a");
  REQUIRE(opened.has_value());
  const auto before = opened->bytes();
  CHECK(text_of(before) == "hello");
  mapped_file moved = std::move(*opened);
  CHECK(opened->size() == 0);
  CHECK(moved.bytes().data() == before.data());
  moved.will_need(moved.bytes());
  moved.done_with(moved.bytes().subspan(2, 1));
  CHECK(text_of(moved.bytes()) == "hello");
  put(here.path / "b", "other");
  moved = *mapped_file::open(here.path / "b");
  CHECK(text_of(moved.bytes()) == "other");
}

TEST_CASE("an empty file has no bytes") {
  const folder here;
  put(here.path / "empty", "");
  const auto opened = mapped_file::open(here.path / "empty");
  REQUIRE(opened.has_value());
  CHECK(opened->bytes().empty());
}

TEST_CASE("what cannot be mapped is refused with the path and the reason") {
  const folder here;
  const auto refused = [](const std::filesystem::path& path, std::string_view reason) {
    const auto opened = mapped_file::open(path);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == qx::errc::io);
    CAPTURE(opened.error().message);
    CHECK(opened.error().message.find(path.string()) != std::string::npos);
    CHECK(opened.error().message.find(reason) != std::string::npos);
  };
  refused(here.path / "nothing", "No such file");
  refused(here.path, "Is a directory");
  refused("/dev/null", "not a regular file");
}

TEST_CASE("a committed file is whole, small and large writes in order") {
  const folder here;
  const std::string large(600'000, 'x');
  {
    auto out = output_file::create(here.path / "out");
    REQUIRE(out.has_value());
    REQUIRE(out->write(bytes_of("one")).has_value());
    REQUIRE(out->write(bytes_of(large)).has_value());
    output_file moved = std::move(*out);
    REQUIRE(moved.write(bytes_of("three")).has_value());
    CHECK(moved.size() == 3 + large.size() + 5);
    CHECK_FALSE(std::filesystem::exists(here.path / "out"));
    REQUIRE(moved.commit().has_value());
  }
  const auto read = mapped_file::open(here.path / "out");
  REQUIRE(read.has_value());
  CHECK(text_of(read->bytes()) == "one" + large + "three");
  CHECK(here.entries() == 1);
}

TEST_CASE("without commit nothing changes and nothing is left behind") {
  const folder here;
  put(here.path / "out", "old");
  {
    auto out = output_file::create(here.path / "out");
    REQUIRE(out.has_value());
    REQUIRE(out->write(bytes_of("new")).has_value());
  }
  CHECK(text_of(mapped_file::open(here.path / "out")->bytes()) == "old");
  CHECK(here.entries() == 1);
}

TEST_CASE("a link stays a link, and the file behind it is replaced") {
  const folder here;
  put(here.path / "real", "old");
  std::filesystem::create_symlink("real", here.path / "link");
  auto out = output_file::create(here.path / "link");
  REQUIRE(out.has_value());
  REQUIRE(out->write(bytes_of("new")).has_value());
  REQUIRE(out->commit().has_value());
  CHECK(std::filesystem::is_symlink(here.path / "link"));
  CHECK(text_of(mapped_file::open(here.path / "real")->bytes()) == "new");
}

TEST_CASE("what is not a regular file is not replaced") {
  const folder here;
  for (const std::filesystem::path& path :
       {here.path, std::filesystem::path("/dev/null"), here.path / "no folder" / "out"}) {
    const auto out = output_file::create(path);
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().code == qx::errc::io);
    CHECK(out.error().message.find(path.string()) != std::string::npos);
  }
}
