// SPDX-License-Identifier: MIT
/// \file
/// A llama whose graph is in a file of a user's own, which is compiled with a user's own flags.
#pragma once

#include <models/llama/model.hpp>

namespace user_build {

/// -O2
struct plain : qx::llama::architecture {
  static void forward(qx::context& ctx, const config& c, const weights& w, const step& s);
};

/// -O2 -march=native
struct native : qx::llama::architecture {
  static void forward(qx::context& ctx, const config& c, const weights& w, const step& s);
};

}  // namespace user_build
