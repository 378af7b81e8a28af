// SPDX-License-Identifier: MIT
/// \file
/// The library included and not used.
#include <qx/qx.hpp>

int main() {}
