// SPDX-License-Identifier: MIT
/// \file
/// Rotary position embedding, bound: pairs of elements turned by the angles of a table.
#pragma once

#include <qx/fuse/row_buffer.hpp>

#include <cstddef>

namespace qx::inline QX_ARCH {

/// x · cos + partner · sin. Partners of adjacent pairs lie in the same sixteen lanes; halves are a
/// fixed distance apart.
template <class Child, class View, class Space>
struct bound<rope_node<Child, View>, Space> {
  bound<Child, Space> child;
  bound<leaf<View>, Space> cosine;
  bound<leaf<View>, Space> sine;
  std::size_t half;
  std::size_t rotated;
  std::size_t dim;
  rope_pairs pairs;

  QX_INLINE bound(const rope_node<Child, View>& n, const Space& s, binder& b)
      : child(n.child, s, b), cosine(leaf<View>{{}, n.angles.cosine}, s, b),
        sine(leaf<View>{{}, n.angles.sine}, s, b), half(n.angles.rotated / 2),
        rotated(n.angles.rotated), dim(s.inner), pairs(n.angles.pairs) {}
  QX_INLINE void begin(const row_index<Space::outer_rank>& r) {
    child.begin(r);
    cosine.begin(r);
    sine.begin(r);
  }
  [[nodiscard]] QX_INLINE bool dense() const {
    return is_dense(child) && cosine.dense() && sine.dense();
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes lanes) const {
    const simd::pack<float> x = child.load(j, lanes);
    return x * cosine.load(j, lanes) + partners(j, x, lanes) * sine.load(j, lanes);
  }
  /// A whole row of `n` elements: the kind of pairs is asked for once, and of halves each operand
  /// is read once for both.
  template <class Target>
  QX_INLINE void run_parts(const Target& t, std::size_t n) const {
    if (!dense() || !is_dense(t)) [[unlikely]]
      return impl::run_lanes_apart(*this, t, 0, n);
    if (pairs == rope_pairs::adjacent)
      return impl::run_lanes(adjacent_pairs{child, cosine, sine}, t, 0, n);
    if (half % simd::lanes != 0) return impl::run_lanes_apart(*this, t, 0, n);
    run_halves(child, cosine, sine, t, half);
    if (rotated < n) impl::run_lanes(*this, t, rotated, n);
  }

 private:
  struct adjacent_pairs {
    bound<Child, Space> child;
    bound<leaf<View>, Space> cosine;
    bound<leaf<View>, Space> sine;
    template <class Lanes>
    [[nodiscard]] QX_INLINE simd::pack<float> load(std::size_t j, Lanes lanes) const {
      const simd::pack<float> x = child.load(j, lanes);
      return x * cosine.load(j, lanes) + simd::swap_adjacent(x) * sine.load(j, lanes);
    }
  };
  template <class X, class Table, class Target>
  QX_INLINE static void run_halves(const X x, const Table c, const Table s, const Target t,
                                   std::size_t half) {
    const all_lanes lanes;
    for (std::size_t i = 0; i < half; i += simd::lanes) {
      const std::size_t j = i + half;
      const simd::pack<float> low = x.load(i, lanes), high = x.load(j, lanes);
      t.store(i, low * c.load(i, lanes) + high * s.load(i, lanes), lanes);
      t.store(j, high * c.load(j, lanes) + low * s.load(j, lanes), lanes);
    }
  }
  template <class Lanes>
  [[nodiscard]] QX_INLINE simd::pack<float> partners(std::size_t j, simd::pack<float> x,
                                                     Lanes lanes) const {
    if (pairs == rope_pairs::adjacent) return simd::swap_adjacent(x);
    if (half % simd::lanes == 0) {
      if (j >= rotated) return x;
      return child.load(j < half ? j + half : j - half, lanes);
    }
    return scattered_partners(j, lanes.count);
  }
  [[nodiscard]] simd::pack<float> scattered_partners(std::size_t j, std::size_t count) const {
    alignas(64) float out[simd::lanes] = {};
    alignas(64) float held[simd::lanes];
    std::size_t held_from = dim;  // nothing yet
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = j + i;
      const std::size_t partner = at >= rotated ? at : (at < half ? at + half : at - half);
      // Loads begin at multiples of sixteen: column statistics are kept so.
      const std::size_t from = partner / simd::lanes * simd::lanes;
      if (from != held_from) {
        child.load(from, first_lanes{dim - from < simd::lanes ? dim - from : simd::lanes})
            .store(held);
        held_from = from;
      }
      out[i] = held[partner - from];
    }
    return simd::pack<float>::load(out);
  }
};

}  // namespace qx::inline QX_ARCH
