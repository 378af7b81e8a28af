// SPDX-License-Identifier: MIT
// The KV cache: where tokens go, what they see, what is refused, and sizes that cannot be had.
#include <qx/model/kv_cache.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace {

struct request {
  std::vector<std::int32_t> positions;
  std::vector<std::int32_t> sequences;
  std::vector<std::int32_t> slots = std::vector<std::int32_t>(8, -7);
  std::vector<qx::attention_span> spans = std::vector<qx::attention_span>(8);
  std::vector<qx::token_id> tokens = std::vector<qx::token_id>(positions.size());

  qx::result<void> place(qx::kv_cache& cache) {
    return cache.place({tokens, positions, sequences, {}}, slots, spans);
  }
};

qx::kv_cache made() {
  auto cache = qx::kv_cache::create(
      {.layers = 2, .sequences = 3, .context = 4, .kv_heads = 2, .dim = 5, .type = qx::dtype::f16});
  REQUIRE(cache.has_value());
  return std::move(*cache);
}

TEST_CASE("each sequence has slots of its own and sees itself only") {
  qx::kv_cache cache = made();
  request r{{0, 0, 1, 1}, {2, 0, 2, 0}};
  REQUIRE(r.place(cache).has_value());
  CHECK(r.slots == std::vector<std::int32_t>{8, 0, 9, 1, -7, -7, -7, -7});
  CHECK(r.spans[2].first == 8);
  CHECK(r.spans[2].count == 2);
  CHECK(r.spans[1].first == 0);
  CHECK(r.spans[1].count == 1);
  CHECK(cache.length(0) == 2);
  CHECK(cache.length(1) == 0);
  CHECK(cache.length(2) == 2);
}

TEST_CASE("a refused batch changes nothing") {
  qx::kv_cache cache = made();
  REQUIRE(request{{0, 1}, {0, 0}}.place(cache).has_value());
  for (request bad : {request{{2, 4}, {0, 0}}, request{{2, 0}, {0, 3}}, request{{2, 0}, {0, -1}},
                      request{{2, -1}, {0, 1}}, request{{2, 3, 4}, {0, 0, 0}}, request{{1}, {0}}}) {
    const auto r = bad.place(cache);
    REQUIRE_FALSE(r.has_value());
    CHECK(r.error().code == qx::errc::range);
    CHECK(cache.length(0) == 2);
    CHECK(cache.length(1) == 0);
  }
  CHECK(request{{2, 3}, {0, 0}}.place(cache).has_value());
}

TEST_CASE("truncation forgets the end and never invents") {
  qx::kv_cache cache = made();
  REQUIRE(request{{0, 1, 2}, {1, 1, 1}}.place(cache).has_value());
  cache.truncate(1, 5);
  CHECK(cache.length(1) == 3);
  cache.truncate(1, 1);
  CHECK(cache.length(1) == 1);
  request r{{1}, {1}};
  REQUIRE(r.place(cache).has_value());
  CHECK(r.slots[0] == 5);
  CHECK(r.spans[0].count == 2);
}

TEST_CASE("layers do not overlap and all bytes are there") {
  const qx::kv_cache cache = made();
  const std::size_t bytes = 3 * 4 * 2 * 5 * 2;
  CHECK(cache.shape().bytes() == 4 * bytes);
  CHECK(cache.values(0).data() - cache.keys(0).data() == bytes);
  CHECK(cache.keys(1).data() - cache.keys(0).data() == 2 * bytes);
  CHECK(cache.keys(0).shape()[0] == 12);
}

TEST_CASE("sizes that cannot be had are errors") {
  constexpr std::size_t huge = std::numeric_limits<std::size_t>::max() / 2;
  const auto code = [](qx::kv_shape s) {
    const auto r = qx::kv_cache::create(s);
    return r ? std::optional<qx::errc>() : r.error().code;
  };
  CHECK(code({.layers = huge, .sequences = huge, .context = 2, .kv_heads = 1, .dim = 1}) ==
        qx::errc::argument);
  CHECK(code({.layers = 1, .sequences = 1, .context = huge, .kv_heads = 1, .dim = 1}) ==
        qx::errc::argument);
  CHECK(code({.layers = 0, .sequences = 1, .context = 2, .kv_heads = 1, .dim = 1}) ==
        qx::errc::argument);
  CHECK(code({.layers = 1,
              .sequences = 2,
              .context = std::size_t{1} << 30,
              .kv_heads = 1,
              .dim = 1}) == qx::errc::argument);
  CHECK(code({.layers = 1,
              .sequences = 1,
              .context = 2,
              .kv_heads = 1,
              .dim = 32,
              .type = qx::dtype::q8_0}) == qx::errc::unsupported);
}

}  // namespace
