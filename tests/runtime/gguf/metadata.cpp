// SPDX-License-Identifier: MIT
/// \file
/// Metadata is found, converted where that loses nothing, and refused with the reason elsewhere.
#include "scratch.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace qx;
using namespace std::literals;

namespace {

gguf::writer everything() {
  gguf::writer w;
  w.set("u8", std::uint8_t{255});
  w.set("i8", std::int8_t{-128});
  w.set("u16", std::uint16_t{65535});
  w.set("i16", std::int16_t{-32768});
  w.set("u32", std::uint32_t{4096});
  w.set("i32", std::int32_t{-1});
  w.set("u64", std::numeric_limits<std::uint64_t>::max());
  w.set("i64", std::numeric_limits<std::int64_t>::min());
  w.set("f32", 1.5f);
  w.set("f64", 1e-5);
  w.set("true", true);
  w.set("false", false);
  w.set("text", "with \0 inside"sv);
  w.set("floats", std::vector<float>{1.0f, -2.0f, 0.5f});
  w.set("bools", std::array{true, false, true});
  w.set("ints", std::vector<std::int32_t>{});
  w.set("strings", std::vector<std::string>{"", "a", "\xff\xfe", std::string(300, 'x')});
  return w;
}

}  // namespace

TEST_CASE("every type of value comes back") {
  const test::scratch here;
  const gguf::file f = here.reopened(everything());
  CHECK(f.metadata().size() == 17);
  CHECK(*f.get<std::uint8_t>("u8") == 255);
  CHECK(*f.get<std::int8_t>("i8") == -128);
  CHECK(*f.get<std::uint16_t>("u16") == 65535);
  CHECK(*f.get<std::int16_t>("i16") == -32768);
  CHECK(*f.get<std::uint32_t>("u32") == 4096);
  CHECK(*f.get<std::int32_t>("i32") == -1);
  CHECK(*f.get<std::uint64_t>("u64") == std::numeric_limits<std::uint64_t>::max());
  CHECK(*f.get<std::int64_t>("i64") == std::numeric_limits<std::int64_t>::min());
  CHECK(*f.get<float>("f32") == 1.5f);
  CHECK(*f.get<double>("f64") == 1e-5);
  CHECK(*f.get<bool>("true"));
  CHECK_FALSE(*f.get<bool>("false"));
  CHECK(*f.get<std::string_view>("text") == "with \0 inside"sv);
  CHECK(*f.get<std::string>("text") == "with \0 inside"sv);
}

TEST_CASE("arrays are views into the file") {
  const test::scratch here;
  const gguf::file f = here.reopened(everything());
  const auto floats = *f.get<gguf::array_view<float>>("floats");
  CHECK(floats.to_vector() == std::vector<float>{1.0f, -2.0f, 0.5f});
  CHECK(floats[1] == -2.0f);
  CHECK(f.get<gguf::array_view<bool>>("bools")->to_vector() ==
        std::vector<bool>{true, false, true});
  CHECK(f.get<gguf::array_view<std::int32_t>>("ints")->empty());
  const auto strings = *f.get<gguf::string_array>("strings");
  CHECK(strings.size() == 4);
  const std::vector<std::string_view> all(strings.begin(), strings.end());
  CHECK(all == std::vector<std::string_view>{"", "a", "\xff\xfe", std::string(300, 'x')});
  const auto* first = reinterpret_cast<const char*>(f.bytes().data());
  CHECK(all.back().data() > first);
  CHECK(all.back().data() < first + f.bytes().size());
}

TEST_CASE("integers widen and narrow where they fit") {
  const test::scratch here;
  const gguf::file f = here.reopened(everything());
  CHECK(*f.get<std::uint64_t>("u8") == 255);
  CHECK(*f.get<std::size_t>("u32") == 4096);
  CHECK(*f.get<int>("u16") == 65535);
  CHECK(*f.get<double>("f32") == 1.5);
  CHECK(*f.get<float>("f64") == 1e-5f);
  for (const auto* key : {"i32", "u64", "i64"}) {
    const auto refused = f.get<std::uint32_t>(key);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == errc::range);
    CHECK(refused.error().message.find("an integer from 0 to 4294967295") != std::string::npos);
  }
}

TEST_CASE("a value of another kind, and a key that is not there, are refused by name") {
  const test::scratch here;
  const gguf::file f = here.reopened(everything());
  const auto refused = [](const auto& got, errc code, std::string_view words) {
    REQUIRE_FALSE(got.has_value());
    CAPTURE(got.error().message);
    CHECK(got.error().code == code);
    CHECK(got.error().message.find(words) != std::string::npos);
  };
  refused(f.get<int>("text"), errc::format,
          "key 'text' is a string of 13 bytes; it must be an integer");
  refused(f.get<int>("f32"), errc::format, "key 'f32' is f32 1.5");
  refused(f.get<float>("u32"), errc::format, "it must be a floating-point number");
  refused(f.get<bool>("u8"), errc::format, "it must be a truth value");
  refused(f.get<std::string_view>("strings"), errc::format,
          "is an array of 4 string; it must be a string");
  refused(f.get<gguf::array_view<std::int32_t>>("floats"), errc::format,
          "it must be an array of i32");
  refused(f.get<gguf::string_array>("floats"), errc::format, "it must be an array of strings");
  refused(f.get<int>("none"), errc::missing, "there is no key 'none'");
  refused(f.get_or<int>("text", 3), errc::format, "it must be an integer");
  CHECK(*f.get_or<int>("none", 3) == 3);
  CHECK(*f.get_or<int>("u32", 3) == 4096);
  CHECK(f.find("none") == nullptr);
  CHECK(f.find("") == nullptr);
}
