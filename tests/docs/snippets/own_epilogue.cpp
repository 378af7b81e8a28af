// SPDX-License-Identifier: MIT
#include <qx/qx.hpp>

#include <cmath>
#include <cstdlib>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"hidden"> hidden;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"dim"> dim;

// [epilogue-function]
/// ReLU²(gate) · up (So et al. 2021), of packs of lanes or of numbers.
inline constexpr auto relu_squared = [](auto gate, auto up) {
  const auto positive = qx::op::maximum{}(gate, decltype(gate)(0.0f));
  return positive * positive * up;
};
// [/epilogue-function]

// [epilogue-node]
/// Every row of the last axis, back to front.
template <class Child>
struct reversed_node : qx::node_tag {
  using axes_type = typename Child::axes_type;
  using value_type = typename Child::value_type;
  static constexpr bool joins_tiles = true;  // an element depends on its own row alone,
  static constexpr bool whole_rows = true;   // but on any element of it
  Child child;
  constexpr auto shape() const { return child.shape(); }
  template <class C>
  constexpr auto with(C other) const {
    return reversed_node<C>{{}, std::move(other)};
  }

  template <class Space>
  struct evaluator {
    qx::kept_row<Child, Space> row;
    std::size_t last;
    evaluator(const reversed_node& n, const Space& s, qx::binder& b) : row(n.child, s, b), last(s.inner - 1) {}
    void begin(const qx::row_index<Space::outer_rank>& r) { row.begin(r); }
    template <class Lanes>
    auto load(std::size_t j, Lanes lanes) const {
      alignas(64) typename qx::kept_row<Child, Space>::value_type out[16] = {};
      for (std::size_t i = 0; i < lanes.count; ++i) out[i] = row[last - (j + i)];
      return qx::simd::pack<typename qx::kept_row<Child, Space>::value_type>::load(out);
    }
  };
};
template <qx::Operand A>
constexpr auto reversed(A&& a) {
  return reversed_node<qx::node_t<A>>{{}, qx::as_node(std::forward<A>(a))};
}
// [/epilogue-node]

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}
}  // namespace

int main() {
  qx::tensor<float, hidden, model> gate(hidden(70), model(40)), up(hidden(70), model(40));
  qx::tensor<float, token, model> x(token(3), model(40));
  for (std::size_t i = 0; i < gate.size(); ++i) gate.elements()[i] = std::sin(static_cast<float>(i));
  for (std::size_t i = 0; i < up.size(); ++i) up.elements()[i] = std::cos(static_cast<float>(3 * i));
  for (std::size_t i = 0; i < x.size(); ++i) x.elements()[i] = std::sin(static_cast<float>(i * i));
  qx::context ctx(2);
  qx::tensor<float, token, hidden> y(token(3), hidden(70));
  {
    // [use-epilogue]
    auto layer = map(relu_squared, matmul(gate, x), matmul(up, x)) + 1.0f;
    constexpr qx::plan plan = qx::plan_of<decltype(layer)>;
    static_assert(plan.kind == qx::work_kind::tiles);  // it runs on the tiles of the matmuls
    static_assert(plan.stages == 1 && plan.matmuls == 2);
    eval(ctx, y <<= layer);
    // [/use-epilogue]
    const qx::tensor<float, token, hidden> a = matmul(gate, x), b = matmul(up, x);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const float g = a.elements()[i] > 0 ? a.elements()[i] : 0.0f;
      require(y.elements()[i] == g * g * b.elements()[i] + 1.0f);
    }
  }
  {
    qx::tensor<float, head, dim, model> w(head(5), dim(24), model(40));
    for (std::size_t i = 0; i < w.size(); ++i) w.elements()[i] = std::cos(static_cast<float>(i));
    qx::tensor<float, token, head, dim> back(token(3), head(5), dim(24));
    // [use-epilogue-node]
    auto heads = reversed(matmul(w, x));  // w is [head, dim, model]
    static_assert(qx::plan_of<decltype(heads)>.stages == 1);
    eval(ctx, back <<= heads);
    // [/use-epilogue-node]
    const qx::tensor<float, token, head, dim> plain = matmul(w, x);
    for (std::size_t t = 0; t < 3; ++t)
      for (std::size_t h = 0; h < 5; ++h)
        for (std::size_t d = 0; d < 24; ++d) require(back[t, h, d] == plain[t, h, 23 - d]);
    const qx::tensor<float, token, model> mirrored = reversed(x * 2);
    require(mirrored[1, 0] == 2 * x[1, 39] && mirrored[2, 39] == 2 * x[2, 0]);
    eval(x <<= reversed(x));  // reads what it overwrites: goes through a temporary
    require(x[1, 0] * 2 == mirrored[1, 0] && x[1, 39] * 2 == mirrored[1, 39]);
  }
}
