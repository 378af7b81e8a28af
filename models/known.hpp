// SPDX-License-Identifier: MIT
/// \file
/// The architectures that come with qx, and the model of a file whichever of them it is.
#pragma once

#include <qx/model/any_model.hpp>

#include <span>

namespace qx {

/// By name. A user's own list begins with these, or leaves some of them out.
[[nodiscard]] std::span<const model_kind> known_models();

/// Loads a model of one of these architectures. `file` must outlive it. Errors: those of
/// find_kind() and of loading.
[[nodiscard]] result<any_model> load_model(const gguf::file& file,
                                           const load_options& options = {});

}  // namespace qx
