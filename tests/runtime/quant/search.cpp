// SPDX-License-Identifier: MIT
/// \file
/// Encoders that search: what they lose, on what weights insist, and blocks that are hard.
#include <qx/quant/codec.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

using qx::dtype;

namespace {

using floats = std::vector<float>;

constexpr std::array searched{dtype::q2_k, dtype::q3_k, dtype::q4_k,
                              dtype::q5_k, dtype::q6_k, dtype::iq4_nl};
constexpr std::array weighted{dtype::q2_k, dtype::q3_k,   dtype::q4_k, dtype::q5_k, dtype::q6_k,
                              dtype::q4_0, dtype::iq4_nl, dtype::q4_1, dtype::q5_0, dtype::q5_1};

floats normal(std::size_t n, float deviation = 1.0f) {
  std::mt19937 generator(7);
  std::normal_distribution<float> draw(0.0f, deviation);
  floats out(n);
  std::ranges::generate(out, [&] { return draw(generator); });
  return out;
}

std::vector<std::byte> encoded(dtype type, const floats& in, const float* weights = nullptr) {
  std::vector<std::byte> out(qx::bytes_of(type, in.size()));
  REQUIRE(qx::quant::encode_row(type, in.data(), in.size(), out.data(), weights));
  return out;
}

floats decoded(dtype type, const std::vector<std::byte>& blocks, std::size_t n) {
  floats out(n);
  qx::quant::decode_row(type, blocks.data(), n, out.data());
  return out;
}

floats kept(dtype type, const floats& in, const float* weights = nullptr) {
  return decoded(type, encoded(type, in, weights), in.size());
}

/// √ of the weighted mean of the squares of what `in` and `out` differ by.
double loss(const floats& in, const floats& out, const float* weights = nullptr) {
  double sum = 0.0, of = 0.0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double miss = static_cast<double>(in[i]) - static_cast<double>(out[i]);
    const double weight = weights == nullptr ? 1.0 : static_cast<double>(weights[i]);
    sum += weight * miss * miss;
    of += weight;
  }
  return std::sqrt(sum / of);
}

/// What is lost where each group of `size` is spanned exactly by `levels` steps, or by as many from
/// its extreme to 0, with scales that cost nothing: a step's error is uniform, of variance
/// step²/12.
double loss_when_spanned(const floats& in, std::size_t size, double levels, bool affine) {
  double squares = 0.0;
  for (std::size_t g = 0; g < in.size(); g += size) {
    const auto [least, most] = std::minmax_element(in.begin() + g, in.begin() + g + size);
    const double span = affine ? *most - *least : std::max(*most, -*least);
    squares += span * span / (levels * levels);
  }
  return std::sqrt(squares / static_cast<double>(in.size() / size) / 12.0);
}

}  // namespace

TEST_CASE("what is lost lies between Shannon's bound and the plain way") {
  struct format {
    dtype type;
    std::size_t group;
    double levels;
    bool affine;
  };
  const floats in = normal(1 << 15);
  for (const auto& [type, group, levels, affine] :
       {format{dtype::q2_k, 16, 3, true}, format{dtype::q3_k, 16, 4, false},
        format{dtype::q4_k, 32, 15, true}, format{dtype::q5_k, 32, 31, true},
        format{dtype::q6_k, 16, 32, false}, format{dtype::iq4_nl, 32, 8, false}}) {
    CAPTURE(std::string(qx::name(type)));
    const double bits = 8.0 * qx::info(type).block_bytes / qx::info(type).block_elements;
    const double lost = loss(in, kept(type, in));
    // No code of so many bits for normally distributed numbers can lose less (Shannon 1959).
    CHECK(lost > std::exp2(-bits));
    CHECK(lost < loss_when_spanned(in, group, levels, affine));
  }
}

TEST_CASE("weights lower the weighted error, and only their ratios count") {
  const floats in = normal(1 << 12);
  floats weights = normal(in.size());
  for (float& w : weights)
    w = std::exp(2.0f * w);
  floats eightfold = weights;
  for (float& w : eightfold)
    w *= 8.0f;
  const floats ones(in.size(), 1.0f), zeros(in.size(), 0.0f);
  for (const dtype type : weighted) {
    CAPTURE(std::string(qx::name(type)));
    const double plain = loss(in, kept(type, in), weights.data());
    CHECK(loss(in, kept(type, in, weights.data()), weights.data()) < 0.85 * plain);
    CHECK(encoded(type, in, weights.data()) == encoded(type, in, eightfold.data()));
    CHECK(encoded(type, in, ones.data()) == encoded(type, in, zeros.data()));
  }
  for (const dtype type : searched) {
    CAPTURE(std::string(qx::name(type)));
    CHECK(encoded(type, in) == encoded(type, in, ones.data()));
  }
}

