// SPDX-License-Identifier: MIT
/// \file
/// A llama that runs, behind the Model concept.
#pragma once

#include <qx/model/graph_model.hpp>

#include <models/llama/graph.hpp>

namespace qx::llama {

using model = graph_model<architecture>;
static_assert(Model<model>);

}  // namespace qx::llama
