// SPDX-License-Identifier: MIT
/// \file
/// Kept parts, bound to a space. Equal parts share their memory: whoever comes first computes, the
/// others read. A part without the inner axis is one number a row; one that stays the same for
/// several rows, or looks along them, is a whole row; any other is the last sixteen lanes.
#pragma once

#include <qx/fuse/keep.hpp>
#include <qx/fuse/row_buffer.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

namespace impl {
enum class kept_as { number, row, lanes };

/// What is known of the memory beside it.
template <class Space>
struct kept_state {
  bool filled;
  std::size_t at;  ///< of the lanes
  row_index<Space::outer_rank> row;
};
}  // namespace impl

template <class C, bool Wide, class Space>
struct bound<kept_node<C, Wide>, Space> {
  using T = simd::lane_t<typename C::value_type>;
  using state = impl::kept_state<Space>;
  using list = typename C::axes_type;
  static constexpr bool looks_along = impl::looks_along_rows<C>;
  static constexpr impl::kept_as how =
      list::find(Space::inner_axis.name) == npos ? impl::kept_as::number
      : axes_without<typename Space::outer_axes, list>::rank > 0 || looks_along
          ? impl::kept_as::row
          : impl::kept_as::lanes;

  bound<C, Space> child;
  std::size_t inner;
  bool once;  ///< there is but one row: threads that share it compute their own elements
  state* known = nullptr;
  T* data = nullptr;
  T number{};

  QX_INLINE bound(const kept_node<C, Wide>& n, const Space& s, binder& b)
      : child(n.child, s, b), inner(s.inner),
        once(how == impl::kept_as::row && !looks_along && s.rows() == 1) {
    const std::size_t count = how == impl::kept_as::row ? inner + simd::lanes : simd::lanes;
    const auto is_same = [&](const void* other) QX_INLINE_LAMBDA {
      return same(*static_cast<const C*>(other), n.child);
    };
    const auto place = b.share(&tag, &n.child, is_same, 64 + count * sizeof(T));
    if (place.memory == nullptr) return;
    static_assert(sizeof(state) <= 64, "qx: a space has too many axes");
    known = reinterpret_cast<state*>(place.memory);
    data = reinterpret_cast<T*>(place.memory + 64);
    if (place.fresh) *known = {};
  }
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    if constexpr (how == impl::kept_as::lanes) {
      child.begin(r);
      known->at = npos;
    } else if (once) {
      child.begin(r);
    } else {
      if (!is_known(r)) compute(r);
      if constexpr (how == impl::kept_as::number) number = *data;
    }
  }
  [[nodiscard]] QX_INLINE bool dense() const {
    return how == impl::kept_as::lanes || once ? is_dense(child) : true;
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<T> load(std::size_t j, Lanes lanes) const {
    if constexpr (how == impl::kept_as::number) {
      return simd::pack<T>(number);
    } else if constexpr (how == impl::kept_as::row) {
      return once ? simd::pack<T>(child.load(j, lanes)) : load_lanes(data + j, lanes);
    } else {
      if (known->at == j) return simd::pack<T>::load(data);
      const simd::pack<T> fresh = child.load(j, lanes);
      fresh.store(data);
      known->at = j;
      return fresh;
    }
  }

 private:
  [[nodiscard]] QX_INLINE bool is_known(const row_index<Space::outer_rank>& r) const {
    bool yes = known->filled;
    for (std::size_t i = 0; i < Space::outer_rank; ++i)
      if (positions<list, typename Space::outer_axes>[i] != npos)
        yes = yes && r[i] == known->row[i];
    return yes;
  }
  QX_INLINE void compute(const row_index<Space::outer_rank>& r) {
    child.begin(r);
    if constexpr (how == impl::kept_as::number)
      *data = child.load(0, first_lanes{1}).lane(0);
    else
      run_row(child, impl::row_target<T>{data}, 0, inner);
    known->filled = true;
    known->row = r;
  }
  static constexpr char tag = 0;
};

}  // namespace qx::inline QX_ARCH
