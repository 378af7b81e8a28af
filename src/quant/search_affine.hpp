// SPDX-License-Identifier: MIT
/// \file
/// The best block of a format whose groups have a scale and a minimum, both multiples of the
/// block's: Q2_K, Q4_K, Q5_K.
///
/// Every group is fitted alone first. Then the block's scale and base are chosen from the largest
/// of the groups', and three things take turns: each group takes the best pair of multiples among
/// the nine around its own line, the line of each group is fitted to its codes, and both numbers of
/// the block are fitted to all codes. The best block that was seen is kept.
#pragma once

#include "fit.hpp"

#include <algorithm>
#include <limits>

namespace qx::quant {

template <class B>
class affine_search {
 public:
  /// `starts` says for which multiple of its largest group the block's scale is tried.
  affine_search(const float* in, const float* weights, sweep spans, sweep starts) {
    load(in, weights, chunk_);
    for (std::size_t p = 0; p < parts; ++p)
      alone_[p] = best_line(chunk_.part[p], nearest_, spans, lanes::all(0.0f));
    for (int i = 0; i < starts.count; ++i)
      descend(starts.first + starts.step * static_cast<float>(i));
  }

  [[nodiscard]] typename B::parts found() const {
    typename B::parts out{.scale = best_.scale, .base = best_.base, .s = {}, .m = {}, .codes = {}};
    const float scale = chunk_.loaded(best_.scale), base = chunk_.loaded(best_.base);
    for (std::size_t p = 0; p < parts; ++p) {
      const lanes s = best_.choice[p].s, m = best_.choice[p].m;
      for (std::size_t i = 0; i < size; ++i) {
        const lanes inverse = reciprocal(lanes::all(scale) * s);
        const lanes q = nearest_((chunk_.part[p].x[i] + lanes::all(base) * m) * inverse);
        for (std::size_t lane = 0; lane < lanes::count; ++lane)
          out.codes[(p * lanes::count + lane) * size + i] = static_cast<std::uint8_t>(q.get(lane));
      }
      for (std::size_t lane = 0; lane < lanes::count; ++lane) {
        out.s[p * lanes::count + lane] = static_cast<std::uint8_t>(s.get(lane));
        out.m[p * lanes::count + lane] = static_cast<std::uint8_t>(m.get(lane));
      }
    }
    return out;
  }

 private:
  static constexpr std::size_t groups = sizeof(B::parts::s);
  static constexpr std::size_t size = B::elements / groups;
  static constexpr std::size_t parts = chunk<size>::eights;
  static constexpr int rounds = 3;

  /// The multiples of eight groups.
  struct pair {
    lanes s, m;
  };
  struct block {
    f16 scale, base;
    pair choice[parts];
  };
  /// Normal equations of the block's scale and base: x ≈ scale · (s q) - base · m.
  struct equations {
    float ss = 0, sm = 0, mm = 0, xs = 0, xm = 0;
  };

  void descend(float top_multiple) {
    float scale = 0.0f, base = 0.0f;
    line lines[parts];
    for (std::size_t p = 0; p < parts; ++p) {
      lines[p] = alone_[p];
      for (std::size_t lane = 0; lane < lanes::count; ++lane) {
        scale = std::max(scale, lines[p].step.get(lane));
        base = std::max(base, -lines[p].offset.get(lane));
      }
    }
    scale /= top_multiple;
    base /= static_cast<float>(B::top_group);
    for (int round = 0; round < rounds; ++round) {
      block b{stored(scale), stored(base), {}};
      equations e;
      float error = 0.0f;
      for (std::size_t p = 0; p < parts; ++p)
        error += choose(p, b, lines[p], e);
      if (error < error_) error_ = error, best_ = b;
      const float det = e.ss * e.mm - e.sm * e.sm;
      if (det > 0.0f) {
        scale = (e.xs * e.mm - e.xm * e.sm) / det;
        base = (e.xs * e.sm - e.xm * e.ss) / det;
      } else if (e.ss > 0.0f) {
        scale = e.xs / e.ss;
      }
    }
  }

  /// Never 0 for what is not: a tiny block then still has a few codes.
  [[nodiscard]] f16 stored(float scale) const {
    const f16 out = chunk_.stored(scale);
    return out.bits == 0 && scale > 0.0f ? f16{1} : out;
  }

  /// Chooses the multiples of eight groups, adds to the equations, puts the lines that suit the
  /// codes into `l`. The error.
  float choose(std::size_t p, block& b, line& l, equations& e) {
    const eight_groups<size>& g = chunk_.part[p];
    const lanes scale = lanes::all(chunk_.loaded(b.scale)),
                base = lanes::all(chunk_.loaded(b.base));
    const lanes zero = lanes::all(0.0f), last = lanes::all(B::top_group);
    const lanes s0 = whole(l.step * reciprocal(scale), zero, last);
    const lanes m0 = whole(zero - l.offset * reciprocal(base), zero, last);
    pair& chosen = b.choice[p];
    lanes least = lanes::all(std::numeric_limits<float>::infinity());
    for (int ds = -1; ds <= 1; ++ds)
      for (int dm = -1; dm <= 1; ++dm) {
        const lanes s = whole(s0 + lanes::all(static_cast<float>(ds)), zero, last);
        const lanes m = whole(m0 + lanes::all(static_cast<float>(dm)), zero, last);
        const lanes error = error_at(g, scale * s, zero - base * m, nearest_);
        chosen.s = where_below(error, least, s, chosen.s);
        chosen.m = where_below(error, least, m, chosen.m);
        least = smaller(least, error);
      }
    const lanes s = chosen.s, m = chosen.m;
    const plain_sums plain = sums_of(g);
    const code_sums sums = sums_at(g, reciprocal(scale * s), zero - base * m, nearest_);
    l = regress(plain, sums, zero);
    e.ss += total(s * s * sums.qq), e.sm += total(s * m * sums.q), e.mm += total(m * m * plain.w);
    e.xs += total(s * sums.xq), e.xm += total(m * plain.x);
    return total(least);
  }

  whole_codes nearest_{0, B::top_code};
  chunk<size> chunk_;
  line alone_[parts];
  block best_{};
  float error_ = std::numeric_limits<float>::infinity();
};

}  // namespace qx::quant
