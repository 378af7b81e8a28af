// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/any_model.hpp>

#include <algorithm>
#include <string>

namespace qx {

result<const model_kind*> find_kind(const gguf::file& file, std::span<const model_kind> known) {
  const auto architecture = file.get<std::string>("general.architecture");
  if (!architecture) return std::unexpected(architecture.error());
  const auto at = std::ranges::find(known, *architecture, &model_kind::architecture);
  if (at != known.end()) return &*at;
  std::string names;
  for (const model_kind& kind : known)
    names += message(names.empty() ? "" : ", ", kind.architecture);
  return fail(errc::unsupported, message(file.source(), ": architecture '", *architecture,
                                         "' is none of those known: ", names));
}

}  // namespace qx
