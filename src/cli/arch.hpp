// SPDX-License-Identifier: MIT
/// \file
/// Which instruction set and how many threads a command uses.
#pragma once

#include <qx/core/error.hpp>
#include <qx/kernel/table.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace qx::cli {

/// The table named by --arch, else by QX_ARCH, else the widest that runs here. errc::argument with
/// the names that run here where there is no such table or this machine cannot run it.
[[nodiscard]] result<const kernel::table*> choose_kernels(const std::optional<std::string>& wanted);

[[nodiscard]] std::size_t default_threads();

}  // namespace qx::cli
