// SPDX-License-Identifier: MIT
/// \file
/// What a plain -O2 build of a user's graph loses against -march=native: the same llama graph
/// compiled both ways in one program, taking turns on the same file. Kernels come from the
/// library's tables either way; elementwise code is the user's.
///
/// usage: bench_user_build [KIND [SECONDS]]   (tinyllama-1.1b:q4_0, 10 for each row; QX_THREADS, 2)
#include "../llama/synthetic.hpp"
#include "graph.hpp"

#include <qx/core/message.hpp>
#include <qx/model/batch.hpp>
#include <qx/run/stopwatch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace qx;
using namespace qx::measuring;

template <class Build>
graph_model<Build> load(const gguf::file& file) {
  return or_throw(graph_model<Build>::load(file, {.threads = threads(), .context = 512}));
}

/// What one step of `count` tokens from an empty cache gives and takes.
struct timed_step {
  std::vector<float> logits;  ///< [vocabulary], of the last token
  double seconds;
};

template <class Model>
timed_step run(Model& model, std::size_t count) {
  std::vector<token_id> tokens(count);
  std::vector<std::int32_t> at(count), sequences(count, 0);
  for (std::size_t i = 0; i < count; ++i)
    tokens[i] = static_cast<token_id>((i * 7919 + 13) % model.limits().vocabulary);
  std::iota(at.begin(), at.end(), 0);
  const std::int32_t last = static_cast<std::int32_t>(count - 1);
  model.truncate(0, 0);
  const stopwatch watch;
  const logits_view logits = or_throw(model.forward({tokens, at, sequences, {&last, 1}}));
  const double seconds = watch.seconds();
  return {{logits.elements().begin(), logits.elements().end()}, seconds};
}

/// Both compute the same: contraction of a · b + c may differ in the last bits.
void verify(const timed_step& plain, const timed_step& native) {
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < plain.logits.size(); ++i) {
    largest = std::max(largest, std::abs(double{plain.logits[i]}));
    difference = std::max(difference, std::abs(double{plain.logits[i]} - double{native.logits[i]}));
  }
  if (!(difference <= 0.02 * largest))
    throw std::runtime_error(message("the two builds differ by ", difference, " of ", largest));
}

double median(std::vector<double>& v) {
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::ranges::nth_element(v, middle);
  return *middle;
}

void compare(graph_model<user_build::plain>& plain, graph_model<user_build::native>& native,
             std::size_t count, double seconds) {
  verify(run(plain, count), run(native, count));
  std::vector<double> slow, fast, ratio;
  for (const stopwatch watch; watch.seconds() < seconds || ratio.size() < 3;) {
    slow.push_back(run(plain, count).seconds);
    fast.push_back(run(native, count).seconds);
    ratio.push_back(fast.back() / slow.back());
  }
  const double n = static_cast<double>(count);
  std::printf("%6zu %10.1f %10.1f %9.3f   %zu rounds\n", count, n / median(slow), n / median(fast),
              median(ratio), ratio.size());
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string kind = argc > 1 ? argv[1] : "tinyllama-1.1b:q4_0";
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 10;
  const platform::huge_buffer image = make_image(kind);
  const gguf::file file = or_throw(gguf::file::parse(image.bytes(), kind));
  auto plain = load<user_build::plain>(file);
  auto native = load<user_build::native>(file);
  std::printf("tokens of a step; tokens a second plain and native; plain / native\n");
  for (const std::size_t count : {std::size_t{1}, std::size_t{8}, std::size_t{256}})
    compare(plain, native, count, seconds);
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_user_build: %s\n", e.what());
  return 1;
}
