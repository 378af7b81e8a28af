// SPDX-License-Identifier: MIT
/// \file
/// `qx inspect`: what is in a GGUF file and what running it takes.
#include "command.hpp"
#include "input.hpp"
#include "inspect.hpp"
#include "load.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

namespace qx::cli {
namespace {

struct inspect_choices {
  std::optional<std::string> file;
  std::size_t context = 0;
  bool json = false;
};

std::vector<type_share> shares_of(const gguf::file& file) {
  std::array<type_share, dtype_count> all{};
  for (const gguf::tensor_info& t : file.tensors()) {
    type_share& share = all[static_cast<std::size_t>(t.type)];
    share.type = t.type;
    ++share.tensors;
    share.elements += t.elements();
    share.bytes += t.data.size();
  }
  std::vector<type_share> out;
  std::ranges::copy_if(all, std::back_inserter(out),
                       [](const type_share& s) { return s.tensors != 0; });
  std::ranges::sort(out, std::greater{}, &type_share::bytes);
  return out;
}

result<void> inspect(const inspect_choices& c, const settings& with) {
  const auto file = open_model(c.file);
  if (!file) return std::unexpected(file.error());
  const auto kind = find_kind(*file, known_models());
  auto shape = kind ? (*kind)->shape(*file) : result<model_shape>(std::unexpected(kind.error()));
  const std::size_t usual = shape ? std::min<std::size_t>(shape->context, 4096) : 0;
  const std::size_t context = c.context != 0 ? c.context : usual;
  const inspection found{
      &*file,
      parameters_of(*file),
      shares_of(*file),
      std::move(shape),
      kind ? (*kind)->memory_needed(*file, {.context = context, .kernels = with.kernels})
           : result<memory_report>(std::unexpected(kind.error())),
      context};
  std::fputs((c.json ? as_json(found) : as_text(found)).c_str(), stdout);
  return {};
}

action declare_inspect(options& o) {
  auto c = std::make_shared<inspect_choices>();
  o.text({"FILE", "", "GGUF file (default: the bundled model)"}, c->file);
  o.flag({"--json", "", "everything, for programs"}, c->json);
  o.whole({"--ctx", "N", "positions to count the memory for (default: the model's, up to 4096)"},
          c->context, {1, std::size_t{1} << 24});
  return [c](const settings& with) { return inspect(*c, with); };
}

}  // namespace

const command inspect_command{
    .name = "inspect",
    .summary = "show what is in a GGUF file and what running it takes",
    .arguments = "[FILE] [--json]",
    .explanation =
        "Shows the shape of the model, the types and sizes of its tensors, its metadata, and the\n"
        "memory that generate will take for it. Any GGUF file will do: of models that qx cannot\n"
        "run it says why.",
    .examples = "  qx inspect model.gguf\n"
                "  how many parameters\n"
                "    qx inspect model.gguf --json | jq .parameters",
    .declare = declare_inspect,
};

}  // namespace qx::cli
