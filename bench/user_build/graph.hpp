// SPDX-License-Identifier: MIT
/// \file
/// A llama step in a file of a user's own, which is compiled with a user's own flags.
#pragma once

#include <models/llama/layer.hpp>

namespace user_build {

struct llama {
  qx::context& ctx;
  const qx::llama::config& shape;
  const qx::llama::weights& weights;
  const qx::kv_cache& cache;
};

void step_plain(const llama& m, const qx::llama::step& s);   ///< -O2
void step_native(const llama& m, const qx::llama::step& s);  ///< -O2 -march=native

}  // namespace user_build
