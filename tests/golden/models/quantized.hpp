// SPDX-License-Identifier: MIT
/// \file
/// Models of the reference data in other types of weights.
#pragma once

#include <qx/gguf/reader.hpp>
#include <qx/platform/thread_pool.hpp>
#include <qx/run/quantize.hpp>
#include <qx/run/recipe.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <string_view>
#include <utility>

namespace qx::test {

/// The same model with its matrices in another type.
inline gguf::file quantized(const gguf::file& in, const std::filesystem::path& out, std::string_view type) {
  platform::thread_pool pool(2);
  const recipe* kind = find_recipe(type);
  REQUIRE(kind != nullptr);
  const auto done = quantize(in, out, *kind, {.requantize = true, .progress = {}}, pool);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().message));
  auto file = gguf::file::open(out);
  REQUIRE(file.has_value());
  return std::move(*file);
}

}  // namespace qx::test
