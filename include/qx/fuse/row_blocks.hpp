// SPDX-License-Identifier: MIT
/// \file
/// Exponentials of long rows, a block at a time. Each block has an origin of its own, the largest
/// element so far; the largest of the next block is looked for while this one is exponentiated. So
/// a row is swept twice and not three times, and e^x is taken once of each element, as with the
/// largest of the whole row.
#pragma once

#include <qx/fuse/row_sweep.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace qx::inline QX_ARCH {

namespace impl {

/// Elements of a block: what is read of this one and the next, and kept of this one, stays in the
/// nearest cache.
inline constexpr std::size_t row_block = 2048;

/// Whether a rule of rows knows what becomes of its values when their origin moves.
template <class Rule, class T>
inline constexpr bool moves_origin = requires {
  Rule::template moved<simd::pack<T>>(Rule::origin(T{}, 1.0), Rule::origin(T{}, 1.0));
};

/// What the blocks of a row are made of, and in the end multiplied with.
template <class Origin, class T>
struct row_blocks {
  Origin* origins = nullptr;
  T* scales = nullptr;

  QX_INLINE void take(binder& b, std::size_t count) {
    origins = b.template take_array<Origin>(count / row_block + 1);
    scales = b.template take_array<T>(count / row_block + 1);
  }
  [[nodiscard]] QX_INLINE T scale_at(std::size_t j) const { return scales[j / row_block]; }
};

/// Elements of a row from `from` on.
template <class Values>
struct row_piece {
  Values values;
  std::size_t from;
  template <class Lanes>
  [[nodiscard]] QX_INLINE auto load(std::size_t j, Lanes lanes) const {
    return values.load(from + j, lanes);
  }
  [[nodiscard]] QX_INLINE bool dense() const { return is_dense(values); }
};

/// What a sweep found of a block, and on its way of the next one.
template <class T>
struct block_sums {
  T here;
  T ahead;
};
/// `Second` of a block of `here`, added up as in `sweep_lanes`, and `First`, for which no order
/// counts, of a block of `ahead`.
template <class First, class Second, class T, class Here, class Ahead>
[[nodiscard]] QX_INLINE block_sums<T> sweep_block(const Here here, const Ahead ahead) {
  using V = simd::pack<T>;
  constexpr std::size_t ways = 4;
  static_assert(row_block % (ways * simd::lanes) == 0);
  std::array<typename Second::template state<V>, ways> sum;
  sum.fill(Second::template start<V>());
  auto extreme = First::template start<V>();
  for (std::size_t j = 0; j < row_block; j += ways * simd::lanes)
#pragma GCC unroll 4
    for (std::size_t w = 0; w < ways; ++w) {
      const std::size_t at = j + w * simd::lanes;
      First::step(extreme, ahead.load(at, all_lanes{}), V(T(0)));
      Second::step(sum[w], here.load(at, all_lanes{}), V(T(0)));
    }
  return {Second::finish(collapse<Second, V>(Second::merge(Second::merge(sum[0], sum[1]),
                                                           Second::merge(sum[2], sum[3]))),
                         row_block),
          First::finish(collapse<First, V>(extreme), row_block)};
}
template <class First, class Second, class T, class Here, class Ahead>
[[nodiscard, gnu::noinline]] block_sums<T> sweep_block_apart(const Here here, const Ahead ahead) {
  return sweep_block<First, Second, T>(here, ahead);
}

/// Sweeps a row of `n` elements: `ordered` are they as `Rule::first` compares them, `from(origin)`
/// their values, which are kept as they are computed.
template <class Rule, class T, class Origin, class Ordered, class From>
QX_INLINE void sweep_blocks(const row_blocks<Origin, T>& blocks, std::size_t n, double factor,
                            const Ordered& ordered, From from, const Rule& rule) {
  using first = typename Rule::first;
  using second = typename Rule::second;
  const auto extreme_of = [&](std::size_t begin, std::size_t count) QX_INLINE_LAMBDA {
    return first::finish(sweep<first>(row_piece<Ordered>{ordered, begin}, count), count);
  };
  const auto moved = [](const Origin& before, const Origin& now) QX_INLINE_LAMBDA {
    return simd::first_lane(Rule::template moved<simd::pack<T>>(before, now));
  };
  T extreme = extreme_of(0, n < row_block ? n : row_block);
  Origin origin = Rule::origin(extreme, factor);
  T sum(0);
  const auto move = [&](T found) QX_INLINE_LAMBDA {
    extreme = op::maximum{}(extreme, found);
    const Origin next = Rule::origin(extreme, factor);
    sum = sum * moved(origin, next);
    origin = next;
  };
  std::size_t block = 0, at = 0;
  for (; n - at >= 2 * row_block; at += row_block) {
    const auto here = from(origin);
    using piece = row_piece<std::remove_const_t<decltype(here)>>;
    const piece now{here, at};
    const row_piece<Ordered> next{ordered, at + row_block};
    const block_sums<T> found = is_dense(ordered) && is_dense(here)
                                    ? sweep_block<first, second, T>(now, next)
                                    : sweep_block_apart<first, second, T>(now, next);
    sum = sum + found.here;
    blocks.origins[block++] = origin;
    move(found.ahead);
  }
  const std::size_t rest = n - at;
  if (rest > row_block) move(extreme_of(at + row_block, rest - row_block));
  const auto here = from(origin);
  const row_piece<std::remove_const_t<decltype(here)>> last{here, at};
  sum = sum + second::finish(sweep<second>(last, rest), rest);
  const T scale = rule.prepare(sum, n);
  for (std::size_t i = 0; i < block; ++i)
    blocks.scales[i] = scale * moved(blocks.origins[i], origin);
  for (; block * row_block < n; ++block)
    blocks.scales[block] = scale;
}

}  // namespace impl

}  // namespace qx::inline QX_ARCH
