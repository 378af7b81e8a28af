// SPDX-License-Identifier: MIT
#include <qx/qx.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}
}  // namespace

// [declare-axes]
inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"column"> column;
// [/declare-axes]

int main() {
  {
    // [extents]
    qx::tensor<float, row, column> a(row(3), column(4));           // both sizes known at run time
    qx::tensor<float, row, qx::fixed<column, 4>> b(row(3));        // one of them fixed by the type
    qx::tensor<float, qx::fixed<row, 3>, qx::fixed<column, 4>> c;  // both
    // [/extents]
    require(a.extent(column) == 4 && b.extent(row) == 3 && c.size() == 12);
  }
  {
    // [broadcast]
    qx::tensor<float, row, column> x(row(3), column(4));
    qx::tensor<float, column> bias(column(4));
    bias[2] = 1.0f;
    qx::tensor<float, row, column> y = x + bias;         // by name: bias is added to every row
    qx::tensor<float, column, row> t = y * 2;            // the destination's order decides: transposed
    qx::tensor<float, column> total = sum(y, over(row)); // a reduction names what it removes
    qx::tensor<float> all = sum(total, over(column));    // no axis is left: all[] is the number
    qx::tensor<float, column, row> copy = y;             // a copy of a tensor or view, in any order
    eval(y <<= y + bias);                                // there is no +=
    // [/broadcast]
    require(t[2, 1] == 2.0f && total[2] == 3.0f && all[] == 3.0f && copy[2, 1] == 1.0f && y[1, 2] == 2.0f);
  }
  {
    // [views]
    qx::tensor<float, row, column> x(row(6), column(8));
    auto upper = x.view().first(row, 2);            // [2, 8], the same memory
    auto every_other = x.view().slice(row, 0, 3, 2);  // rows 0, 2, 4
    auto third = x.view().at(column, 2);            // [6]: the axis is gone
    eval(third <<= third + 1);                      // in place
    // [/views]
    require(x[5, 2] == 1.0f && upper[1, 2] == 1.0f && every_other[2, 2] == 1.0f);
  }
  // [mismatch]
  try {
    qx::tensor<float, row, column> a(row(3), column(4));
    qx::tensor<float, row, column> b(row(3), column(5));
    qx::tensor<float, row, column> c = a + b;
  } catch (const qx::shape_error& e) {
    std::puts(e.what());  // axis 'column': extent 4 here, 5 there
  }
  // [/mismatch]
}
