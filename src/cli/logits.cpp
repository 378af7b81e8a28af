// SPDX-License-Identifier: MIT
/// \file
/// `qx logits`: what a model predicts at every position, as numbers.
#include "command.hpp"
#include "input.hpp"
#include "load.hpp"

#include <qx/core/dtype_name.hpp>
#include <qx/core/message.hpp>
#include <qx/platform/output_file.hpp>

#include <algorithm>
#include <memory>
#include <numeric>

namespace qx::cli {
namespace {

struct logits_choices {
  std::optional<std::string> model;
  pack_cache_option packed;
  std::string tokens, out, cache = "f32";
};

/// Positions and outputs of tokens [first, first + n) of one sequence.
result<logits_view> step(any_model& model, std::span<const token_id> tokens, std::size_t first) {
  std::vector<std::int32_t> positions(tokens.size()), sequences(tokens.size()),
      outputs(tokens.size());
  std::iota(positions.begin(), positions.end(), static_cast<std::int32_t>(first));
  std::iota(outputs.begin(), outputs.end(), 0);
  return model.forward({tokens, positions, sequences, outputs});
}

result<dtype> cache_type(const std::string& name) {
  const auto type = dtype_from_name(name);
  if (type == dtype::f32 || type == dtype::f16) return *type;
  return fail(errc::argument, message("--cache is '", name, "' but must be f32 or f16"));
}

result<void> write_logits(const logits_choices& c, const settings& with) {
  const auto type = cache_type(c.cache);
  if (!type) return std::unexpected(type.error());
  const auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  const auto kind = find_kind(*file, known_models());
  if (!kind) return std::unexpected(kind.error());
  const auto shape = (*kind)->shape(*file);
  if (!shape) return std::unexpected(shape.error());
  const auto tokens = parse_ids(c.tokens, shape->vocab);
  if (!tokens) return std::unexpected(tokens.error());
  if (tokens->empty()) return fail(errc::argument, "--tokens is empty: name at least one token id");
  if (tokens->size() > shape->context)
    return fail(errc::range, message("--tokens has ", tokens->size(),
                                     " ids, the model's context holds ", shape->context));

  auto model = load_any(*file, {.context = tokens->size(), .kv_type = *type}, with, c.packed);
  if (!model) return std::unexpected(model.error());
  auto out = platform::output_file::create(c.out);
  if (!out) return std::unexpected(out.error());
  const std::size_t most = model->limits().batch;
  for (std::size_t first = 0; first < tokens->size(); first += most) {
    const auto part = std::span(*tokens).subspan(first, std::min(most, tokens->size() - first));
    const auto logits = step(*model, part, first);
    if (!logits) return std::unexpected(logits.error());
    if (auto written = out->write(std::as_bytes(logits->elements())); !written) return written;
  }
  return out->commit();
}

action declare_logits(options& o) {
  auto c = std::make_shared<logits_choices>();
  o.text({"-m,--model", "FILE", "GGUF file (default: the bundled model)"}, c->model);
  c->packed.declare(o);
  o.required({"--tokens", "IDS", "token ids with spaces between them"}, c->tokens);
  o.required({"-o,--out", "OUT", "file to write"}, c->out);
  o.text({"--cache", "TYPE", "keys and values are kept in f32 (default) or f16, as generate does"},
         c->cache);
  return [c](const settings& with) { return write_logits(*c, with); };
}

}  // namespace

const command logits_command{
    .name = "logits",
    .summary = "write the logits of every position to a file",
    .arguments = "[-m FILE] --tokens IDS -o OUT",
    .explanation = "Runs the tokens, just these, and writes the logits after each of them: "
                   "little-endian F32,\n"
                   "row-major [token, vocabulary], nothing before and nothing behind.",
    .examples =
        "  qx logits -m model.gguf --tokens \"1 403 407\" -o logits.f32\n"
        "  of a text\n"
        "    qx logits --tokens \"$(printf 'Once upon' | qx tokenize --ids)\" -o logits.f32",
    .declare = declare_logits,
};

}  // namespace qx::cli
