// SPDX-License-Identifier: MIT
/// \file
/// The best scale of a group by weighted least squares.
///
/// For given codes q the best scale, or the best line, is that of linear regression. For a given
/// scale the best codes are the nearest. Neither says where to begin, so a number of steps around
/// the one that spans the group are tried, each is followed by a regression, and the codes of the
/// best are taken as the start of a few rounds of nearest codes and regression (Lloyd 1982).
#pragma once

#include "groups.hpp"

namespace qx::quant {

/// Which spans are tried: the extreme element of a group gets the codes first, first + step, ….
struct sweep {
  float first, step;
  int count;
};

inline constexpr int refinements = 2;

/// Sums over the elements of each group, with q the codes of x.
struct code_sums {
  lanes q, qq, xq;
};

/// Sums that no code changes.
struct plain_sums {
  lanes w, x, xx;
};

template <std::size_t N>
[[nodiscard]] QX_INLINE plain_sums sums_of(const eight_groups<N>& g) {
  plain_sums s{lanes::all(0.0f), lanes::all(0.0f), lanes::all(0.0f)};
  for (std::size_t i = 0; i < N; ++i) {
    const lanes wx = g.w[i] * g.x[i];
    s.w += g.w[i];
    s.x += wx;
    s.xx += wx * g.x[i];
  }
  return s;
}

/// How a uniform format chooses codes: the nearest whole number from `lowest` to `highest`.
struct whole_codes {
  lanes lowest, highest;

  whole_codes(int from, int to)
      : lowest(lanes::all(static_cast<float>(from))), highest(lanes::all(static_cast<float>(to))) {}
  [[nodiscard]] QX_INLINE lanes operator()(lanes x) const { return whole(x, lowest, highest); }
};

/// With codes nearest((x - offset) · inverse).
template <std::size_t N, class Nearest>
[[nodiscard]] QX_INLINE code_sums sums_at(const eight_groups<N>& g, lanes inverse, lanes offset,
                                          const Nearest& nearest) {
  code_sums s{lanes::all(0.0f), lanes::all(0.0f), lanes::all(0.0f)};
  for (std::size_t i = 0; i < N; ++i) {
    const lanes q = nearest((g.x[i] - offset) * inverse), wq = g.w[i] * q;
    s.q += wq;
    s.qq += wq * q;
    s.xq += wq * g.x[i];
  }
  return s;
}

/// Σ w (x - step · q - offset)² with the nearest codes, element by element: a difference of sums of
/// squares would lose small errors.
template <std::size_t N, class Nearest>
[[nodiscard]] QX_INLINE lanes error_at(const eight_groups<N>& g, lanes step, lanes offset,
                                       const Nearest& nearest) {
  const lanes inverse = reciprocal(step);
  lanes sum = lanes::all(0.0f);
  for (std::size_t i = 0; i < N; ++i) {
    const lanes q = nearest((g.x[i] - offset) * inverse);
    const lanes miss = g.x[i] - (step * q + offset);
    sum += g.w[i] * miss * miss;
  }
  return sum;
}

/// The scale of each group: x ≈ scale · q. The extreme element is tried at both ends of the codes,
/// of which one reaches further than the other.
template <std::size_t N, class Nearest>
[[nodiscard]] lanes best_scale(const eight_groups<N>& g, const Nearest& nearest, sweep tried) {
  const lanes zero = lanes::all(0.0f);
  lanes extreme = zero;
  for (std::size_t i = 0; i < N; ++i) {
    const lanes x = where_below(zero, g.w[i], g.x[i], zero);  // what has no weight has no say
    extreme = where_below(extreme * extreme, x * x, x, extreme);
  }
  const lanes per_code = reciprocal(extreme);
  lanes best = zero, gained = zero;
  const auto attempt = [&](lanes inverse) {
    const code_sums s = sums_at(g, inverse, zero, nearest);
    const lanes gain = ratio(s.xq * s.xq, s.qq);  // how much of Σ w x² is explained
    best = where_below(gained, gain, ratio(s.xq, s.qq), best);
    gained = larger(gained, gain);
  };
  for (int i = 0; i < tried.count; ++i) {
    const lanes code = lanes::all(tried.first + tried.step * static_cast<float>(i));
    attempt(code * per_code);
    attempt(zero - code * per_code);
  }
  for (int i = 0; i < refinements; ++i)
    attempt(reciprocal(best));
  return best;
}

/// x ≈ step · q + offset.
struct line {
  lanes step, offset;
};

/// The regression line of each group; its offset is at most `ceiling`.
[[nodiscard]] QX_INLINE line regress(const plain_sums& p, const code_sums& s, lanes ceiling) {
  const lanes free_step = ratio(p.w * s.xq - p.x * s.q, p.w * s.qq - s.q * s.q);
  const lanes free_offset = ratio(p.x - free_step * s.q, p.w);
  const lanes held_step = ratio(s.xq - ceiling * s.q, s.qq);
  return {where_below(ceiling, free_offset, held_step, free_step), smaller(free_offset, ceiling)};
}

/// The line of each group, with q from 0 and an offset of at most `ceiling`.
template <std::size_t N, class Nearest>
[[nodiscard]] line best_line(eight_groups<N> g, const Nearest& nearest, sweep tried,
                             lanes ceiling) {
  const lanes zero = lanes::all(0.0f);
  const plain_sums all = sums_of(g);
  const lanes mean = ratio(all.x, all.w);
  lanes least = smaller(ceiling, mean), most = mean;
  for (std::size_t i = 0; i < N; ++i) {
    const lanes x = where_below(zero, g.w[i], g.x[i], mean);  // what has no weight has no say
    least = smaller(least, x), most = larger(most, x);
  }
  // Counted from the least, so that errors are not lost beside squares of what all have in common.
  for (std::size_t i = 0; i < N; ++i)
    g.x[i] = g.x[i] - least;
  const lanes per_code = reciprocal(most - least), room = ceiling - least;
  const plain_sums p = sums_of(g);
  line best{zero, zero};
  lanes error = p.xx;
  const auto attempt = [&](lanes inverse, lanes offset) {
    const code_sums s = sums_at(g, inverse, offset, nearest);
    const line l = regress(p, s, room);
    const lanes two = lanes::all(2.0f);
    const lanes missed = p.xx - two * (l.step * s.xq + l.offset * p.x) + l.step * l.step * s.qq +
                         l.offset * (two * l.step * s.q + l.offset * p.w);
    best.step = where_below(missed, error, l.step, best.step);
    best.offset = where_below(missed, error, l.offset, best.offset);
    error = smaller(error, missed);
  };
  for (int i = 0; i < tried.count; ++i)
    attempt(lanes::all(tried.first + tried.step * static_cast<float>(i)) * per_code, zero);
  for (int i = 0; i < refinements; ++i)
    attempt(reciprocal(best.step), best.offset);
  return {best.step, best.offset + least};
}

}  // namespace qx::quant
