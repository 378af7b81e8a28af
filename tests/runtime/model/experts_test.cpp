// SPDX-License-Identifier: MIT
// Which experts tokens go to: the likeliest, in the order of the experts, with shares that add up
// to 1; and the memory of steps that the tables lie in.
#include <qx/model/experts.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tests/support/fill.hpp>
#include <vector>

namespace {

struct routing {
  std::vector<std::byte> memory;
  qx::expert_routing to;

  static std::size_t bytes(std::size_t n, std::size_t experts, std::size_t used) {
    qx::step_memory count;
    (void)qx::expert_routing(count, n, experts, used);
    return count.bytes();
  }
  static qx::expert_routing place(std::vector<std::byte>& memory, std::size_t n,
                                  std::size_t experts, std::size_t used) {
    qx::step_memory m(memory.data());
    return {m, n, experts, used};
  }
  routing(std::size_t n, std::size_t experts, std::size_t used)
      : memory(bytes(n, experts, used)), to(place(memory, n, experts, used)) {}
};

TEST_CASE("each token goes to its likeliest experts") {
  for (const std::size_t experts : {1, 2, 6, 64})
    for (const std::size_t used : {1, 2, 8}) {
      if (used > experts) continue;
      const std::size_t n = 13;
      routing r(n, experts, used);
      qx::test::numbers numbers(static_cast<std::uint32_t>(experts * 10 + used));
      for (std::size_t t = 0; t < n; ++t)
        for (std::size_t e = 0; e < experts; ++e)
          r.to.gate[t, e] = numbers.next() + 3.0f;
      r.to.choose();
      REQUIRE(r.to.starts.front() == 0);
      REQUIRE(r.to.starts.back() == static_cast<std::int32_t>(n * used));
      std::vector<double> shares(n);
      std::vector<std::size_t> counts(n);
      for (std::size_t e = 0; e < experts; ++e)
        for (auto p = static_cast<std::size_t>(r.to.starts[e]);
             p < static_cast<std::size_t>(r.to.starts[e + 1]); ++p) {
          const auto t = static_cast<std::size_t>(r.to.tokens[p]);
          if (p > static_cast<std::size_t>(r.to.starts[e]))
            CHECK(r.to.tokens[p - 1] < r.to.tokens[p]);
          std::size_t likelier = 0;
          for (std::size_t other = 0; other < experts; ++other)
            likelier += r.to.gate[t, other] > r.to.gate[t, e];
          CHECK(likelier < used);
          shares[t] += double{r.to.share[p]};
          ++counts[t];
        }
      for (std::size_t t = 0; t < n; ++t) {
        CHECK(counts[t] == used);
        CHECK(std::abs(shares[t] - 1.0) < 1e-6);
      }
    }
}

TEST_CASE("of equal experts the first, and never one that is not a number if there is another") {
  routing r(3, 4, 2);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> gates{0.25f, 0.25f, 0.25f, 0.25f, nan, 0.5f, nan, 0.25f,
                                 nan,   nan,   nan,   nan};
  std::copy(gates.begin(), gates.end(), r.to.gate.data());
  r.to.choose();
  const std::vector<std::int32_t> starts(r.to.starts.begin(), r.to.starts.end());
  const std::vector<std::int32_t> tokens(r.to.tokens.begin(), r.to.tokens.end());
  CHECK(starts == std::vector<std::int32_t>{0, 2, 5, 5, 6});
  CHECK(tokens == std::vector<std::int32_t>{0, 2, 0, 1, 2, 1});
  CHECK(r.to.share[0] == 0.5f);
  CHECK(std::abs(r.to.share[3] - 2.0f / 3.0f) < 1e-6f);
}

TEST_CASE("memory that is counted is memory that is used, and too much stays too much") {
  using namespace qx::axis_names;
  qx::step_memory count;
  (void)count.take<float, token, model>(3, 5);
  (void)count.list<std::int32_t>(1);
  CHECK(count.bytes() == 64 + 64);
  std::vector<std::byte> memory(128);
  qx::step_memory m(memory.data());
  const auto x = m.take<float, token, model>(3, 5);
  const auto ids = m.list<std::int32_t>(1);
  CHECK(static_cast<void*>(x.data()) == memory.data());
  CHECK(static_cast<void*>(ids.data()) == memory.data() + 64);
  (void)count.take<float, token, head, dim>(std::size_t{1} << 24, std::size_t{1} << 24,
                                            std::size_t{1} << 24);
  (void)count.list<std::int32_t>(1);
  CHECK(count.bytes() == qx::step_memory::largest);
}

}  // namespace
