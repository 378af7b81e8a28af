// SPDX-License-Identifier: MIT
// A user's own model in the user's own file: its graph, a file for it, and every runner.
#include "duet_reference.hpp"

// [model-includes]
#include <qx/gguf/writer.hpp>
#include <qx/model/any_model.hpp>
#include <qx/model/rope_table.hpp>
#include <qx/qx.hpp>
#include <qx/run/bench.hpp>
#include <qx/run/generate.hpp>
#include <qx/run/perplexity.hpp>
#include <qx/run/sampler.hpp>
// [/model-includes]

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <vector>

// [model-parts]
namespace duet {

using namespace qx::axis_names;

/// Sizes: those that every transformer has, and those of its rotation.
struct config : qx::model_shape {
  qx::rope_config rope;
};

struct layer_weights {
  qx::tensor<float, model> norm{model(0)};
  qx::weight<head, dim, model> q;
  qx::weight<kv_head, dim, model> k;
  qx::weight<kv_head, dim, model> v;
  qx::weight<model, head, dim> o;
  qx::weight<ff, model> up;
  qx::weight<model, ff> down;
};

struct weights {
  qx::weight<vocab, model> token_embd;
  std::vector<layer_weights> layers;
  qx::tensor<float, model> output_norm{model(0)};
  qx::weight<vocab, model> output;
  qx::rope_table rope;
};

/// What one step keeps between its stages, beside what it is given: x, q, a, f and the angles of a
/// rotation come with `rotated_step`, and this graph needs nothing else.
using step = qx::rotated_step;

}  // namespace duet
// [/model-parts]

// [model-graph]
namespace duet {

/// Attention and feed-forward side by side: x += W_o a + W_down gelu(W_up h), three stages.
void layer(qx::context& ctx, const config& c, const layer_weights& w, std::size_t index,
           const step& s) {
  const auto keys = s.cache->keys(index);
  const auto values = s.cache->values(index);
  const qx::rotation<qx::tensor_view<const float, token, dim>> angles{s.cosine, s.sine,
                                                                      c.rope.rotated, c.rope.pairs};

  const auto h = rms_norm(s.x, w.norm, c.epsilon);
  qx::eval(ctx, s.q <<= rope(matmul(w.q, h), angles),
           qx::scatter_rows<token>(keys, s.slots) <<= rope(matmul(w.k, h), angles),
           qx::scatter_rows<token>(values, s.slots) <<= matmul(w.v, h),
           s.f <<= gelu(matmul(w.up, h)));
  const float scale = 1.0f / std::sqrt(static_cast<float>(c.dim));
  qx::eval(ctx, s.a <<= qx::attention(s.q, keys, values, s.spans, scale));
  qx::eval(ctx, s.x <<= s.x + matmul(w.o, s.a) + matmul(w.down, s.f));
}

void forward(qx::context& ctx, const config& c, const weights& w, const step& s) {
  w.rope.fill(s.positions.elements(), s.cosine.elements(), s.sine.elements());
  qx::eval(ctx, s.x <<= gather(w.token_embd, s.tokens));
  for (std::size_t i = 0; i < w.layers.size(); ++i)
    layer(ctx, c, w.layers[i], i, s);
  if (s.outputs.size() != 0)
    qx::eval(ctx, s.logits <<= matmul(w.output, rms_norm(gather(s.x, s.outputs), w.output_norm,
                                                         c.epsilon)));
}

}  // namespace duet
// [/model-graph]

// [model-architecture]
namespace duet {

struct architecture {
  using config = duet::config;
  using weights = duet::weights;
  using step = duet::step;

  /// Keys are read without the "duet." before them; what is missing or senseless is an error.
  static qx::result<config> read(const qx::gguf::file& file) {
    qx::hyperparameters keys(file);
    config c{read_shape(keys), {}};
    c.epsilon = keys.positive("attention.layer_norm_rms_epsilon");
    c.rope = read_rope(keys, c, qx::rope_pairs::halves);
    return keys.finish(c);
  }

  /// Names the tensors and the shapes that they must have: rows, then columns.
  static void load(qx::weight_loader& l, const config& c, weights& w) {
    l.table("token_embd.weight", w.token_embd, {c.vocab}, {c.model});
    l.matrix("token_embd.weight", w.output, {c.vocab}, {c.model});  // tied
    l.vector("output_norm.weight", w.output_norm, {c.model});
    w.rope = qx::rope_table(c.rope, c.dim);
    l.layers(w.layers, c.layers, [&](layer_weights& b) {  // blk.0., blk.1., …
      l.vector("norm.weight", b.norm, {c.model});
      l.matrix("attn_q.weight", b.q, {c.heads, c.dim}, {c.model});
      l.matrix("attn_k.weight", b.k, {c.kv_heads, c.dim}, {c.model});
      l.matrix("attn_v.weight", b.v, {c.kv_heads, c.dim}, {c.model});
      l.matrix("attn_output.weight", b.o, {c.model}, {c.heads, c.dim});
      l.matrix("ffn_up.weight", b.up, {c.ff}, {c.model});
      l.matrix("ffn_down.weight", b.down, {c.model}, {c.ff});
    });
  }

