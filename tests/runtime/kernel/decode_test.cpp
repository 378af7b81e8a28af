// SPDX-License-Identifier: MIT
/// \file
/// Row decoders of every table against the scalar ones of `quant`, to the bit.
#include "support.hpp"

#include <qx/quant/codec.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace {

using namespace qx;
using namespace qx::kernel;
using namespace qx::kernel::test;

void check_row(const table& t, dtype type, const std::vector<std::byte>& row, std::size_t k) {
  CAPTURE(std::string(t.name));
  CAPTURE(std::string(name(type)));
  std::vector<float> ours(k + 1, 3.0f), theirs(k);
  ops(t, type).decode(row.data(), k, ours.data());
  quant::decode_row(type, row.data(), k, theirs.data());
  for (std::size_t i = 0; i < k; ++i) {
    if (std::isnan(theirs[i]))
      CHECK(std::isnan(ours[i]));
    else
      REQUIRE(std::bit_cast<std::uint32_t>(ours[i]) == std::bit_cast<std::uint32_t>(theirs[i]));
  }
  CHECK(ours[k] == 3.0f);
}

}  // namespace

TEST_CASE("decoded rows are the scalar decoder's to the bit") {
  std::mt19937 random(9);
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types)
      for (const std::size_t blocks : {1, 2, 15, 16, 17, 40}) {
        const std::size_t k = blocks * info(type).block_elements;
        check_row(*t, type, random_weights(type, 1, k, random), k);
      }
}

TEST_CASE("any bytes decode as the scalar decoder does: subnormal, infinite and NaN scales too") {
  std::mt19937 random(10);
  for (const table* t : runnable_tables())
    for (const dtype type : weight_types) {
      const std::size_t k = 64 * info(type).block_elements;
      std::vector<std::byte> row(bytes_of(type, k));
      for (std::byte& b : row)
        b = static_cast<std::byte>(random());
      check_row(*t, type, row, k);
    }
}
