// SPDX-License-Identifier: MIT
#include <qx/expr/oracle.hpp>
#include <qx/qx.hpp>

#include <cmath>
#include <cstdlib>

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"column"> column;

// [monoid]
/// The distance between the smallest and the largest element.
struct spread {
  static constexpr std::string_view name = "spread";
  template <class V>
  struct state {  // what is kept of the elements so far; nothing but a few V
    V low, high;
  };
  template <class T>
  using result = T;
  template <class V>
  static constexpr state<V> start() {
    return {qx::monoid::highest<V>(), qx::monoid::lowest<V>()};
  }
  template <class V>
  static constexpr void step(state<V>& s, V x, V) {  // the last one is the element's place
    s = merge(s, state<V>{x, x});
  }
  template <class V>
  static constexpr state<V> merge(state<V> a, state<V> b) {
    return {qx::op::minimum{}(a.low, b.low), qx::op::maximum{}(a.high, b.high)};
  }
  template <class V, class M>
  static constexpr void masked_step(state<V>& s, V x, V, M valid) {  // some lanes are no elements
    s.low = qx::op::where{}(valid, qx::op::minimum{}(s.low, x), s.low);
    s.high = qx::op::where{}(valid, qx::op::maximum{}(s.high, x), s.high);
  }
  template <class T>
  static constexpr T finish(state<T> s, std::size_t) {
    return s.high - s.low;
  }
};
// [/monoid]

// [row-rule]
/// x / Σ |x|: one sweep for the sum, one that applies it.
struct l1_normalised {
  struct monoid : qx::monoid::sum {
    template <class V, class I>
    static constexpr void step(state<V>& s, V x, I) {
      using std::abs;
      s.value = s.value + abs(x);
    }
  };
  template <class T>
  constexpr T prepare(T sum, std::size_t) const {
    return T(1) / sum;
  }
  template <class T, class V>
  constexpr V apply(const T& inverse, V x) const {
    return x * V(inverse);
  }
};
// [/row-rule]

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}
bool near(double a, double b) { return std::abs(a - b) < 1e-4 * (1 + std::abs(b)); }
}  // namespace

int main() {
  qx::tensor<float, row, column> x(row(3), column(101));
  for (std::size_t i = 0; i < x.size(); ++i)
    x.elements()[i] = 1.0f + 0.01f * static_cast<float>(i * 7 % 11) - 0.05f;
  {
    // [use-reduction]
    qx::tensor<float, row> widest = reduce(spread{}, x, over(column));
    qx::tensor<float, column> across = reduce(spread{}, x * 2, over(row));
    qx::tensor<float, row> product =
        reduce(qx::fold<1.0f>([](auto a, auto b) { return a * b; }), x, over(column));
    qx::tensor<float, row, column> weights = row_wise(l1_normalised{}, x, over(column));
    // [/use-reduction]
    for (std::size_t r = 0; r < 3; ++r) {
      double all = 1, sum = 0;
      for (std::size_t c = 0; c < 101; ++c) {
        all *= double{x[r, c]};
        sum += double{weights[r, c]};
      }
      require(near(product[r], all) && near(sum, 1) && near(widest[r], 0.1));
    }
    for (std::size_t c = 0; c < 101; ++c)
      require(near(across[c], qx::oracle::at(reduce(spread{}, x * 2, over(row)), c)));
  }
  // [lanewise-fold]
  // A function of numbers is applied lane by lane.
  auto longest = reduce(qx::fold<0.0f>([](float a, float b) { return std::hypot(a, b); }), x, over(column));
  // [/lanewise-fold]
  const qx::tensor<float, row> lengths = longest;
  const qx::tensor<float, row> squares = sqrt(sum(x * x, over(column)));
  for (std::size_t r = 0; r < 3; ++r) require(near(lengths[r], squares[r]));
}
