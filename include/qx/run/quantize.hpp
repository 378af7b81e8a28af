// SPDX-License-Identifier: MIT
/// \file
/// Writes a model in another type: tensor by tensor, rows shared among threads, in pieces, so that
/// memory stays small whatever the size of the file. The same bytes for any number of threads.
#pragma once

#include <qx/core/error.hpp>
#include <qx/gguf/imatrix.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/platform/thread_pool.hpp>
#include <qx/run/recipe.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>

namespace qx {

struct quantize_options {
  const gguf::imatrix* importance = nullptr;  ///< null: all errors count the same
  bool pure = false;                          ///< all matrices in the recipe's base type
  bool requantize = false;  ///< encode again what is quantised already, which loses twice
  /// Elements done and to do; called by the thread that called quantize().
  std::function<void(std::size_t done, std::size_t total)> progress;
};

struct quantize_report {
  std::size_t tensors = 0;
  std::size_t changed = 0;     ///< of which so many have another type now
  std::size_t fallbacks = 0;   ///< in another type than the recipe has, since rows do not divide
  std::size_t unweighted = 0;  ///< encoded without weights, though there is an importance matrix
  double bits = 0.0;           ///< per element, of all tensors
};

/// Writes `in` to `out`, which appears when it is complete.
/// errc::unsupported where a tensor is quantised already and requantize is not set (F32 may be made
/// of anything); errc::range where an element is NaN, infinite or beyond what the type can hold,
/// with the tensor and the place; errc::shape where the importance matrix is another model's;
/// errc::io where the system refuses.
[[nodiscard]] result<quantize_report> quantize(const gguf::file& in,
                                               const std::filesystem::path& out, const recipe& kind,
                                               const quantize_options& options,
                                               platform::thread_pool& pool);

}  // namespace qx
