// SPDX-License-Identifier: MIT
/// \file
/// What a plain -O2 build of a user's graph loses against -march=native: the same llama graph
/// compiled both ways in one program, taking turns on the same weights. Kernels come from the
/// library's tables either way; elementwise code is the user's.
///
/// usage: bench_user_build [KIND [SECONDS]]   (tinyllama-1.1b:q4_0, 10 for each row; QX_THREADS, 2)
#include "graph.hpp"

#include <qx/core/message.hpp>
#include <qx/run/stopwatch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <models/llama/buffers.hpp>
#include <models/llama/rope_table.hpp>
#include <models/llama/synth.hpp>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace qx;
using namespace qx::axis_names;

constexpr std::size_t positions_held = 512;

template <class T>
T or_throw(result<T> r) {
  if (!r) throw std::runtime_error(r.error().message);
  return *std::move(r);
}

std::size_t threads() {
  const char* given = std::getenv("QX_THREADS");
  return given != nullptr ? std::strtoul(given, nullptr, 10) : 2;
}

/// Everything that a step needs, made by the library; the graph is the user's.
struct subject {
  context ctx{threads()};
  platform::huge_buffer image;
  gguf::file file;
  llama::config shape;
  llama::weights weights;
  kv_cache cache;
  llama::rope_table rope;
  llama::buffers buffer;
  tensor<float, output, vocab> logits;

  explicit subject(const std::string& kind)
      : image(or_throw(llama::make_synthetic(or_throw(llama::parse_synthetic(kind)), nullptr, *ctx.pool()))),
        file(or_throw(gguf::file::parse(image.bytes(), kind))), shape(or_throw(llama::read_config(file))),
        weights(or_throw(llama::load_weights(file, shape, ctx.kernels(), ctx.pool(), {}))),
        cache(or_throw(kv_cache::create({.layers = shape.layers, .sequences = 1, .context = positions_held,
                                         .kv_heads = shape.kv_heads, .dim = shape.dim, .type = dtype::f16}))),
        rope(shape.rope, shape.dim, weights.rope_factors),
        buffer(llama::buffer_shapes(shape, positions_held)), logits(output(1), vocab(shape.vocab)) {}

  /// One step of `count` tokens from an empty cache; seconds.
  template <class Step>
  double run(std::size_t count, Step graph) {
    std::vector<token_id> tokens(count);
    std::vector<std::int32_t> at(count), sequences(count, 0);
    for (std::size_t i = 0; i < count; ++i)
      tokens[i] = static_cast<token_id>((i * 7919 + 13) % shape.vocab);
    std::iota(at.begin(), at.end(), 0);
    const std::int32_t last = static_cast<std::int32_t>(count - 1);
    cache.truncate(0, 0);
    const batch b{tokens, at, sequences, {&last, 1}};
    if (auto ok = cache.place(b, buffer.slots, buffer.spans); !ok) throw std::runtime_error(ok.error().message);
    rope.fill(b.positions, buffer.cosine.elements(), buffer.sine.elements());
    const llama::step s{
        .tokens = {tokens.data(), extents<axes<token>>({count})},
        .outputs = {&last, extents<axes<output>>({1})},
        .slots = std::span<const std::int32_t>(buffer.slots).first(count),
        .spans = std::span<const attention_span>(buffer.spans).first(count),
        .cosine = std::as_const(buffer.cosine).view().first(token, count),
        .sine = std::as_const(buffer.sine).view().first(token, count),
        .x = buffer.x.view().first(token, count),
        .q = buffer.q.view().first(token, count),
        .a = buffer.a.view().first(token, count),
        .f = buffer.f.view().first(token, count),
        .logits = logits.view(),
    };
    const user_build::llama m{ctx, shape, weights, cache};
    const stopwatch watch;
    graph(m, s);
    return watch.seconds();
  }
};

/// Both compute the same: contraction of a · b + c may differ in the last bits.
void verify(subject& s, std::size_t count) {
  s.run(count, user_build::step_plain);
  const std::vector<float> plain(s.logits.elements().begin(), s.logits.elements().end());
  s.run(count, user_build::step_native);
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    largest = std::max(largest, std::abs(double{plain[i]}));
    difference = std::max(difference, std::abs(double{plain[i]} - double{s.logits.elements()[i]}));
  }
  if (!(difference <= 0.02 * largest))
    throw std::runtime_error(message("the two builds differ by ", difference, " of ", largest));
}

void compare(subject& s, std::size_t count, double seconds) {
  verify(s, count);
  std::vector<double> plain, native, ratio;
  for (const stopwatch watch; watch.seconds() < seconds || ratio.size() < 3;) {
    plain.push_back(s.run(count, user_build::step_plain));
    native.push_back(s.run(count, user_build::step_native));
    ratio.push_back(native.back() / plain.back());
  }
  const auto median = [](std::vector<double>& v) {
    std::ranges::nth_element(v, v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2));
    return v[v.size() / 2];
  };
  const double n = static_cast<double>(count);
  std::printf("%6zu %10.1f %10.1f %9.3f   %zu rounds\n", count, n / median(plain), n / median(native), median(ratio),
              ratio.size());
}

}  // namespace

int main(int argc, char** argv) try {
  subject s(argc > 1 ? argv[1] : "tinyllama-1.1b:q4_0");
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 10;
  std::printf("tokens of a step; tokens a second plain and native; plain / native\n");
  for (const std::size_t count : {std::size_t{1}, std::size_t{8}, std::size_t{256}}) compare(s, count, seconds);
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_user_build: %s\n", e.what());
  return 1;
}
