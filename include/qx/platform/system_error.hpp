// SPDX-License-Identifier: MIT
/// \file
/// Sentences for what the operating system refused.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/message.hpp>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace qx::platform {

/// "cannot open 'PATH': No such file or directory", with the reason that `code` (an errno) stands
/// for.
[[nodiscard]] inline std::unexpected<error> fail_os(std::string_view action,
                                                    const std::filesystem::path& path, int code) {
  return fail(errc::io, message("cannot ", action, " '", path.string(),
                                "': ", std::generic_category().message(code)));
}

}  // namespace qx::platform
