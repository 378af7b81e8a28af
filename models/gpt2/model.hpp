// SPDX-License-Identifier: MIT
/// \file
/// A GPT-2 that runs, behind the Model concept.
#pragma once

#include <qx/model/graph_model.hpp>

#include <models/gpt2/graph.hpp>

namespace qx::gpt2 {

using model = graph_model<architecture>;
static_assert(Model<model>);

}  // namespace qx::gpt2
