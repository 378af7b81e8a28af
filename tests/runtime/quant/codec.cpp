// SPDX-License-Identifier: MIT
/// \file
/// Rows of every type, chosen at run time: sizes, addresses of any alignment, refusals.
#include <qx/quant/codec.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

using qx::dtype;

namespace {

std::vector<float> sample(std::size_t n) {
  std::vector<float> out(n);
  std::uint32_t state = 1;
  for (float& x : out) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(state >> 8) * 0x1p-23f - 1.0f;
  }
  return out;
}

}  // namespace

TEST_CASE("plain types are converted element by element") {
  const std::array<std::int16_t, 3> numbers{-5, 0, 32767};
  std::array<float, 3> out{};
  qx::quant::decode_row(dtype::i16, reinterpret_cast<const std::byte*>(numbers.data()), 3,
                        out.data());
  CHECK(out == std::array<float, 3>{-5.0f, 0.0f, 32767.0f});
  const std::array<double, 2> wide{0.1, -1e10};
  qx::quant::decode_row(dtype::f64, reinterpret_cast<const std::byte*>(wide.data()), 2, out.data());
  CHECK(out[0] == 0.1f);
  CHECK(out[1] == -1e10f);
}

TEST_CASE("every type decodes rows of whole blocks, and leaves what follows alone") {
  for (std::size_t i = 0; i < qx::dtype_count; ++i) {
    const auto type = static_cast<dtype>(i);
    CAPTURE(std::string(qx::name(type)));
    const std::size_t n = 2 * qx::info(type).block_elements;
    const std::vector<std::byte> row(qx::bytes_of(type, n));
    std::vector<float> out(n + 1, 7.0f);
    qx::quant::decode_row(type, row.data(), n, out.data());
    CHECK(std::ranges::count(out, 0.0f) == static_cast<std::ptrdiff_t>(n));
    CHECK(out.back() == 7.0f);
  }
}

TEST_CASE("rows may begin at any address") {
  const auto in = sample(256);
  for (std::size_t i = 0; i < qx::dtype_count; ++i) {
    const auto type = static_cast<dtype>(i);
    if (!qx::is_weight(type)) continue;
    CAPTURE(std::string(qx::name(type)));
    const std::size_t bytes = qx::bytes_of(type, in.size());
    std::vector<std::byte> even(bytes + 1), odd(bytes + 1);
    REQUIRE(qx::quant::encode_row(type, in.data(), in.size(), even.data()));
    REQUIRE(qx::quant::encode_row(type, in.data(), in.size(), odd.data() + 1));
    CHECK(std::memcmp(even.data(), odd.data() + 1, bytes) == 0);
    std::vector<float> a(in.size()), b(in.size());
    qx::quant::decode_row(type, even.data(), in.size(), a.data());
    qx::quant::decode_row(type, odd.data() + 1, in.size(), b.data());
    CHECK(a == b);
    CHECK((a == in) == (type == dtype::f32));
  }
}

TEST_CASE("what cannot be encoded is refused, with nothing written") {
  const auto in = sample(256);
  std::vector<std::byte> row(2048, std::byte{0x55});
  const std::vector<std::byte> before = row;
  CHECK_FALSE(qx::quant::encode_row(dtype::q8_0, in.data(), 33, row.data()));
  CHECK_FALSE(qx::quant::encode_row(dtype::i8, in.data(), 32, row.data()));
  CHECK(row == before);
  for (std::size_t i = 0; i < qx::dtype_count; ++i)
    CHECK(qx::quant::has_encoder(static_cast<dtype>(i)) == qx::is_weight(static_cast<dtype>(i)));
}
