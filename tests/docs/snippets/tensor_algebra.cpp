// SPDX-License-Identifier: MIT
#include <qx/expr/oracle.hpp>
#include <qx/fuse/explain.hpp>
#include <qx/qx.hpp>

#include <complex>
#include <cstdlib>
#include <string>

inline constexpr qx::axis<"time"> time_step;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"dim"> dim;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"out"> out;

// [own-function]
/// Exponential moving average: y[i] = y[i - 1] + rate · (x[i] - y[i - 1]).
struct moving_average {
  static constexpr std::string_view name = "moving_average";
  float rate;
  template <class T>
  using result = T;
  constexpr std::size_t extent(std::size_t n) const { return n; }  // as long as the axis was
  template <class T>
  constexpr void apply(const T* in, std::size_t n, T* to, std::size_t) const {
    for (std::size_t i = 0; i < n; ++i)
      to[i] = i == 0 ? in[0] : to[i - 1] + T(rate) * (in[i] - to[i - 1]);
  }
};
// [/own-function]

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}

// [law]
constexpr float numbers[] = {1, -2, 3, 0.5f};
constexpr qx::tensor_view<const float, qx::fixed<model, 4>> v(numbers, {});
constexpr double total = qx::oracle::at(sum(softmax(v, over(model)), over(model)));
static_assert(total > 1 - 1e-12 && total < 1 + 1e-12);
// [/law]
}  // namespace

int main() {
  qx::tensor<float, time_step, model> x(time_step(6), model(32));
  qx::tensor<float, model, out> w(model(32), out(5));
  for (std::size_t i = 0; i < x.size(); ++i)
    x.data()[i] = static_cast<float>(i % 7);
  for (std::size_t i = 0; i < w.size(); ++i)
    w.data()[i] = static_cast<float>(i % 3);
  {
    // [contract]
    qx::tensor<float, time_step, out> y =
        contract(x, w, over(model)) + 1.0f;           // one matmul, one epilogue
    auto z = einsum(qx::axes<time_step>{}, x, w, y);  // Σ over model and out
    // [/contract]
    const qx::tensor<float, time_step> sums = z;
    require(y.extent(out) == 5 && sums[0] > 0);
  }
  {
    // [complex]
    using number = std::complex<float>;
    qx::tensor<number, time_step, model> signal = qx::complex_of(x, x * 0.5f);
    qx::tensor<number, model, out> filter = exp(qx::cast<number>(w) * number(0, 0.1f));
    auto response = contract(conj(signal), filter, over(model));  // no kernel of weights, one of its own
    qx::tensor<float, time_step, out> power = abs(response / 32.0f);
    // [/complex]
    require(power[1, 1] > 0 && power[1, 1] < 10);
  }
  {
    // [reshape]
    auto heads = split(x, model, head(4), dim);  // a view [time, head 4, dim 8]
    auto ahead = slice(softmax(x, over(model)), time_step, 1, 5);
    auto framed = pad(x, time_step, 1, 1);  // a row of zeros before and after
    auto twice = concatenate(over(time_step), x, x * 2.0f);
    // [/reshape]
    require(heads[2, 3, 7] == x[2, 31] && ahead.shape()[0] == 5);
    const qx::tensor<float, time_step, model> f = framed;
    const qx::tensor<float, time_step, model> t = twice;
    require(f[0, 3] == 0.0f && f[1, 3] == x[0, 3] && t[7, 4] == 2 * x[1, 4]);
  }
  {
    // [apply-along]
    qx::tensor<float, time_step, model> smooth =
        apply_along(moving_average{0.5f}, x, over(time_step));
    // [/apply-along]
    require(smooth[1, 0] == x[0, 0] + 0.5f * (x[1, 0] - x[0, 0]));
  }
  {
    // [stored]
    auto p = stored(softmax(x, over(model)));  // evaluated once, however often it is read
    qx::tensor<float, time_step, model> y = p * 2.0f + 1.0f;
    std::string table = qx::explain(contract(p, w, over(model)));
    // [/stored]
    require(y[0, 0] > 1.0f && table.find("tiles") != std::string::npos);
  }
}
