// SPDX-License-Identifier: MIT
/// \file
/// `qx synth`: a model of random weights, for measuring.
#include "command.hpp"
#include "progress.hpp"
#include "units.hpp"

#include <qx/core/message.hpp>
#include <qx/platform/output_file.hpp>
#include <qx/run/stopwatch.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <models/llama/synth.hpp>

namespace qx::cli {
namespace {

struct synth_choices {
  std::string kind, out;
  std::optional<std::string> vocabulary;
};

result<void> write_pieces(platform::output_file& out, std::span<const std::byte> bytes) {
  constexpr std::size_t piece = std::size_t{8} << 20;
  progress_bar bar("writing");
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (auto done = out.write(bytes.subspan(at, std::min(piece, bytes.size() - at))); !done)
      return done;
    bar.show(at, bytes.size());
  }
  return out.commit();
}

result<platform::huge_buffer> make(const synth_choices& c, const llama::synthetic_kind& kind,
                                   std::size_t threads) {
  std::optional<gguf::file> vocabulary;
  if (c.vocabulary) {
    auto opened = gguf::file::open(*c.vocabulary);
    if (!opened) return std::unexpected(opened.error());
    vocabulary.emplace(std::move(*opened));
  }
  platform::thread_pool pool(threads);
  progress_bar bar("weights");
  return llama::make_synthetic(kind, vocabulary ? &*vocabulary : nullptr, pool,
                               [&](std::size_t done, std::size_t total) { bar.show(done, total); });
}

result<void> synth(const synth_choices& c, const settings& with) {
  const stopwatch watch;
  const auto kind = llama::parse_synthetic(c.kind);
  if (!kind) return std::unexpected(kind.error());
  // Before the weights are made, so that a folder that cannot be written to is known at once.
  auto out = platform::output_file::create(c.out);
  if (!out) return std::unexpected(out.error());
  const auto image = make(c, *kind, with.threads);
  if (!image) return std::unexpected(image.error());
  if (auto done = write_pieces(*out, image->bytes()); !done) return done;
  std::fputs(message(c.out, ": ", bytes_text(image->size()), " of random weights, ",
                     time_text(watch.seconds()), '\n')
                 .c_str(),
             stderr);
  return {};
}

action declare_synth(options& o) {
  auto c = std::make_shared<synth_choices>();
  o.required({"SHAPE", "", "SHAPE:TYPE, for example tinyllama-1.1b:q4_0; an unknown one lists all"},
             c->kind);
  o.required({"OUT", "", "GGUF file to write"}, c->out);
  o.text({"--vocab", "FILE", "GGUF file whose tokenizer to copy (default: bytes)"}, c->vocabulary);
  return [c](const settings& with) { return synth(*c, with); };
}

}  // namespace

const command synth_command{
    .name = "synth",
    .summary = "write a llama of random weights, to measure with",
    .arguments = "SHAPE:TYPE OUT [--vocab FILE]",
    .explanation =
        "Writes a GGUF file with the shape of a known llama and random weights of one type: as "
        "fast\n"
        "as the real one, in any engine, and without a download. What it generates is noise. Only "
        "llamas\n"
        "without experts can be made so; other architectures need a file.",
    .examples = "  qx synth tinyllama-1.1b:q4_0 tiny-q4_0.gguf\n"
                "  with a real tokenizer\n"
                "    qx synth llama-3.2-1b:q6_k random.gguf --vocab llama-3.2-1b.gguf",
    .declare = declare_synth,
};

}  // namespace qx::cli
