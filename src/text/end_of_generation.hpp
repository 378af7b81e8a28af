// SPDX-License-Identifier: MIT
/// \file
/// Which tokens end a generation, by the ids and by the names in a file.
#pragma once

#include <qx/text/vocab_data.hpp>

#include <vector>

namespace qx::text {

/// The ids that a file names; each inside the vocabulary or `no_token`.
struct named_ends {
  token_id eos, eot, eom, fim_pad, fim_repo, fim_separator;
};

struct generation_ends {
  std::vector<token_id> ids;  ///< ascending, each once
  token_id eot;               ///< end of turn: the file's own, else the first known by name
};

/// `types` is [token] and is corrected where a token known by name is given another type than it
/// has in use.
[[nodiscard]] generation_ends find_generation_ends(const string_list& tokens,
                                                   const named_ends& named,
                                                   std::vector<token_type>& types);

}  // namespace qx::text
