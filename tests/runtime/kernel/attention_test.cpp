// SPDX-License-Identifier: MIT
/// \file
/// Attention against double precision, for head sizes with and without tails.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace {

using namespace qx;
using namespace qx::kernel;
using namespace qx::kernel::test;

struct heads {
  std::size_t group, dim, length;
  std::size_t row;  ///< elements from one position to the next
  dtype type;
  std::vector<float> query, keys, values;  ///< keys and values as the kernel sees them
  std::vector<std::byte> key_bytes, value_bytes;
};

std::vector<std::byte> stored(std::vector<float>& v, dtype type) {
  std::vector<std::byte> r(bytes_of(type, v.size()));
  for (std::size_t i = 0; i < v.size(); ++i) {
    const f16 half = f16::from(v[i]);
    if (type == dtype::f16) v[i] = static_cast<float>(half);
    std::memcpy(r.data() + i * info(type).block_bytes,
                type == dtype::f16 ? static_cast<const void*>(&half) : &v[i],
                info(type).block_bytes);
  }
  return r;
}

heads make(std::size_t group, std::size_t dim, std::size_t length, dtype type) {
  std::mt19937 random(static_cast<unsigned>(dim * 31 + length));
  heads h{group, dim, length, dim + 8, type, {}, {}, {}, {}, {}};
  h.query = random_floats(group * dim, random);
  for (float& q : h.query)
    q *= 2.0f;
  h.keys = random_floats(length * h.row, random);
  h.values = random_floats(length * h.row, random);
  h.key_bytes = stored(h.keys, type);
  h.value_bytes = stored(h.values, type);
  return h;
}

std::vector<float> attend(const table& t, const heads& h, float scale) {
  std::vector<float> out(h.group * (h.dim + 1), 7.0f);
  std::vector<float> scratch(t.attention_scratch(h.group, h.dim));
  const attention_span span{0, h.length};
  t.attention({.query = h.query.data(),
               .query_token_stride = 0,
               .query_head_stride = h.dim,
               .keys = h.key_bytes.data(),
               .values = h.value_bytes.data(),
               .kv_stride = bytes_of(h.type, h.row),
               .kv_type = h.type,
               .spans = &span,
               .tokens = 1,
               .group = h.group,
               .dim = h.dim,
               .scale = scale,
               .out = out.data(),
               .out_token_stride = 0,
               .out_head_stride = h.dim + 1,
               .scratch = scratch.data()});
  return out;
}

std::vector<double> weights_of(const heads& h, std::size_t head, double scale) {
  std::vector<double> score(h.length);
  double largest = -HUGE_VAL, total = 0;
  for (std::size_t t = 0; t < h.length; ++t) {
    for (std::size_t d = 0; d < h.dim; ++d)
      score[t] += static_cast<double>(h.query[head * h.dim + d]) * h.keys[t * h.row + d];
    score[t] *= scale;
    largest = std::max(largest, score[t]);
  }
  for (double& s : score)
    total += s = std::exp(s - largest);
  for (double& s : score)
    s /= total;
  return score;
}

/// Errors relative to Σ weight · |value|: what float arithmetic can promise.
double largest_error(const heads& h, const std::vector<float>& out, double scale) {
  double worst = 0;
  for (std::size_t head = 0; head < h.group; ++head) {
    const auto weight = weights_of(h, head, scale);
    for (std::size_t d = 0; d < h.dim; ++d) {
      double value = 0, size = 0;
      for (std::size_t t = 0; t < h.length; ++t) {
        value += weight[t] * h.values[t * h.row + d];
        size += weight[t] * std::abs(h.values[t * h.row + d]);
      }
      worst = std::max(worst, std::abs(out[head * (h.dim + 1) + d] - value) / size);
    }
    CHECK(out[head * (h.dim + 1) + h.dim] == 7.0f);
  }
  return worst;
}

}  // namespace

TEST_CASE("attention is exact to float arithmetic") {
  for (const table* t : runnable_tables())
    for (const dtype type : {dtype::f32, dtype::f16})
      for (const std::size_t dim : {1, 8, 16, 24, 48, 64, 80, 128})
        for (const std::size_t group : {1, 2, 3, 4, 5, 8})
          for (const std::size_t length : {1, 2, 15, 16, 17, 64, 65, 300}) {
            CAPTURE(std::string(t->name));
            CAPTURE(dim);
            CAPTURE(group);
            CAPTURE(length);
            const heads h = make(group, dim, length, type);
            const float scale = 1.0f / std::sqrt(static_cast<float>(dim));
            const double error = largest_error(h, attend(*t, h, scale), scale);
            REQUIRE(error < 3e-6);
            if (length >= 64 && dim >= 16) CHECK(error > 1e-9);
          }
}

TEST_CASE("a long context keeps its accuracy") {
  for (const table* t : runnable_tables()) {
    const heads h = make(2, 64, 6000, dtype::f32);
    CHECK(largest_error(h, attend(*t, h, 0.01f), 0.01f) < 1e-6);
  }
}

