// SPDX-License-Identifier: MIT
/// \file
/// What is written is what was given, in order and aligned; what makes no valid file is refused.
#include "scratch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

using namespace qx;

namespace {

std::vector<std::byte> some_bytes(std::size_t n) {
  std::vector<std::byte> out(n);
  for (std::size_t i = 0; i < n; ++i)
    out[i] = static_cast<std::byte>(i * 37 + n);
  return out;
}

bool same(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::ranges::equal(a, b);
}

void check_refused(const result<void>& done, std::string_view words) {
  REQUIRE_FALSE(done.has_value());
  CAPTURE(done.error().message);
  CHECK(done.error().code == errc::argument);
  CHECK(done.error().message.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE(
    "tensors keep their order, shape, type and bytes, and begin at multiples of the alignment") {
  for (const std::uint32_t alignment : {8u, 32u, 4096u}) {
    const test::scratch here;
    gguf::writer w;
    w.set("general.alignment", alignment);
    const auto a = some_bytes(20), b = some_bytes(72), c = some_bytes(2);
    REQUIRE(w.add("z", dtype::f32, std::array<std::size_t, 1>{5}, a).has_value());
    REQUIRE(w.add("a", dtype::q4_0, std::array<std::size_t, 3>{64, 1, 2}, b).has_value());
    REQUIRE(w.add("scalar", dtype::f16, std::span<const std::size_t>(), c).has_value());
    const gguf::file f = here.reopened(w);
    CHECK(f.version() == 3);
    CHECK(f.alignment() == alignment);
    REQUIRE(f.tensors().size() == 3);
    CHECK(f.tensors()[0].name == "z");
    CHECK(f.tensors()[1].dims == std::array<std::size_t, 4>{64, 1, 2, 1});
    CHECK(f.tensors()[1].rank == 3);
    CHECK(f.tensors()[1].rows() == 2);
    CHECK(f.tensors()[1].row_bytes() == 36);
    CHECK(f.tensors()[2].elements() == 1);
    for (const gguf::tensor_info& t : f.tensors())
      CHECK(static_cast<std::size_t>(t.data.data() - f.bytes().data()) % alignment == 0);
    CHECK(same(f.find_tensor("z")->data, a));
    CHECK(same(f.find_tensor("a")->data, b));
    CHECK(same(f.find_tensor("scalar")->data, c));
    CHECK(f.find_tensor("none") == nullptr);
  }
}

TEST_CASE("data may come in pieces, when its turn comes") {
  const test::scratch here;
  gguf::writer w;
  const auto data = some_bytes(4000);
  std::vector<std::uint64_t> lefts;
  const auto pieces = [&](gguf::tensor_sink& sink) -> result<void> {
    for (std::size_t row = 0; row < 10; ++row) {
      lefts.push_back(sink.left());
      if (auto done = sink.write(std::span(data).subspan(row * 400, 400)); !done) return done;
    }
    return {};
  };
  REQUIRE(w.add("t", dtype::f32, std::array<std::size_t, 2>{100, 10}, pieces).has_value());
  CHECK(lefts.empty());
  const gguf::file f = here.reopened(w);
  CHECK(lefts.front() == 4000);
  CHECK(lefts.back() == 400);
  CHECK(same(f.find_tensor("t")->data, data));
}

TEST_CASE("a producer that fails, or gives too little or too much, leaves no file") {
  const auto written_by = [](gguf::tensor_producer produce) {
    const test::scratch here;
    gguf::writer w;
    REQUIRE(w.add("t", dtype::f32, std::array<std::size_t, 1>{2}, std::move(produce)).has_value());
    const auto done = w.write(here.path / "out.gguf");
    CHECK(here.entries() == 0);
    return done;
  };
  const auto nine = some_bytes(9);
  check_refused(written_by([](gguf::tensor_sink&) -> result<void> { return {}; }),
                "tensor 't' lacks 8 of its 8 bytes");
  check_refused(written_by([&](gguf::tensor_sink& sink) { return sink.write(nine); }),
                "9 bytes more, but has room for 8");
  check_refused(written_by([](gguf::tensor_sink&) -> result<void> {
                  return fail(errc::argument, "the producer's own words");
                }),
                "the producer's own words");
}

TEST_CASE("descriptions that make no valid file are refused") {
  gguf::writer w;
  const auto add = [&w](std::string_view name, dtype type, std::vector<std::size_t> dims) {
    return w.add(name, type, dims, [](gguf::tensor_sink&) -> result<void> { return {}; });
  };
  REQUIRE(add("t", dtype::f32, {8}).has_value());
  check_refused(add("t", dtype::f32, {8}), "'t' was added twice");
  check_refused(add(std::string(65, 'n'), dtype::f32, {8}), "more than 64 bytes");
  check_refused(add("u", dtype::f32, {1, 1, 1, 1, 1}), "has 5 axes");
  check_refused(add("u", dtype::f32, {8, 0}), "an extent of 0");
  check_refused(add("u", dtype::q8_0, {33, 32}), "do not divide into blocks of 32 (q8_0)");
  check_refused(add("u", dtype::f32, {std::size_t{1} << 40, std::size_t{1} << 40}), "64 bits");
  CHECK(w.tensor_count() == 1);

  const test::scratch here;
  gguf::writer unaligned;
  unaligned.set("general.alignment", std::uint32_t{24});
  check_refused(unaligned.write(here.path / "x"), "a power of two");
  gguf::writer nameless;
  nameless.set("", std::uint8_t{1});
  check_refused(nameless.write(here.path / "x"), "a key has 0 bytes");
  CHECK(here.entries() == 0);
}

TEST_CASE("a key set again keeps its place; an erased one is gone") {
  const test::scratch here;
  gguf::writer w;
  w.set("a", std::uint32_t{1});
  w.set("b", "two");
  w.set("c", std::int64_t{3});
  w.set("a", "one");
  CHECK(w.erase("b"));
  CHECK_FALSE(w.erase("b"));
  const gguf::file f = here.reopened(w);
  REQUIRE(f.metadata().size() == 2);
  CHECK(f.metadata()[0].key == "a");
  CHECK(*f.get<std::string_view>("a") == "one");
  CHECK(*f.get<int>("c") == 3);
}

TEST_CASE("a file may be replaced by what is made from it") {
  const test::scratch here;
  gguf::writer w;
  const auto data = some_bytes(400);
  REQUIRE(w.add("t", dtype::f32, std::array<std::size_t, 1>{100}, data).has_value());
  const gguf::file f = here.reopened(w);
  gguf::writer again;
  again.copy_metadata(f);
  REQUIRE(again.add(*f.find_tensor("t")).has_value());
  const gguf::file second = here.reopened(again);
  CHECK(same(second.find_tensor("t")->data, data));
  CHECK(same(f.find_tensor("t")->data, data));  // the first mapping still has the old file
}
