// SPDX-License-Identifier: MIT
/// \file
/// Entry of the kernel tests.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
