// SPDX-License-Identifier: MIT
#include <qx/core/dtype.hpp>

#include <cstdio>

int main() {
  const auto half = qx::f16::from(0.5f);
  std::printf("qx: half of one is %g\n", static_cast<double>(static_cast<float>(half)));
  return qx::dtype_from_name("Q4_0") == qx::dtype::q4_0 ? 0 : 1;
}
