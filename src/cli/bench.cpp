// SPDX-License-Identifier: MIT
/// \file
/// `qx bench`: how fast a model runs here, and how fast it could.
#include "bench.hpp"
#include "input.hpp"
#include "load.hpp"
#include "progress.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <models/llama/synth.hpp>
#include <utility>

namespace qx::cli {
namespace {

struct bench_choices {
  std::optional<std::string> model, synthetic;
  pack_cache_option cache;
  bench_options options;
  bool json = false;
};

/// A file, and for random weights the memory that it lies in.
struct source {
  platform::huge_buffer image;
  gguf::file file;
};

result<source> make_source(const std::string& text, std::size_t threads) {
  const auto kind = llama::parse_synthetic(text);
  if (!kind) return std::unexpected(kind.error());
  platform::thread_pool pool(threads);
  progress_bar bar("weights");
  auto image = llama::make_synthetic(
      *kind, nullptr, pool, [&](std::size_t done, std::size_t total) { bar.show(done, total); });
  if (!image) return std::unexpected(image.error());
  auto file = gguf::file::parse(image->bytes(), text);
  if (!file) return std::unexpected(file.error());
  return source{std::move(*image), std::move(*file)};
}

result<source> find_source(const bench_choices& c, std::size_t threads) {
  if (c.model && c.synthetic)
    return fail(errc::argument, "--model and --synthetic exclude each other: name one of them");
  if (c.synthetic) return make_source(*c.synthetic, threads);
  auto file = open_model(c.model);
  if (!file) return std::unexpected(file.error());
  return source{{}, std::move(*file)};
}

result<void> run_and_show(const bench_choices& c, const settings& with) {
  const bench_options& o = c.options;
  if (o.prefill == 0 && o.decode == 0)
    return fail(errc::argument,
                "-p 0 and -n 0 leave nothing to measure: one of them must be from 1 up");
  const auto from = find_source(c, with.threads);
  if (!from) return std::unexpected(from.error());
  const stopwatch watch;
  auto model =
      load_any(from->file, {.context = o.depth + std::max(o.prefill, o.decode)}, with, c.cache);
  if (!model) return std::unexpected(model.error());
  const double load_seconds = watch.seconds();
  const auto machine = measure_machine(model->runtime());
  if (!machine) return std::unexpected(machine.error());
  const auto speed = run_bench(*model, o);
  if (!speed) return std::unexpected(speed.error());

  const bench_findings found{
      &from->file,
      &with,
      o,
      load_seconds,
      model->memory(),
      *speed,
      *machine,
      prefill_cost(from->file, *model, *with.kernels, o.prefill),
      decode_cost(from->file, *model, *with.kernels, o.depth + o.decode / 2)};
  std::fputs((c.json ? as_json(found) : as_text(found)).c_str(), stdout);
  return {};
}

action declare_bench(options& o) {
  auto c = std::make_shared<bench_choices>();
  constexpr whole_limits tokens{0, 1u << 20};
  o.text({"-m,--model", "FILE", "GGUF file (default: the bundled model)"}, c->model);
  c->cache.declare(o);
  o.text({"--synthetic", "KIND",
          "a llama of random weights instead: SHAPE:TYPE, as qx synth has them"},
         c->synthetic);
  o.whole({"-p,--prefill", "N", "tokens of the prompt, 0: leave that out (default 256)"},
          c->options.prefill, tokens);
  o.whole({"-n,--decode", "N", "tokens one by one, 0: leave that out (default 32)"},
          c->options.decode, tokens);
  o.whole({"-d,--depth", "N", "tokens that are there before (default 0)"}, c->options.depth,
          tokens);
  o.whole(
      {"-r,--repetitions", "N", "times that each is measured, after one to warm up (default 5)"},
      c->options.repetitions, {1, 10000});
  o.flag({"--json", "", "figures for programs"}, c->json);
  return [c](const settings& with) { return run_and_show(*c, with); };
}

/// The part of a tensor that a token needs: of stacked matrices those of its experts.
double share_of(const gguf::tensor_info& t, const model_shape& shape) {
  const bool stacked = t.rank == 3 && shape.experts != 0 && t.dims[2] == shape.experts;
  return stacked ? static_cast<double>(shape.experts_used) / static_cast<double>(shape.experts)
                 : 1.0;
}

/// Adds the multiply-adds of a matrix, once for each of `times` tokens out of one.
void add(token_cost& cost, const gguf::tensor_info& t, const kernel::table& kernels, double times) {
  const double macs = static_cast<double>(t.elements()) * times;
  const bool integers = kernel::is_int8(kernels.matmul[static_cast<std::size_t>(t.type)].input);
  (integers ? cost.int8_macs : cost.f32_macs) += macs;
}

token_cost macs_of(const gguf::file& file, const model_shape& shape, const kernel::table& kernels,
                   double outputs_per_token) {
  const gguf::tensor_info* output = file.find_tensor("output.weight");
  if (output == nullptr) output = file.find_tensor("token_embd.weight");
  token_cost cost;
  for (const gguf::tensor_info& t : file.tensors())
    if (t.rank >= 2 && is_weight(t.type) && t.name.starts_with("blk."))
      add(cost, t, kernels, share_of(t, shape));
  if (output != nullptr) add(cost, *output, kernels, outputs_per_token);
  return cost;
}

}  // namespace

token_cost prefill_cost(const gguf::file& file, const any_model& model,
                        const kernel::table& kernels, std::size_t tokens) {
  if (tokens == 0) return {};
  return macs_of(file, model.configuration(), kernels, 1.0 / static_cast<double>(tokens));
}

token_cost decode_cost(const gguf::file& file, const any_model& model, const kernel::table& kernels,
                       std::size_t depth) {
  const model_shape& shape = model.configuration();
  token_cost cost = macs_of(file, shape, kernels, 1.0);
  const double cached =
      static_cast<double>(model.memory().cache) / static_cast<double>(model.limits().context);
  cost.bytes = static_cast<double>(model.memory().weights) + cached * static_cast<double>(depth);
  for (const gguf::tensor_info& t : file.tensors())  // experts that the token does not go to
    cost.bytes -= static_cast<double>(t.data.size()) * (1.0 - share_of(t, shape));
  return cost;
}

const command bench_command{
    .name = "bench",
    .summary = "measure how fast a model runs here",
    .arguments = "[-m FILE | --synthetic SHAPE:TYPE] [OPTION]...",
    .explanation = "Measures tokens a second over a prompt (prefill) and one by one (decode), and "
                   "how much of\n"
                   "what this machine can read and multiply that is.",
    .examples = "  qx bench -m model.gguf\n"
                "  without a file: the shape of a known model with random weights\n"
                "    qx bench --synthetic tinyllama-1.1b:q4_0 -t 2\n"
                "  far into a text, as JSON\n"
                "    qx bench --synthetic llama-3.2-1b:q4_k -d 2048 -p 64 --json",
    .declare = declare_bench,
};

}  // namespace qx::cli
