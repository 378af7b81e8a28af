// SPDX-License-Identifier: MIT
/// \file
/// For a seed and the same logits every instruction set draws the same, to the last bit.
#include "logits.hpp"

#include <qx/kernel/table.hpp>
#include <qx/run/sampler.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace qx;
using namespace qx::test;

TEST_CASE("every table that runs here draws the same and gives the same bits") {
  std::size_t compared = 0;
  for (const sampler_options& options :
       {sampler_options{.seed = 1}, sampler_options{.temperature = 0},
        sampler_options{.temperature = 1.3f, .top_k = 0, .top_p = 1, .min_p = 0, .seed = 2},
        sampler_options{.temperature = 0.7f, .top_k = 0, .top_p = 0.95f, .min_p = 0, .seed = 3},
        sampler_options{.temperature = 2.0f, .top_k = 0, .top_p = 1, .min_p = 0.02f, .seed = 4}})
    for (const std::size_t n : {33, 512, 5000, 32000}) {
      const auto logits = normal_logits(n, 2.5f, static_cast<unsigned>(n), 8.0f);
      std::vector<token_id> draws;
      std::vector<likelihood> shown;
      for (const kernel::table* table : kernel::tables()) {
        if (!kernel::runs_here(*table)) continue;
        CAPTURE(table->name);
        auto s = sampler::make(options, n, *table);
        REQUIRE(s);
        std::vector<token_id> mine;
        for (int i = 0; i < 40; ++i)
          mine.push_back(*s->draw(logits));
        const auto all = *s->distribution(logits);
        if (draws.empty()) {
          draws = mine;
          shown.assign(all.begin(), all.end());
          continue;
        }
        CHECK(mine == draws);
        CHECK(std::ranges::equal(all, shown));
        ++compared;
      }
    }
  MESSAGE("compared ", compared, " pairs of tables");
}
