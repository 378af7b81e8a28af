// SPDX-License-Identifier: MIT
/// \file
/// `qx pack`: keeps a model's packed weights, so that later starts map them.
#include "command.hpp"
#include "input.hpp"
#include "load.hpp"
#include "progress.hpp"
#include "units.hpp"

#include <qx/core/message.hpp>
#include <qx/run/stopwatch.hpp>

#include <cstdio>
#include <memory>

namespace qx::cli {
namespace {

struct pack_choices {
  std::optional<std::string> model, out;
};

result<void> pack_weights(const pack_choices& c, const settings& with) {
  const stopwatch watch;
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto kind = find_kind(*file, known_models());
  if (!kind) return std::unexpected(kind.error());
  const auto plan = (*kind)->packing(*file, *with.kernels);
  if (!plan) return std::unexpected(plan.error());

  platform::thread_pool pool(with.threads, {.pin = with.pin});
  const auto packed = [&] {
    progress_bar bar("packing");
    return pack(*file, *plan, &pool,
                [&](std::size_t done, std::size_t total) { bar.show(done, total); });
  }();
  if (!packed) return std::unexpected(packed.error());
  const std::filesystem::path out = c.out ? std::filesystem::path(*c.out) : pack_cache_path(*file);
  if (auto kept = write_pack_cache(out, *file, *plan, packed->bytes(), &pool); !kept) return kept;
  const std::string line = message(out.string(), ": ", bytes_text(plan->bytes()), " for ",
                                   with.kernels->name, ", ", time_text(watch.seconds()), '\n');
  std::fputs(line.c_str(), stderr);
  return {};
}

action declare_pack(options& o) {
  auto c = std::make_shared<pack_choices>();
  o.text({"-m,--model", "FILE", "GGUF file (default: the bundled model)"}, c->model);
  o.text({"-o,--out", "OUT", "file to write (default: FILE.qxpack, where --pack-cache looks)"},
         c->out);
  return [c](const settings& with) { return pack_weights(*c, with); };
}

}  // namespace

const command pack_command{
    .name = "pack",
    .summary = "keep packed weights, so that later starts map them",
    .arguments = "[-m FILE] [-o OUT]",
    .explanation =
        "Packs the weights of a model for the kernels of this machine and keeps them in a file.\n"
        "Commands with --pack-cache map that file instead of packing. A cache that does not\n"
        "belong to the model or the kernels, or is damaged, is noticed and made anew.",
    .examples = "  qx pack -m model.gguf\n"
                "  qx generate -m model.gguf --pack-cache -p \"The sea is\"",
    .declare = declare_pack,
};

}  // namespace qx::cli
