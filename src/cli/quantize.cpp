// SPDX-License-Identifier: MIT
/// \file
/// `qx quantize`: a GGUF file with its matrices in another type.
#include "command.hpp"
#include "progress.hpp"
#include "units.hpp"

#include <qx/core/dtype_name.hpp>
#include <qx/core/message.hpp>
#include <qx/run/quantize.hpp>
#include <qx/run/stopwatch.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace qx::cli {
namespace {

struct quantize_choices {
  std::string in, out, type;
  std::optional<std::string> importance;
  bool mix = false, pure = false, requantize = false;
};

result<const recipe*> chosen_recipe(const std::string& name) {
  if (const recipe* const found = find_recipe(name)) return found;
  std::string known;
  for (const recipe& r : recipes())
    known += message(known.empty() ? "" : ", ", r.name);
  return fail(errc::argument,
              message("TYPE is '", name, "', which is none; it must be one of ", known));
}

/// A type's own name asks for that type and no other.
bool is_pure(const quantize_choices& c) { return c.pure || (!c.mix && dtype_from_name(c.type)); }

/// "out.gguf: 668 MB, 4.86 bits per element, 30 % of 2.20 GB; 156 of 201 tensors are Q4_K_M now".
void report(const quantize_choices& c, const recipe& kind, const gguf::file& file,
            const quantize_report& r, double seconds) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(c.out, problem);
  if (problem) return;
  const double share = 100.0 * static_cast<double>(size) / static_cast<double>(file.bytes().size());
  std::string line =
      message(c.out, ": ", bytes_text(size), ", ", fixed(r.bits, 2), " bits per element, ",
              fixed(share, 0), " % of ", bytes_text(file.bytes().size()), "; ", r.changed, " of ",
              r.tensors, " tensors are ", is_pure(c) ? name(kind.base) : kind.name, " now, ",
              time_text(seconds), '\n');
  if (r.fallbacks != 0)
    line += message("  rows of ", r.fallbacks,
                    " tensors do not divide into blocks: they got another type\n");
  if (r.unweighted != 0)
    line += message("  the importance matrix does not know ", r.unweighted, " of these tensors\n");
  std::fputs(line.c_str(), stderr);
}

result<quantize_report> run(const quantize_choices& c, const gguf::file& file, const recipe& kind,
                            const gguf::imatrix* importance, std::size_t threads) {
  platform::thread_pool pool(threads);
  progress_bar bar("quantizing");
  const quantize_options options{
      .importance = importance,
      .pure = is_pure(c),
      .requantize = c.requantize,
      .progress = [&](std::size_t done, std::size_t total) { bar.show(done, total); }};
  return qx::quantize(file, c.out, kind, options, pool);
}

result<void> quantize(const quantize_choices& c, std::size_t threads) {
  const stopwatch watch;
  const auto kind = chosen_recipe(c.type);
  if (!kind) return std::unexpected(kind.error());
  const auto file = gguf::file::open(c.in);
  if (!file) return std::unexpected(file.error());
  std::optional<gguf::imatrix> importance;
  if (c.importance) {
    auto opened = gguf::imatrix::open(*c.importance);
    if (!opened) return std::unexpected(opened.error());
    importance.emplace(*std::move(opened));
  }
  const auto done = run(c, *file, **kind, importance ? &*importance : nullptr, threads);
  if (!done) return std::unexpected(done.error());
  report(c, **kind, *file, *done, watch.seconds());
  return {};
}

action declare_quantize(options& o) {
  auto c = std::make_shared<quantize_choices>();
  o.required({"IN", "", "GGUF file, best in f32, f16 or bf16"}, c->in);
  o.required({"OUT", "", "file to write; it appears when it is complete"}, c->out);
  o.required({"TYPE", "", "one of the types above, in any case"}, c->type);
  o.text({"--imatrix", "FILE", "importance matrix: which columns' errors count how much"},
         c->importance);
  o.flag({"--mix", "", "a type's own name means the mix that files of this name hold elsewhere"},
         c->mix);
  o.flag({"--pure", "", "of a mix only the base type: no matrix in a better one"}, c->pure);
  o.flag({"--requantize", "", "encode again what is quantised already, which loses twice"},
         c->requantize);
  return [c](const settings& with) { return quantize(*c, with.threads); };
}

/// The table of types.
std::string explanation() {
  std::string out =
      "Writes the matrices of a GGUF file in another type; vectors stay as they are. A type's own\n"
      "name (q4_0, q4_k, q8_0) gives it to all matrices. Q4_K_M and the like are mixes: matrices\n"
      "where errors do most harm get more bits. With --mix all names are mixes, as in other\n"
      "programs. Where rows do not divide into blocks of 256, formats with blocks of 32 step "
      "in.\n\n"
      "  TYPE       bits per weight as a mix, of a llama of 8 billion parameters\n";
  for (const recipe& r : recipes()) {
    std::string name(r.name), bits = fixed(static_cast<double>(r.bits), 2);
    name.resize(11, ' ');
    bits.insert(0, 5 - bits.size(), ' ');
    out += message("  ", name, bits, r.words.empty() ? "" : "  ", r.words, '\n');
  }
  out.pop_back();
  return out;
}

const std::string explained = explanation();

}  // namespace

const command quantize_command{
    .name = "quantize",
    .summary = "write a model with smaller weights",
    .arguments = "IN OUT TYPE [--imatrix FILE] [--mix] [--pure] [--requantize]",
    .explanation = explained,
    .examples = "  qx quantize model-f16.gguf model-q4_k_m.gguf Q4_K_M\n"
                "  with what a calibration text says about columns\n"
                "    qx quantize model-f16.gguf model-q3_k_m.gguf Q3_K_M --imatrix model.imatrix",
    .declare = declare_quantize,
};

}  // namespace qx::cli
