// SPDX-License-Identifier: MIT
/// \file
/// Rows that are kept: an operand that is read at other places than where it is computed is
/// evaluated a row at a time into scratch memory, which stays in the nearest cache.
#pragma once

#include <qx/expr/window.hpp>
#include <qx/fuse/target.hpp>

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace qx::inline QX_ARCH {

namespace impl {
/// Takes copies whose addresses nobody knows: they stay in registers, whatever is stored.
template <class Expr, class Target>
QX_INLINE void run_lanes(const Expr e, const Target t, std::size_t first, std::size_t last) {
  std::size_t j = first;
  for (; j + simd::lanes <= last; j += simd::lanes)
    t.store(j, e.load(j, all_lanes{}), all_lanes{});
  if (j < last) t.store(j, e.load(j, first_lanes{last - j}), first_lanes{last - j});
}
template <class Expr, class Target>
[[gnu::noinline]] void run_lanes_apart(const Expr e, const Target t, std::size_t first,
                                       std::size_t last) {
  run_lanes(e, t, first, last);
}
}  // namespace impl

namespace impl {
/// Whether an operand's row, where it lies together, is of the destination's own elements.
template <class Expr, class Target>
inline constexpr bool is_row_copy = false;
template <class Expr, class Target>
  requires requires(const Expr& e, const Target& t) {
    e.elements();
    t.whole_row();
  }
inline constexpr bool is_row_copy<Expr, Target> =
    std::is_same_v<std::remove_const_t<std::remove_pointer_t<
                       decltype(std::declval<const Expr&>().elements())>>,
                   std::remove_pointer_t<decltype(std::declval<const Target&>().whole_row())>>;

/// Copies `n` elements behind `from` and `to` of their rows, if nothing else is to be done to them
/// and they are a page or more: what the C library then writes it does not read before.
template <class Expr, class Target>
[[nodiscard]] QX_INLINE bool copies_row([[maybe_unused]] const Expr& e,
                                        [[maybe_unused]] const Target& t,
                                        [[maybe_unused]] std::size_t from,
                                        [[maybe_unused]] std::size_t to, std::size_t n) {
  if constexpr (is_row_copy<Expr, Target>) {
    const auto* const source = e.elements();
    auto* const target = t.whole_row();
    if (n * sizeof(*target) < 4096 || source == nullptr || target == nullptr) return false;
    std::memmove(target + to, source + from, n * sizeof(*target));
    return true;
  }
  return n == 0;
}
}  // namespace impl

/// Evaluates inner elements [first, last) of one row.
template <class Expr, class Target>
QX_INLINE void run_row(const Expr& e, const Target& t, std::size_t first, std::size_t last) {
  if (impl::copies_row(e, t, first, first, last - first)) return;
  if constexpr (requires { e.dense(); }) {
    if (e.dense() && is_dense(t)) [[likely]]
      impl::run_lanes(e, t, first, last);
    else
      impl::run_lanes_apart(e, t, first, last);
  } else {
    impl::run_lanes(e, t, first, last);
  }
}

namespace impl {

/// A row of scratch memory as a destination.
template <class T>
struct row_target {
  T* data;
  template <class P, class Lanes>
  QX_INLINE void store(std::size_t j, P value, Lanes lanes) const {
    store_lanes(data + j, 1, storable(value), lanes);
  }
};

/// Operands whose rows can be asked for lanes that begin anywhere: memory, and what is made of it
/// element by element. Statistics of columns are kept in packs that begin at multiples of sixteen.
template <class N>
inline constexpr bool any_place = false;
template <class V>
inline constexpr bool any_place<leaf<V>> = true;
template <class T>
inline constexpr bool any_place<owned<T>> = true;
template <class R>
inline constexpr bool any_place<ref_leaf<R>> = true;
template <class T>
inline constexpr bool any_place<constant<T>> = true;
template <auto From, auto To, class C>
inline constexpr bool any_place<rename_node<From, To, C>> = any_place<C>;

/// An operand that is asked for any of its lanes.
template <class Child, class Space>
struct placed {
  using value_type = simd::lane_t<typename Child::value_type>;
  static constexpr bool direct = any_place<Child>;
  bound<Child, Space> child;
  std::size_t count;
  value_type* row = nullptr;

  QX_INLINE placed(const Child& n, const Space& s, binder& b) : child(n, s, b), count(s.inner) {
    if constexpr (!direct) row = b.template take_array<value_type>(count + simd::lanes);
  }
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    child.begin(r);
    if constexpr (!direct) run_row(child, row_target<value_type>{row}, 0, count);
  }
  /// The row where it lies, or nullptr.
  [[nodiscard]] QX_INLINE auto elements() const
    requires(!direct || requires(const bound<Child, Space>& c) { c.elements(); })
  {
    if constexpr (direct)
      return child.elements();
    else
      return static_cast<const value_type*>(row);
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<value_type> load(std::size_t at, Lanes lanes) const {
    if constexpr (direct)
      return child.load(at, lanes);
    else
      return load_lanes(row + at, lanes);
  }
  [[nodiscard]] QX_INLINE value_type one(std::size_t at) const {
    if constexpr (direct)
      return child.load(at, first_lanes{1}).lane(0);
    else
      return row[at];
  }
};

/// The space with another extent of one of its axes.
template <auto Axis, class Space>
[[nodiscard]] QX_INLINE Space resized(Space s, std::size_t extent) {
  if constexpr (same_axis<Axis, Space::inner_axis>)
    s.inner = extent;
  else
    s.outer[Space::outer_axes::template index_of<Axis>] = extent;
  return s;
}

}  // namespace impl

/// A row of an operand that can be read anywhere: for evaluators of a user's own nodes. A row is
/// evaluated when it is begun, unless it is the one that was begun last.
template <class Child, class Space>
class kept_row {
 public:
  using value_type = simd::lane_t<typename Child::value_type>;
  QX_INLINE kept_row(const Child& n, const Space& s, binder& b) : row_(n, s, b) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    bool same = begun_;
    for (std::size_t i = 0; i < Space::outer_rank; ++i)
      same = same && r[i] == last_[i];
    if (same) return;
    row_.begin(r);
    last_ = r;
    begun_ = true;
  }
  /// Elements at, at + 1, … of the row.
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<value_type> load(std::size_t at, Lanes lanes) const {
    return row_.load(at, lanes);
  }
  [[nodiscard]] QX_INLINE value_type operator[](std::size_t at) const { return row_.one(at); }

 private:
  impl::placed<Child, Space> row_;
  row_index<Space::outer_rank> last_{};
  bool begun_ = false;
};

}  // namespace qx::inline QX_ARCH
