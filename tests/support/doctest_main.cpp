// SPDX-License-Identifier: MIT
/// \file
/// doctest itself and the entry of every test program: compiled once.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