TEST_CASE("a head does not depend on the heads beside it, to the bit") {
  for (const table* t : runnable_tables()) {
    const heads h = make(7, 80, 129, dtype::f16);
    const auto together = attend(*t, h, 0.1f);
    for (std::size_t i = 0; i < h.group; ++i) {
      heads one = h;
      one.group = 1;
      one.query.assign(h.query.begin() + static_cast<std::ptrdiff_t>(i * h.dim),
                       h.query.begin() + static_cast<std::ptrdiff_t>((i + 1) * h.dim));
      const auto alone = attend(*t, one, 0.1f);
      CHECK(std::memcmp(alone.data(), together.data() + i * (h.dim + 1), h.dim * 4) == 0);
    }
  }
}

TEST_CASE("scores far apart give the value of the largest, not NaN") {
  for (const table* t : runnable_tables()) {
    heads h = make(1, 16, 40, dtype::f32);
    for (float& k : h.keys)
      k *= 1000.0f;
    h.key_bytes = stored(h.keys, dtype::f32);
    for (const float v : attend(*t, h, 1.0f))
      CHECK(std::isfinite(v));
  }
}

namespace {

/// Twenty-one tokens of one sequence; the first sees `first_count` positions, each one more.
struct sequence {
  static constexpr std::size_t tokens = 21, dim = 40;
  heads h;
  std::vector<attention_span> spans;
  std::vector<float> scratch, out;

  sequence(const table& t, std::size_t group, std::size_t first_count, dtype type)
      : h(make(group * tokens, dim, first_count + tokens, type)), spans(tokens),
        scratch(t.attention_scratch(tokens * group, dim)), out(tokens * group * dim) {
    // A NaN behind every span, as an unused slot of a cache may hold.
    for (std::size_t i = (h.length - 1) * h.row; i < h.length * h.row; ++i)
      h.keys[i] = h.values[i] = std::nanf("");
    h.key_bytes = stored(h.keys, type);
    h.value_bytes = stored(h.values, type);
    for (std::size_t i = 0; i < tokens; ++i)
      spans[i] = {0, first_count + i};
  }
  attention_args args(std::size_t group) {
    return {.query = h.query.data(),
            .query_token_stride = group * dim,
            .query_head_stride = dim,
            .keys = h.key_bytes.data(),
            .values = h.value_bytes.data(),
            .kv_stride = bytes_of(h.type, h.row),
            .kv_type = h.type,
            .spans = spans.data(),
            .tokens = tokens,
            .group = group,
            .dim = dim,
            .scale = 0.2f,
            .out = out.data(),
            .out_token_stride = group * dim,
            .out_head_stride = dim,
            .scratch = scratch.data()};
  }
};

}  // namespace

TEST_CASE("a token does not depend on the tokens beside it, nor on what lies behind its span") {
  for (const table* t : runnable_tables())
    for (const dtype type : {dtype::f32, dtype::f16})
      for (const std::size_t group : {1, 3, 8})
        for (const std::size_t first_count : {1, 50, 63, 64, 120}) {
          CAPTURE(std::string(t->name));
          CAPTURE(group);
          CAPTURE(first_count);
          sequence s(*t, group, first_count, type);
          attention_args a = s.args(group);
          t->attention(a);
          for (const float v : s.out)
            REQUIRE(std::isfinite(v));
          const std::size_t row = group * sequence::dim;
          std::vector<float> alone(row);
          a.tokens = 1;
          a.out = alone.data();
          for (std::size_t i = 0; i < sequence::tokens; ++i) {
            a.query = s.h.query.data() + i * row;
            a.spans = &s.spans[i];
            t->attention(a);
            REQUIRE(std::memcmp(alone.data(), s.out.data() + i * row, row * sizeof(float)) == 0);
          }
        }
}

TEST_CASE("pieces of a span that are gathered in any order and joined have the bits of the whole") {
  for (const table* t : runnable_tables())
    for (const std::size_t first_count : {1, 500, 512, 1300}) {  // spans end on both sides of a piece
      constexpr std::size_t group = 3;
      CAPTURE(std::string(t->name));
      CAPTURE(first_count);
      sequence s(*t, group, first_count, dtype::f16);
      const attention_args a = s.args(group);
      t->attention(a);
      const std::vector<float> whole = s.out;
      const std::size_t longest = first_count + sequence::tokens - 1;
      const std::size_t pieces = (longest + attention_piece - 1) / attention_piece;
      const std::size_t stride = sequence::tokens * group * t->attention_state(sequence::dim);
      std::vector<float> states(pieces * stride, std::nanf(""));  // what no row sees is not read
      for (std::size_t i = pieces; i-- > 0;)
        t->attention_gather(a, i, states.data() + i * stride);
      s.out.assign(s.out.size(), 7.0f);
      t->attention_join(a, states.data(), stride);
      CHECK(std::memcmp(whole.data(), s.out.data(), whole.size() * sizeof(float)) == 0);
    }
}
