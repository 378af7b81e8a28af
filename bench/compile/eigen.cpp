// SPDX-License-Identifier: MIT
/// \file
/// Eigen's core beside it.
#include <Eigen/Core>

int main() {}
