// SPDX-License-Identifier: MIT
/// \file
/// A Qwen that runs, behind the Model concept.
#pragma once

#include <qx/model/graph_model.hpp>

#include <models/qwen/graph.hpp>

namespace qx::qwen {

using model = graph_model<architecture>;
static_assert(Model<model>);

}  // namespace qx::qwen
