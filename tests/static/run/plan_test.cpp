// SPDX-License-Identifier: MIT
/// \file
/// What a sampler costs is a constant: this file has no code, compiling it is the test.
#include <qx/model/axes.hpp>

#include <src/run/expressions.hpp>

namespace {

using namespace qx;
using axis_names::vocab;

using row = tensor_view<const float, vocab>;

// The textbook form: the largest, then e^x kept and added up, then the result.
using probabilities = decltype(softmax(row{} / 0.8f, over(vocab)));
static_assert(plan_of<probabilities>.sweeps == 3);
static_assert(plan_of<probabilities>.temporaries == 1);
static_assert(plan_of<probabilities>.transcendental == 1);
static_assert(plan_of<probabilities>.kind == work_kind::rows);

// What the sampler runs: weights are summed where they are computed, and never stored.
using total_weight = decltype(sampling::weight_sum(row{}, 1.0f, 1.25f, over(vocab)));
static_assert(plan_of<total_weight>.reads == 1);
static_assert(plan_of<total_weight>.transcendental == 1);
static_assert(plan_of<total_weight>.temporaries == 0);

// Looking for NaN costs no sweep of its own.
using largest = decltype(sampling::largest_or_nan(row{}, over(vocab)));
static_assert(plan_of<largest>.reads == 1);
static_assert(plan_of<largest>.sweeps == plan_of<decltype(max(row{}, over(vocab)))>.sweeps);

}  // namespace
