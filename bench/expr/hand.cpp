// SPDX-License-Identifier: MIT
/// \file
/// The same by hand, in AVX-512 intrinsics: as few passes as the formula allows, four vectors at a
/// time where latency would show, fused multiply-adds throughout.
#include "job.hpp"

#if defined(__AVX512F__)
#include <algorithm>
#include <cmath>
#include <immintrin.h>
#include <limits>
#include <vector>

namespace qx::bench {
namespace {

using v = __m512;
constexpr std::size_t w = 16;
v set(float x) { return _mm512_set1_ps(x); }
v load(const float* x) { return _mm512_loadu_ps(x); }
void store(float* y, v x) { _mm512_storeu_ps(y, x); }
v fma(v a, v b, v c) { return _mm512_fmadd_ps(a, b, c); }

/// e^x for x <= 0, the argument clamped where the result would be no normal number.
v exp_negative(v x) {
  x = _mm512_max_ps(x, set(-87.33f));
  const v n =
      _mm512_roundscale_ps(x * set(1.44269504f), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const v r = fma(n, set(2.12194440e-4f), fma(n, set(-0.693359375f), x));
  v p = set(8.37312452e-3f);
  p = fma(p, r, set(4.16695364e-2f));
  p = fma(p, r, set(1.66664720e-1f));
  p = fma(p, r, set(4.99999851e-1f));
  p = fma(p, r, set(1.0f));
  p = fma(p, r, set(1.0f));
  return _mm512_scalef_ps(p, n);
}
/// 4 vectors at a time, then one, for n that is a multiple of 16.
template <class F>
void each(std::size_t n, F f) {
  std::size_t i = 0;
  for (; i + 4 * w <= n; i += 4 * w)
    for (std::size_t k = 0; k < 4; ++k)
      f(i + k * w, k);
  for (; i < n; i += w)
    f(i, std::size_t{0});
}
struct four {
  v a[4];
  explicit four(float x) : a{set(x), set(x), set(x), set(x)} {}
  float sum() const { return _mm512_reduce_add_ps((a[0] + a[1]) + (a[2] + a[3])); }
  float max() const {
    return _mm512_reduce_max_ps(
        _mm512_max_ps(_mm512_max_ps(a[0], a[1]), _mm512_max_ps(a[2], a[3])));
  }
};

float sum(const float* x, std::size_t n) {
  four s(0);
  each(n, [&](std::size_t i, std::size_t k) { s.a[k] += load(x + i); });
  return s.sum();
}
float largest(const float* x, std::size_t n) {
  four m(-std::numeric_limits<float>::infinity());
  each(n, [&](std::size_t i, std::size_t k) { m.a[k] = _mm512_max_ps(m.a[k], load(x + i)); });
  return m.max();
}
/// The largest first: its place is looked for afterwards, in what is in the cache by then.
float place(const float* x, std::size_t n) {
  const v m = set(largest(x, n));
  for (std::size_t i = 0;; i += w)
    if (const __mmask16 found = _mm512_cmp_ps_mask(load(x + i), m, _CMP_EQ_OQ))
      return static_cast<float>(i + static_cast<std::size_t>(__builtin_ctz(found)));
}
float logsumexp(const float* x, std::size_t n) {
  const float m = largest(x, n);
  four s(0);
  each(n, [&](std::size_t i, std::size_t k) { s.a[k] += exp_negative(load(x + i) - set(m)); });
  return m + std::log(s.sum());
}

template <class F>
void rows_of(const job& j, F f) {
  for (std::size_t r = 0; r < j.rows; ++r)
    f(j.in[0] + r * j.columns, j.out + r * j.columns);
}
template <float (*F)(const float*, std::size_t)>
void values_of_rows(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    j.out[r] = F(j.in[0] + r * j.columns, j.columns);
}

void softmax(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    const v m = set(largest(x, j.columns)), scale = set(1.0f / temperature);
    four s(0);
    each(j.columns, [&](std::size_t i, std::size_t k) {
      const v e = exp_negative((load(x + i) - m) * scale);
      s.a[k] += e;
      store(y + i, e);
    });
    const v inverse = set(1.0f / s.sum());
    each(j.columns, [&](std::size_t i, std::size_t) { store(y + i, load(y + i) * inverse); });
  });
}

/// Column statistics in one pass over memory, the rows added to what is kept in the nearest cache.
template <class F>
void columns_of(const job& j, F step) {
  std::copy_n(j.in[0], j.columns, j.out);
  for (std::size_t r = 1; r < j.rows; ++r)
    for (std::size_t c = 0; c < j.columns; c += w)
      store(j.out + c, step(load(j.out + c), load(j.in[0] + r * j.columns + c)));
}
void sum_columns(const job& j) {
  columns_of(j, [](v a, v x) { return a + x; });
}
void max_columns(const job& j) {
  columns_of(j, [](v a, v x) { return _mm512_max_ps(a, x); });
}
void argmax_columns(const job& j) {
  std::vector<float> best(j.in[0], j.in[0] + j.columns);
  std::fill_n(j.out, j.columns, 0.0f);
  for (std::size_t r = 1; r < j.rows; ++r)
    for (std::size_t c = 0; c < j.columns; c += w) {
      const v x = load(j.in[0] + r * j.columns + c);
      const __mmask16 better = _mm512_cmp_ps_mask(x, load(best.data() + c), _CMP_GT_OQ);
      _mm512_mask_storeu_ps(best.data() + c, better, x);
      _mm512_mask_storeu_ps(j.out + c, better, set(static_cast<float>(r)));
    }
}
/// Largest and sum in one pass: the sum is scaled only where the largest grows.
void logsumexp_columns(const job& j) {
  std::vector<float> largest(j.in[0], j.in[0] + j.columns);
  std::fill_n(j.out, j.columns, 1.0f);
  for (std::size_t r = 1; r < j.rows; ++r)
    for (std::size_t c = 0; c < j.columns; c += w) {
      const v x = load(j.in[0] + r * j.columns + c), m = load(largest.data() + c);
      v s = load(j.out + c);
      const v next = _mm512_max_ps(m, x);
      if (_mm512_cmp_ps_mask(x, m, _CMP_GT_OQ) != 0) {
        s *= exp_negative(m - next);
        store(largest.data() + c, next);
      }
      store(j.out + c, s + exp_negative(x - next));
    }
  for (std::size_t c = 0; c < j.columns; ++c)
    j.out[c] = largest[c] + std::log(j.out[c]);
}

void rms_norm(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    four s(0);
    each(j.columns,
         [&](std::size_t i, std::size_t k) { s.a[k] = fma(load(x + i), load(x + i), s.a[k]); });
    const v scale = set(1.0f / std::sqrt(s.sum() / static_cast<float>(j.columns) + epsilon));
    each(j.columns, [&](std::size_t i, std::size_t) {
      store(y + i, load(x + i) * scale * load(j.in[1] + i));
    });
  });
}
void layer_norm(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    const float n = static_cast<float>(j.columns);
    const v mean = set(sum(x, j.columns) / n);
    four s(0);
    each(j.columns, [&](std::size_t i, std::size_t k) {
      const v d = load(x + i) - mean;
      s.a[k] = fma(d, d, s.a[k]);
    });
    const v scale = set(1.0f / std::sqrt(s.sum() / n + epsilon));
    each(j.columns, [&](std::size_t i, std::size_t) {
      store(y + i, fma((load(x + i) - mean) * scale, load(j.in[1] + i), load(j.in[2] + i)));
    });
  });
}
void silu_product(const job& j) {
  each(j.rows * j.columns, [&](std::size_t i, std::size_t) {
    // x / (1 + e^-x) by e^-|x|, which never overflows: for x < 0 it is x e^x / (1 + e^x).
    const v x = load(j.in[0] + i), e = exp_negative(-_mm512_abs_ps(x));
    const v top = _mm512_mask_mul_ps(x, _mm512_cmp_ps_mask(x, set(0), _CMP_LT_OQ), x, e);
    store(j.out + i, top / (set(1) + e) * load(j.in[1] + i));
  });
}
void combine(const job& j) {
  each(j.rows * j.columns, [&](std::size_t i, std::size_t) {
    store(j.out + i, fma(set(2), load(j.in[0] + i),
                         fma(set(3), load(j.in[1] + i), set(-4) * load(j.in[2] + i))));
  });
}
void rope_adjacent(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    for (std::size_t h = 0; h < j.columns; h += head_dim)
      for (std::size_t i = 0; i < head_dim; i += w) {
        const v x = load(j.in[0] + r * j.columns + h + i);
        const v c = load(j.in[1] + r * head_dim + i), s = load(j.in[2] + r * head_dim + i);
        store(j.out + r * j.columns + h + i, fma(x, c, _mm512_permute_ps(x, 0xb1) * s));
      }
}
void rope_halves(const job& j) {
  constexpr std::size_t half = head_dim / 2;
  for (std::size_t r = 0; r < j.rows; ++r)
    for (std::size_t h = 0; h < j.columns; h += head_dim)
      for (std::size_t i = 0; i < half; i += w) {
        const float* x = j.in[0] + r * j.columns + h + i;
        const float* c = j.in[1] + r * head_dim + i;
        const float* s = j.in[2] + r * head_dim + i;
        const v low = load(x), high = load(x + half);
        float* y = j.out + r * j.columns + h + i;
        store(y, fma(low, load(c), high * load(s)));
        store(y + half, fma(high, load(c + half), low * load(s + half)));
      }
}
void gather(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    each(j.columns, [&](std::size_t i, std::size_t) {
      store(j.out + r * j.columns + i,
            load(j.in[0] + static_cast<std::size_t>(j.ids[r]) * j.columns + i));
    });
}
void concatenate(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    for (std::size_t part = 0; part < 2; ++part)
      each(j.columns, [&](std::size_t i, std::size_t) {
        store(j.out + (2 * r + part) * j.columns + i, load(j.in[part] + r * j.columns + i));
      });
}
/// Rows of 16 or 32: a row of the result in registers, four rows at a time.
template <std::size_t N>
void static_products_of(const job& j) {
  for (std::size_t p = 0; p < static_products; ++p) {
    const float* a = j.in[0] + p * N * N;
    const float* b = j.in[1] + p * N * N;
    for (std::size_t r = 0; r < N; r += 8) {
      v s[8][N / w] = {};
      for (std::size_t k = 0; k < N; ++k)
        for (std::size_t i = 0; i < 8; ++i)
          for (std::size_t c = 0; c < N / w; ++c)
            s[i][c] = fma(set(a[(r + i) * N + k]), load(b + k * N + c * w), s[i][c]);
      for (std::size_t i = 0; i < 8; ++i)
        for (std::size_t c = 0; c < N / w; ++c)
          store(j.out + p * N * N + (r + i) * N + c * w, s[i][c]);
    }
  }
}

}  // namespace

contender hand_contender() {
  contender c{"hand"};
  c[task::softmax] = softmax;
  c[task::sum_rows] = values_of_rows<sum>;
  c[task::max_rows] = values_of_rows<largest>;
  c[task::argmax_rows] = values_of_rows<place>;
  c[task::logsumexp_rows] = values_of_rows<logsumexp>;
  c[task::sum_columns] = sum_columns;
  c[task::max_columns] = max_columns;
  c[task::argmax_columns] = argmax_columns;
  c[task::logsumexp_columns] = logsumexp_columns;
  c[task::rms_norm] = rms_norm;
  c[task::layer_norm] = layer_norm;
  c[task::silu_product] = silu_product;
  c[task::rope_adjacent] = rope_adjacent;
  c[task::rope_halves] = rope_halves;
  c[task::combine] = combine;
  c[task::static_16] = static_products_of<16>;
  c[task::static_32] = static_products_of<32>;
  c[task::gather] = gather;
  c[task::concatenate] = concatenate;
  return c;
}

}  // namespace qx::bench
#else
qx::bench::contender qx::bench::hand_contender() { return {"hand"}; }
#endif
