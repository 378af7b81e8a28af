// SPDX-License-Identifier: MIT
/// \file
/// Blocks that another engine's quantiser wrote: decoded to the same bits, encoded to the same
/// bytes or to blocks that lose less.
#include <qx/quant/codec.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <tests/support/data.hpp>
#include <vector>

using qx::dtype;

namespace {

constexpr dtype weight_types[] = {dtype::f16,  dtype::bf16, dtype::q4_0,  dtype::q4_1, dtype::q5_0,
                                  dtype::q5_1, dtype::q8_0, dtype::q2_k,  dtype::q3_k, dtype::q4_k,
                                  dtype::q5_k, dtype::q6_k, dtype::iq4_nl};
constexpr std::size_t row_elements = 256;

/// The folder of the samples; nothing, said aloud, where there are none.
std::optional<std::filesystem::path> samples() {
  const auto root = qx::test::data_root();
  if (!root) MESSAGE("skipped: no reference data");
  return root ? std::optional(*root / "quants") : std::nullopt;
}

std::size_t bits_that_differ(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    count += std::memcmp(&a[i], &b[i], sizeof(float)) != 0;
  return count;
}

double root_mean_square(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double miss = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += miss * miss;
  }
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("every type decodes to the reference, to the bit") {
  const auto folder = samples();
  if (!folder) return;
  for (const dtype type : weight_types) {
    const std::string name(qx::name(type));
    CAPTURE(name);
    const auto blocks = qx::test::read_bytes(*folder / (name + ".blocks"));
    const auto expected = qx::test::read_array<float>(*folder / (name + ".f32"));
    REQUIRE(blocks.size() == qx::bytes_of(type, expected.size()));
    std::vector<float> decoded(expected.size());
    const std::size_t row_bytes = qx::bytes_of(type, row_elements);
    for (std::size_t row = 0; row < expected.size() / row_elements; ++row)
      qx::quant::decode_row(type, blocks.data() + row * row_bytes, row_elements,
                            decoded.data() + row * row_elements);
    CHECK(bits_that_differ(decoded, expected) == 0);
    decoded[5] = decoded[5] + 1.0f;  // the comparison can fail
    CHECK(bits_that_differ(decoded, expected) == 1);
  }
}

TEST_CASE("formats whose blocks are computed are encoded to the reference's bytes") {
  const auto folder = samples();
  if (!folder) return;
  const auto source = qx::test::read_array<float>(*folder / "source.f32");
  for (const dtype type :
       {dtype::f16, dtype::bf16, dtype::q4_0, dtype::q4_1, dtype::q5_0, dtype::q5_1, dtype::q8_0}) {
    const std::string name(qx::name(type));
    CAPTURE(name);
    const auto expected = qx::test::read_bytes(*folder / (name + ".blocks"));
    std::vector<std::byte> encoded(qx::bytes_of(type, source.size()), std::byte{0xff});
    REQUIRE(qx::quant::encode_row(type, source.data(), source.size(), encoded.data()));
    const auto differ = std::ranges::mismatch(encoded, expected);
    CHECK(differ.in1 - encoded.begin() == static_cast<std::ptrdiff_t>(expected.size()));
  }
}

TEST_CASE("formats whose blocks are searched for lose no more than the reference's") {
  const auto folder = samples();
  if (!folder) return;
  const auto source = qx::test::read_array<float>(*folder / "source.f32");
  for (const dtype type :
       {dtype::q2_k, dtype::q3_k, dtype::q4_k, dtype::q5_k, dtype::q6_k, dtype::iq4_nl}) {
    const std::string name(qx::name(type));
    CAPTURE(name);
    std::vector<std::byte> encoded(qx::bytes_of(type, source.size()));
    REQUIRE(qx::quant::encode_row(type, source.data(), source.size(), encoded.data()));
    std::vector<float> decoded(source.size());
    qx::quant::decode_row(type, encoded.data(), source.size(), decoded.data());
    const double ours = root_mean_square(source, decoded);
    const double theirs =
        root_mean_square(source, qx::test::read_array<float>(*folder / (name + ".f32")));
    CHECK(ours <= theirs);
    // The reference's own search leaves a few percent; a fifth would be a format with more bits.
    CHECK(ours > 0.8 * theirs);
  }
}
