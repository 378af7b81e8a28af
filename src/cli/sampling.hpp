// SPDX-License-Identifier: MIT
/// \file
/// The options of sampling, which every command that draws tokens takes.
#pragma once

#include "command.hpp"

#include <qx/core/error.hpp>
#include <qx/run/sampler.hpp>
#include <qx/text/tokenizer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace qx::cli {

struct sampling_choices {
  sampler_options rules{};
  std::optional<std::string> chain;  ///< instead of these
  std::optional<std::uint64_t> seed;
};

/// --temp, --top-k, --top-p, --min-p, --chain and --seed.
void declare_sampling(options& o, sampling_choices& into);

/// The seed that was given, or a new one each time.
[[nodiscard]] std::uint64_t chosen_seed(const sampling_choices& c);

/// errc::argument where a chain comes with options that it replaces, or does not parse.
[[nodiscard]] result<sampler> make_sampler(const sampling_choices& c, std::uint64_t seed,
                                           const text::tokenizer& words, std::size_t vocabulary,
                                           const settings& with);

}  // namespace qx::cli
