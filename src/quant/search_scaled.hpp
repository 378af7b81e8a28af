// SPDX-License-Identifier: MIT
/// \file
/// The best block of a format whose groups have a signed multiple of the block's scale: Q3_K, Q6_K.
/// The search is that of `search_affine.hpp` without minima.
#pragma once

#include "fit.hpp"

#include <cmath>
#include <limits>

namespace qx::quant {

template <class B>
class scaled_search {
 public:
  /// `starts` says which multiple of the block's scale its largest group gets.
  scaled_search(const float* in, const float* weights, sweep spans, sweep starts) {
    load(in, weights, chunk_);
    for (std::size_t p = 0; p < parts; ++p)
      alone_[p] = best_scale(chunk_.part[p], nearest_, spans);
    for (int i = 0; i < starts.count; ++i)
      descend(starts.first + starts.step * static_cast<float>(i));
  }

  [[nodiscard]] typename B::parts found() const {
    typename B::parts out{.scale = best_.scale, .s = {}, .codes = {}};
    const lanes scale = lanes::all(chunk_.loaded(best_.scale));
    for (std::size_t p = 0; p < parts; ++p) {
      const lanes s = best_.s[p], inverse = reciprocal(scale * s);
      for (std::size_t i = 0; i < size; ++i) {
        const lanes q = nearest_(chunk_.part[p].x[i] * inverse);
        for (std::size_t lane = 0; lane < lanes::count; ++lane)
          out.codes[(p * lanes::count + lane) * size + i] = static_cast<std::int8_t>(q.get(lane));
      }
      for (std::size_t lane = 0; lane < lanes::count; ++lane)
        out.s[p * lanes::count + lane] = static_cast<std::int8_t>(s.get(lane));
    }
    return out;
  }

 private:
  static constexpr std::size_t groups = sizeof(B::parts::s);
  static constexpr std::size_t size = B::elements / groups;
  static constexpr std::size_t parts = chunk<size>::eights;
  static constexpr int rounds = 3;

  struct block {
    f16 scale;
    lanes s[parts];
  };
  /// The normal equation of the block's scale: x ≈ scale · (s q).
  struct equation {
    float ss = 0, xs = 0;
  };

  void descend(float top_multiple) {
    float extreme = 0.0f;
    lanes scales[parts];
    for (std::size_t p = 0; p < parts; ++p) {
      scales[p] = alone_[p];
      for (std::size_t lane = 0; lane < lanes::count; ++lane)
        if (std::abs(extreme) < std::abs(scales[p].get(lane))) extreme = scales[p].get(lane);
    }
    float scale = extreme / top_multiple;
    for (int round = 0; round < rounds; ++round) {
      block b{stored(scale), {}};
      equation e;
      float error = 0.0f;
      for (std::size_t p = 0; p < parts; ++p)
        error += choose(p, b, scales[p], e);
      if (error < error_) error_ = error, best_ = b;
      if (e.ss > 0.0f) scale = e.xs / e.ss;
    }
  }

  [[nodiscard]] f16 stored(float scale) const {
    const f16 out = chunk_.stored(scale);
    return (out.bits & 0x7fff) == 0 && scale != 0.0f ? f16{1} : out;
  }

  float choose(std::size_t p, block& b, lanes& alone, equation& e) {
    const eight_groups<size>& g = chunk_.part[p];
    const lanes scale = lanes::all(chunk_.loaded(b.scale)), zero = lanes::all(0.0f);
    const lanes first = lanes::all(B::lowest_group), last = lanes::all(-B::lowest_group - 1);
    const lanes s0 = whole(alone * reciprocal(scale), first, last);
    lanes& s = b.s[p];
    lanes least = lanes::all(std::numeric_limits<float>::infinity());
    for (int ds = -1; ds <= 1; ++ds) {
      const lanes tried = whole(s0 + lanes::all(static_cast<float>(ds)), first, last);
      const lanes error = error_at(g, scale * tried, zero, nearest_);
      s = where_below(error, least, tried, s);
      least = smaller(least, error);
    }
    const code_sums sums = sums_at(g, reciprocal(scale * s), zero, nearest_);
    alone = ratio(sums.xq, sums.qq);
    e.ss += total(s * s * sums.qq);
    e.xs += total(s * sums.xq);
    return total(least);
  }

  whole_codes nearest_{B::lowest_code, -B::lowest_code - 1};
  chunk<size> chunk_;
  lanes alone_[parts];
  block best_{};
  float error_ = std::numeric_limits<float>::infinity();
};

}  // namespace qx::quant
