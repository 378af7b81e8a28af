// SPDX-License-Identifier: MIT
/// \file
/// What commands read: the model, standard input, lists of ids.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/token.hpp>
#include <qx/gguf/reader.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qx::cli {

/// Opens `path`, or where there is none the model that comes with qx. errc::missing names the
/// places where that was looked for.
[[nodiscard]] result<gguf::file> open_model(const std::optional<std::string>& path);

/// All of standard input.
[[nodiscard]] result<std::string> read_input();

/// Ids between spaces, line ends or commas, each below `vocabulary`. errc::argument for what is no
/// number, errc::range for an id that the vocabulary does not have.
[[nodiscard]] result<std::vector<token_id>> parse_ids(std::string_view text,
                                                      std::size_t vocabulary);

}  // namespace qx::cli