TEST_CASE("elements without weight do not count") {
  floats in = normal(256), weights(256, 1.0f);
  for (std::size_t i = 0; i < 256; i += 5)
    in[i] = 1e4f, weights[i] = 0.0f;
  for (const dtype type : weighted) {
    CAPTURE(std::string(qx::name(type)));
    CHECK(loss(in, kept(type, in, weights.data()), weights.data()) < 1.0);
    CHECK(loss(in, kept(type, in), weights.data()) > 0.5);
  }
}

TEST_CASE("a block does not depend on its neighbours") {
  floats in = normal(1024);
  for (std::size_t i = 0; i < 512; ++i)
    in[i] *= 1e-3f;
  for (const dtype type : searched) {
    CAPTURE(std::string(qx::name(type)));
    const auto whole = encoded(type, in);
    const std::size_t n = qx::info(type).block_elements, bytes = qx::info(type).block_bytes;
    for (std::size_t i = 0; i < in.size() / n; ++i) {
      const auto alone = encoded(type, floats(in.begin() + i * n, in.begin() + (i + 1) * n));
      CHECK(std::ranges::equal(alone, std::span(whole).subspan(i * bytes, bytes)));
    }
  }
}

TEST_CASE("zeros stay zeros; what is all the same stays so") {
  for (const dtype type : weighted) {
    CAPTURE(std::string(qx::name(type)));
    CHECK(kept(type, floats(256, 0.0f)) == floats(256, 0.0f));
    for (const float x : {1.0f, -1.0f, 0.37f, -1234.5f, 6e4f, -1e-2f}) {
      CAPTURE(x);
      const floats out = kept(type, floats(256, x));
      // One scale in binary16 is half a unit in its last place off at most.
      for (const float y : out)
        CHECK(std::abs(y - x) <= std::abs(x) * 0x1p-10f);
    }
  }
}

TEST_CASE("an outlier costs its group, not the block") {
  floats in = normal(256);
  in[200] = 100.0f;
  for (const dtype type : searched) {
    CAPTURE(std::string(qx::name(type)));
    const floats out = kept(type, in);
    CHECK(std::abs(out[200] - 100.0f) < 10.0f);
    // The block's scale serves the outlier, so the step of the others is a 15th or more of it.
    CHECK(loss(floats(in.begin(), in.begin() + 160), floats(out.begin(), out.begin() + 160)) < 0.9);
  }
}

TEST_CASE("tiny rows keep what binary16 scales can say, denormals become zeros") {
  // No step can be below 6e-8, the smallest number of binary16; the 17 of them in 1e-6 are kept by
  // multiples of 0 and 1.
  const floats small = normal(256, 1e-6f);
  for (const dtype type : {dtype::q2_k, dtype::q3_k, dtype::q4_k, dtype::q5_k, dtype::q6_k}) {
    CAPTURE(std::string(qx::name(type)));
    CHECK(loss(small, kept(type, small)) < 5e-7);
  }
  for (const dtype type : searched) {
    CAPTURE(std::string(qx::name(type)));
    CHECK(kept(type, floats(256, 1e-40f)) == floats(256, 0.0f));
  }
}

TEST_CASE("huge rows, infinities and NaN give finite blocks") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const dtype type : weighted) {
    CAPTURE(std::string(qx::name(type)));
    for (const float scale : {1e5f, 1e20f, 3e38f}) {
      floats in = normal(256, 0.2f);
      for (float& x : in)
        x *= scale;
      in[3] = infinity, in[77] = -infinity, in[130] = std::nanf("");
      for (const float x : kept(type, in))
        CHECK(std::isfinite(x));
      for (const float x : kept(type, in, floats(256, 1.0f).data()))
        CHECK(std::isfinite(x));
    }
    floats odd = normal(256), even = odd;
    odd[9] = std::nanf(""), even[9] = 0.0f;
    CHECK(encoded(type, odd) == encoded(type, even));
  }
}

TEST_CASE("what a format can hold is held the second time") {
  const floats in = normal(1 << 12);
  for (const dtype type : {dtype::q4_0, dtype::q5_0, dtype::q8_0}) {
    CAPTURE(std::string(qx::name(type)));
    const floats once = kept(type, in);
    CHECK(kept(type, once) == once);
  }
  for (const dtype type : searched) {
    CAPTURE(std::string(qx::name(type)));
    const floats once = kept(type, in);
    CHECK(loss(once, kept(type, once)) < 0.35 * loss(in, once));
  }
}
