// SPDX-License-Identifier: MIT
/// \file
/// The sweeps of `narrow.arch.cpp`, for the table of their arch.
#pragma once

#include "vector_ops.hpp"

#include <qx/core/config.hpp>

namespace qx::sampling::inline QX_ARCH {

std::size_t keep(std::span<const float> x, float least, float* out);
std::size_t keep_ids(std::span<const float> x, const token_id* ids, token_id first, float least,
                     float* out, token_id* out_ids);
moments moments_of(std::span<const float> x, float origin);
mass mass_from(std::span<const float> x, const float* weights, float least);
std::size_t split(std::span<float> x, float* weights, float at, bool upper);

}  // namespace qx::sampling::inline QX_ARCH