  static void forward(qx::context& ctx, const config& c, const weights& w, const step& s) {
    duet::forward(ctx, c, w, s);
  }
};

static_assert(qx::Architecture<architecture>);
using model = qx::graph_model<architecture>;  // satisfies qx::Model

}  // namespace duet
// [/model-architecture]

namespace {

using namespace duet_reference;
using tensor_list = std::vector<duet_reference::tensor>;

qx::result<void> write_duet(const std::filesystem::path& path, const tensor_list& all) {
  // [model-file]
  qx::gguf::writer out;
  out.set("general.architecture", "duet");
  out.set("duet.block_count", layers);
  out.set("duet.context_length", context);
  out.set("duet.embedding_length", model_size);
  out.set("duet.feed_forward_length", ff_size);
  out.set("duet.attention.head_count", heads);
  out.set("duet.attention.head_count_kv", kv_heads);
  out.set("duet.attention.layer_norm_rms_epsilon", 1e-5f);
  // [/model-file]
  for (const duet_reference::tensor& t : all)
    if (auto added = out.add(t.name, qx::dtype::f32,
                             std::span(t.dims).first(t.dims[1] == 1 ? 1 : 2),
                             std::as_bytes(std::span(t.values)));
        !added)
      return added;
  return out.write(path);
}

bool same_as_plain(duet::model& model, const tensor_list& all) {
  const std::vector<qx::token_id> text{3, 14, 15, 9, 26, 5, 35};
  std::vector<std::int32_t> positions(text.size());
  std::iota(positions.begin(), positions.end(), 0);
  const std::vector<std::int32_t> sequences(text.size()), last{6};
  const auto got = model.forward({text, positions, sequences, last});
  if (!got) return false;
  const std::vector<double> want = plain(all).logits(text);
  double worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i)
    worst = std::max(worst, std::abs(double{(*got)[0, i]} - want[i]));
  std::printf("largest difference from double precision: %.1e\n", worst);
  model.truncate(0, 0);
  return worst > 0 && worst < 1e-4;
}

// [model-runners]
qx::result<void> run(qx::Model auto& model, std::span<const qx::token_id> text) {
  auto draws = qx::sampler::make({.seed = 7}, model.limits().vocabulary);
  if (!draws) return std::unexpected(draws.error());
  const auto prompt = text.first(4);
  const auto written = generate(model, *draws, prompt, {.max_tokens = 20}, [](qx::token_id id) {
    std::printf("%d ", id);
    return true;
  });
  if (!written) return std::unexpected(written.error());

  model.truncate(0, 0);
  const auto speed = run_bench(model, {.prefill = 32, .decode = 8, .repetitions = 2});
  if (!speed) return std::unexpected(speed.error());
  std::printf("\n%.0f tokens/s read, %.0f written\n", speed->prefill.median, speed->decode.median);

  const auto nothing = [](std::span<const float>, qx::token_id, double) {
    return qx::result<void>();
  };
  const auto quietly = [](std::size_t, std::size_t) {};
  const auto fit = perplexity(model, text, {.chunk = 32}, nothing, quietly);
  if (!fit) return std::unexpected(fit.error());
  std::printf("perplexity %.2f\n", fit->perplexity());
  return {};
}
// [/model-runners]

// [model-kinds]
/// Which graph a file wants is chosen when it is opened: a list may hold qx's own, too.
constexpr std::array kinds{qx::kind_of<duet::architecture>("duet")};

qx::result<qx::any_model> open_any(const qx::gguf::file& file) {
  const auto kind = find_kind(file, kinds);
  if (!kind) return std::unexpected(kind.error());
  return (*kind)->load(file, {.threads = 2});
}
// [/model-kinds]

bool succeeded(const qx::result<void>& r) {
  if (!r) std::printf("%s\n", r.error().message.c_str());
  return r.has_value();
}

}  // namespace

int main() {
  const auto path = std::filesystem::temp_directory_path() / "qx-duet.gguf";
  const tensor_list all = duet_reference::tensors();
  if (!succeeded(write_duet(path, all))) return 1;
  const std::vector<qx::token_id> text = [] {
    std::vector<qx::token_id> ids(80);
    for (std::size_t i = 0; i < ids.size(); ++i)
      ids[i] = static_cast<qx::token_id>(i * i % vocabulary);
    return ids;
  }();
  int failures = 0;
  {
    // [model-load]
    const auto file = qx::gguf::file::open(path);
    auto model = duet::model::load(file.value(), {.threads = 2, .kv_type = qx::dtype::f32});
    // [/model-load]
    failures += !model || !same_as_plain(*model, all);
    failures += !model || !succeeded(run(*model, text));
    auto any = open_any(*file);
    failures += !any || !succeeded(run(*any, text));
  }
  std::filesystem::remove(path);
  return failures;
}
