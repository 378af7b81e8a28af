// SPDX-License-Identifier: MIT
// What a plan says of itself.
#include "agrees.hpp"

#include <qx/fuse/explain.hpp>
#include <qx/run/machine.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace qx::test;

TEST_CASE("a plan as a table: stages, sweeps, bytes, flops, temporaries, times") {
  qx::tensor<float, a, b> x(a(100), b(200));
  const auto p = softmax(x * 0.5f, over(b));
  const auto rows = qx::stages_of(p);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].expression == "softmax over b(([a, b] * 0.5))");
  CHECK(rows[0].sweeps == 3);
  CHECK(rows[0].bytes_in == 3 * 100 * 200 * 4);
  CHECK(rows[0].bytes_out == 100 * 200 * 4);
  const auto two = qx::stages_of(max(contract(p, rename(x, a, c), over(b)), over(c)));
  REQUIRE(two.size() == 3);  // panels, matmul, reduction
  CHECK(two[0].kind == "pack");
  CHECK(two[1].kind == "tiles");
  CHECK(two[1].flops >= 2.0 * 100 * 100 * 200);
  CHECK(two[1].temporary_bytes == 100 * 100 * 4);
  CHECK(two[2].kind == "rows");
  const std::string text = qx::explain(p);
  for (const char* word : {"stage", "sweeps", "at best", "softmax over b", "arena: 0 bytes"})
    CHECK(text.find(word) != std::string::npos);
  // 240 kB in and 80 kB out at 1 GB a second.
  CHECK(qx::explain(p, qx::machine_limits{1e9, 0, 1e12}.of_floats()).find("at best 320 µs") !=
        std::string::npos);
  qx::context one(1);
  qx::tensor<float, a, b> y(a(100), b(200));
  CHECK(qx::explain_run(one, y <<= p).find("measured") != std::string::npos);
  const std::string dot = qx::explain_dot(stored(p) + 1.0f);
  CHECK(dot.starts_with("digraph plan {"));
  CHECK(dot.find("shape=box3d") != std::string::npos);
  CHECK(dot.find("[label=\"[a, b]\"]") != std::string::npos);  // a leaf has no name but its axes
}

TEST_CASE("of a stack of matrices those are read that columns go to") {
  const std::vector<float> numbers(4 * 8 * 32);
  const qx::weight_stack<d, c, b> stack{qx::dtype::f32,
                                        reinterpret_cast<const std::byte*>(numbers.data()), nullptr,
                                        qx::extents<qx::axes<d, c, b>>({4, 8, 32})};
  const qx::tensor<float, a, b> x(a(3), b(32));
  const std::vector<std::int32_t> starts{0, 2, 2, 3, 3};  // two of the four
  const auto rows = qx::stages_of(matmul(stack, x, starts));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].bytes_in == 2 * 8 * 32 * 4 + 3 * 32 * 4);
  CHECK(rows[0].flops == 2 * 3 * 8 * 32);
}

TEST_CASE("a product that stands several times is read and multiplied once") {
  const qx::tensor<float, c, b> w(c(8), b(32));
  const qx::tensor<float, a, b> x(a(3), b(32)), y(a(3), b(32));
  const auto m = matmul(w, x);
  const auto once = qx::stages_of(m)[0];
  CHECK(once.flops == 2 * 3 * 8 * 32);
  const auto square = qx::stages_of(m * m)[0];
  CHECK(square.flops == once.flops + 3 * 8);
  CHECK(square.bytes_in == once.bytes_in);
  CHECK(qx::stages_of(m * matmul(w, y))[0].bytes_in == 2 * once.bytes_in);
}

}  // namespace
