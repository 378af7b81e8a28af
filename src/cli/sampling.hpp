// SPDX-License-Identifier: MIT
/// \file
/// The options of sampling, which every command that draws tokens takes.
#pragma once

#include "command.hpp"

#include <qx/core/error.hpp>
#include <qx/run/rules/recorder.hpp>
#include <qx/run/sampler.hpp>
#include <qx/text/token_masks.hpp>
#include <qx/text/tokenizer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace qx::cli {

struct sampling_choices {
  sampler_options rules{};
  std::optional<std::string> chain;  ///< instead of these
  std::optional<std::uint64_t> seed;
  std::optional<std::string> grammar;  ///< GBNF, or the name of a file of it
  std::optional<std::string> schema;   ///< a JSON schema, or the name of a file of it
};

/// --temp, --top-k, --top-p, --min-p, --chain, --grammar, --json-schema and --seed.
void declare_sampling(options& o, sampling_choices& into);

/// The seed that was given, or a new one each time.
[[nodiscard]] std::uint64_t chosen_seed(const sampling_choices& c);

/// What a caller may ask of a sampler's rules.
struct sampler_watch {
  std::optional<std::size_t> log_probabilities{};  ///< how many are to be recorded, if any
  std::shared_ptr<sampling::record> recorded{};    ///< null without them
  std::shared_ptr<text::token_masks> grammar{};    ///< null without one
};

/// errc::argument where a chain comes with options that it replaces, or does not parse;
/// errc::format for a grammar or a schema that cannot be read.
[[nodiscard]] result<sampler> make_sampler(const sampling_choices& c, std::uint64_t seed,
                                           const text::tokenizer& words, std::size_t vocabulary,
                                           const settings& with, sampler_watch* watch = nullptr);

}  // namespace qx::cli
