// SPDX-License-Identifier: MIT
/// \file
/// Importance matrices of both kinds, sound and broken.
#include "scratch.hpp"

#include <qx/gguf/imatrix.hpp>
#include <qx/gguf/writer.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using qx::errc;
using qx::gguf::imatrix;

namespace {

using floats = std::vector<float>;

struct entry {
  std::string name;
  floats sums, counts;
};

/// The bytes of a GGUF file with these entries.
std::vector<std::byte> file_of(const std::vector<entry>& entries, bool with_counts = true) {
  qx::gguf::writer out;
  out.set("general.type", "imatrix");
  out.set("imatrix.datasets", std::vector<std::string>{"words.txt"});
  out.set("imatrix.chunk_count", std::uint32_t{9});
  for (const entry& e : entries) {
    const std::size_t n = e.counts.size(), columns = e.sums.size() / n;
    const std::array sums{columns, n}, counts{std::size_t{1}, n};
    REQUIRE(out.add(e.name + ".in_sum2", qx::dtype::f32, sums, std::as_bytes(std::span(e.sums))));
    if (with_counts)
      REQUIRE(
          out.add(e.name + ".counts", qx::dtype::f32, counts, std::as_bytes(std::span(e.counts))));
  }
  const qx::test::scratch folder;
  const auto file = folder.reopened(out);
  return {file.bytes().begin(), file.bytes().end()};
}

/// Little-endian fields, one after another.
struct older {
  std::string text;

  template <class T>
  older& add(const T& field) {
    text.append(reinterpret_cast<const char*>(&field), sizeof(T));
    return *this;
  }
  older& add(std::string_view name) {
    add(static_cast<std::uint32_t>(name.size()));
    text += name;
    return *this;
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::as_bytes(std::span(text)); }
};

older sound() {
  older out;
  out.add(std::uint32_t{2});
  out.add(std::string_view("a.weight")).add(std::uint32_t{5}).add(std::uint32_t{2});
  out.add(1.5f).add(2.5f);
  out.add(std::string_view("b.weight")).add(std::uint32_t{5}).add(std::uint32_t{1}).add(4.0f);
  return out.add(std::uint32_t{7}).add(std::string_view("text"));
}

void refused(std::span<const std::byte> bytes, errc code, std::string_view words) {
  const auto read = imatrix::parse(bytes, "m");
  REQUIRE(!read);
  CHECK(read.error().code == code);
  CAPTURE(read.error().message);
  CHECK(read.error().message.contains(words));
}

}  // namespace

TEST_CASE("sums become means, of every matrix of a tensor") {
  const auto bytes = file_of({{"one", {2, 4, 6}, {2}}, {"two", {3, 6, 5, 5}, {3, 0}}});
  const auto read = imatrix::parse(bytes, "m");
  REQUIRE(read);
  const auto one = read->find("one"), two = read->find("two");
  CHECK(floats(one.begin(), one.end()) == floats{1, 2, 3});
  CHECK(floats(two.begin(), two.end()) == floats{1, 2, 1, 1});  // what saw nothing is all the same
  CHECK(read->find("three").empty());
  CHECK(read->entries().size() == 2);
  CHECK(read->dataset() == "words.txt");
  CHECK(read->chunks() == 9);
}

TEST_CASE("older files") {
  const older file = sound();
  const auto read = imatrix::parse(file.bytes(), "m");
  REQUIRE(read);
  const auto a = read->find("a.weight");
  CHECK(floats(a.begin(), a.end()) == floats{1.5f, 2.5f});
  CHECK(read->dataset() == "text");
  CHECK(read->chunks() == 7);
}

TEST_CASE("older files, cut anywhere, are refused or lack only what may be missing") {
  const older file = sound();
  const std::size_t needed = file.text.size() - 4 - 8;
  for (std::size_t size = 0; size < file.text.size(); ++size) {
    CAPTURE(size);
    const auto read = imatrix::parse(file.bytes().first(size), "m");
    CHECK(read.has_value() == (size >= needed));
  }
}

TEST_CASE("hostile importance matrices") {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  refused(file_of({{"a", {1, nan}, {1}}}), errc::range, "entry 'a': value 1 is not finite");
  refused(file_of({{"a", {1, infinity}, {0}}}), errc::range, "value 1 is not finite");
  refused(file_of({{"a", {1, -1}, {1}}}), errc::range, "value 1 is below 0");
  refused(file_of({{"a", {1, 1}, {-1}}}), errc::range, "count 0 is below 0");
  refused(file_of({{"a", {1, 1}, {nan}}}), errc::range, "count 0 is not finite");
  refused(file_of({{"a", {3e38f, 1}, {1e-30f}}}), errc::range, "not finite");
  refused(file_of({{"a", {1}, {1}}}, false), errc::missing, "entry 'a' has no counts");
  refused(file_of({}), errc::format, "without entries");
  qx::gguf::writer model;
  model.set("general.type", "model");
  const std::string head = *model.head();
  refused(std::as_bytes(std::span(head)), errc::format, "general.type");

  older many;
  many.add(~std::uint32_t{0});
  refused(many.bytes(), errc::format, "no name at byte 4");
  older longer;
  longer.add(std::uint32_t{1}).add(~std::uint32_t{0});
  refused(longer.bytes(), errc::format, "no name");
  older huge;
  huge.add(std::uint32_t{1})
      .add(std::string_view("a"))
      .add(std::uint32_t{1})
      .add(~std::uint32_t{0});
  refused(huge.bytes(), errc::format, "fewer than 4294967295 values");
  older twice;
  twice.add(std::uint32_t{2});
  for (int i = 0; i < 2; ++i)
    twice.add(std::string_view("a")).add(std::uint32_t{1}).add(std::uint32_t{1}).add(1.0f);
  refused(twice.bytes(), errc::format, "a second time");
  older none;
  none.add(std::uint32_t{0});
  refused(none.bytes(), errc::format, "without entries");
}
