// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdlib>

// [node]
#include <qx/qx.hpp>

/// Windows that slide along an axis: [.., along, ..] becomes [.., along, .., tap], and element
/// (t, i) of them is element t + i of the operand.
template <auto Along, auto Tap, class Child>
struct windows_node : qx::node_tag {
  using operand = typename Child::axes_type;
  static constexpr std::size_t at = operand::template index_of<Along>;
  static_assert(at != qx::npos, "windows() along an axis that the operand does not have");
  using axes_type = qx::axes_concat<qx::axes_relaxed<operand, at>, qx::axes<Tap>>;
  using value_type = typename Child::value_type;
  static constexpr std::string_view name = "windows";

  Child child;
  std::size_t width;

  /// The shape rule: one window fewer for each element that a window is longer than one.
  constexpr auto shape() const {
    std::array<std::size_t, axes_type::rank> sizes{};
    for (std::size_t i = 0; i < operand::rank; ++i) sizes[i] = child.shape()[i];
    if (width == 0 || width > sizes[at]) qx::throw_out_of_range(decltype(Along)::name, 0, width, sizes[at]);
    sizes[at] -= width - 1;
    sizes[operand::rank] = width;
    return qx::extents<axes_type>(sizes);
  }
  /// The same over another operand, for when the planner stores this one first.
  template <class C>
  constexpr auto with(C other) const {
    return windows_node<Along, Tap, C>{{}, std::move(other), width};
  }
  template <class Space>
  struct evaluator;
};

/// `windows(x, time, tap(3))`
template <qx::Operand A, class Along, class Tap>
constexpr auto windows(A&& a, Along, qx::sized<Tap> tap) {
  return windows_node<Along{}, Tap{}, qx::node_t<A>>{{}, qx::as_node(std::forward<A>(a)), tap.extent};
}
// [/node]

// [evaluator]
/// A space has outer axes, walked row by row, and one inner axis, walked sixteen lanes at a time.
/// Which axis that is the destination decides, so there are two cases.
template <auto Along, auto Tap, class Child>
template <class Space>
struct windows_node<Along, Tap, Child>::evaluator {
  static constexpr bool by_tap = qx::same_axis<Space::inner_axis, Tap>;
  static constexpr bool inside = by_tap || qx::same_axis<Space::inner_axis, Along>;
  using outer = qx::axes_without<typename Space::outer_axes, qx::axes<Tap>>;
  // Where windows lie inside a row of the operand, that row runs along the axis; elsewhere its
  // rows are the space's.
  using child_space = std::conditional_t<inside, qx::space<qx::axes_without<outer, qx::axes<Along>>, Along>,
                                         qx::space<outer, Space::inner_axis>>;
  qx::kept_row<Child, child_space> row;
  std::size_t first = 0;

  evaluator(const windows_node& n, const Space& s, qx::binder& b) : row(n.child, operand_space(n, s), b) {}

  static child_space operand_space(const windows_node& n, const Space& s) {
    child_space c{qx::row_within<child_space, Space>(s.outer), inside ? n.child.shape()[at] : s.inner};
    if constexpr (!inside) c.outer[child_space::outer_axes::template index_of<Along>] = n.child.shape()[at];
    return c;
  }
  void begin(const qx::row_index<Space::outer_rank>& r) {
    auto of_child = qx::row_within<child_space, Space>(r);
    if constexpr (inside)
      first = r[by_tap ? Space::outer_axes::template index_of<Along> : Space::outer_axes::template index_of<Tap>];
    else
      of_child[child_space::outer_axes::template index_of<Along>] += r[Space::outer_axes::template index_of<Tap>];
    row.begin(of_child);
  }
  template <class Lanes>
  auto load(std::size_t j, Lanes lanes) const {
    return row.load(first + j, lanes);
  }
};
// [/evaluator]

inline constexpr qx::axis<"time"> time_step;
inline constexpr qx::axis<"tap"> tap;
inline constexpr qx::axis<"channel"> channel;
inline constexpr qx::axis<"out"> out;

namespace {
void require(bool truth) {
  if (!truth) std::abort();
}
float wave(std::size_t i) { return std::sin(static_cast<float>(i * i % 97)); }
}  // namespace

int main() {
  qx::tensor<float, time_step, channel> x(time_step(50), channel(20));
  qx::tensor<float, out, channel, tap> kernel(out(6), channel(20), tap(3));
  for (std::size_t i = 0; i < x.size(); ++i) x.elements()[i] = wave(i);
  for (std::size_t i = 0; i < kernel.size(); ++i) kernel.elements()[i] = wave(3 * i);

  // [use-node]
  // A convolution is a contraction of windows: the node is the prologue of a matmul.
  qx::tensor<float, time_step, out> y = contract(windows(x, time_step, tap(3)), kernel, over(channel), over(tap));
  qx::tensor<float, channel, time_step> smooth = mean(windows(x, time_step, tap(5)), over(tap));
  // [/use-node]
  for (std::size_t t = 0; t < 48; ++t)
    for (std::size_t o = 0; o < 6; ++o) {
      double sum = 0;
      for (std::size_t c = 0; c < 20; ++c)
        for (std::size_t i = 0; i < 3; ++i) sum += double{x[t + i, c]} * double{kernel[o, c, i]};
      require(std::abs(sum - double{y[t, o]}) < 1e-4);
    }
  for (std::size_t t = 0; t < 46; ++t)
    for (std::size_t c = 0; c < 20; ++c) {
      double sum = 0;
      for (std::size_t i = 0; i < 5; ++i) sum += double{x[t + i, c]};
      require(std::abs(sum / 5 - double{smooth[c, t]}) < 1e-5);
    }
  const qx::tensor<float, tap, time_step, channel> rows = windows(x * 2, time_step, tap(4));
  require(rows[3, 46, 19] == 2 * x[49, 19] && rows[0, 0, 0] == 2 * x[0, 0] && rows[2, 7, 3] == 2 * x[9, 3]);
  try {
    const qx::tensor<float, time_step, channel, tap> none = windows(x, time_step, tap(51));
    require(false);
  } catch (const std::exception&) {
  }
}
