// SPDX-License-Identifier: MIT
/// \file
/// What benchmarks of whole models begin with: a llama of random weights in memory.
#pragma once

#include <qx/core/error.hpp>
#include <qx/platform/huge_buffer.hpp>
#include <qx/platform/thread_pool.hpp>

#include <cstddef>
#include <cstdlib>
#include <models/llama/synth.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace qx::measuring {

template <class T>
T or_throw(result<T> r) {
  if (!r) throw std::runtime_error(r.error().message);
  return *std::move(r);
}

/// QX_THREADS, or 2.
inline std::size_t threads() {
  const char* given = std::getenv("QX_THREADS");
  return given != nullptr ? std::strtoul(given, nullptr, 10) : 2;
}

/// The bytes of a GGUF file, of a kind such as tinyllama-1.1b:q4_0.
inline platform::huge_buffer make_image(const std::string& kind) {
  platform::thread_pool pool(threads());
  return or_throw(llama::make_synthetic(or_throw(llama::parse_synthetic(kind)), nullptr, pool));
}

}  // namespace qx::measuring
