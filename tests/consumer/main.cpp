// SPDX-License-Identifier: MIT
// Prints the instruction set of the copy that runs, and a number that is the same for all of them.
#include "block.hpp"

#include <cstdio>
#include <string_view>

using namespace consumer;

int main() {
  block b{qx::tensor<float, model>(model(64)),
          qx::tensor<float, hidden, model>(hidden(256), model(64)),
          qx::tensor<float, model, hidden>(model(64), hidden(256))};
  eval(b.norm <<= qx::random_uniform(1, model(64)) + 0.5f,
       b.up <<= (qx::random_uniform(2, hidden(256), model(64)) - 0.5f) * 0.25f,
       b.down <<= (qx::random_uniform(3, model(64), hidden(256)) - 0.5f) * 0.25f);
  qx::tensor<float, token, model> x = qx::random_uniform(4, token(3), model(64));
  qx::tensor<float, token, hidden> h(token(3), hidden(256));

  // [graph-call]
  qx::context ctx(2);
  const std::string_view name = qx::dispatch(ctx, [&]<class Arch>(Arch) {
    step<Arch>(ctx, b, x.view(), h.view());
    return Arch::name;
  });
  // [/graph-call]
  const qx::tensor<float, token> sums = sum(x, over(model));
  std::printf("%s %.2f\n", std::string(name).c_str(), double{sums[2]});
  return name == ctx.kernels().name || name.starts_with("user_") ? 0 : 1;
}
