// SPDX-License-Identifier: MIT
/// \file
/// Loops as one writes them first.
#include "job.hpp"

#include <algorithm>
#include <cmath>

namespace qx::bench {
namespace {

/// Calls f(row of in0, row of out) for each row.
template <class F>
void rows_of(const job& j, F f) {
  for (std::size_t r = 0; r < j.rows; ++r)
    f(j.in[0] + r * j.columns, j.out + r * j.columns);
}
template <class F>
void values_of_rows(const job& j, F f) {
  for (std::size_t r = 0; r < j.rows; ++r)
    j.out[r] = f(j.in[0] + r * j.columns, j.columns);
}

float sum(const float* x, std::size_t n) {
  float s = 0;
  for (std::size_t i = 0; i < n; ++i)
    s += x[i];
  return s;
}
float largest(const float* x, std::size_t n) {
  float m = x[0];
  for (std::size_t i = 1; i < n; ++i)
    m = std::max(m, x[i]);
  return m;
}
float place(const float* x, std::size_t n) {
  return static_cast<float>(std::max_element(x, x + n) - x);
}
float logsumexp(const float* x, std::size_t n) {
  const float m = largest(x, n);
  float s = 0;
  for (std::size_t i = 0; i < n; ++i)
    s += std::exp(x[i] - m);
  return m + std::log(s);
}

void softmax(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    const float m = largest(x, j.columns);
    float s = 0;
    for (std::size_t i = 0; i < j.columns; ++i) {
      y[i] = std::exp((x[i] - m) / temperature);
      s += y[i];
    }
    for (std::size_t i = 0; i < j.columns; ++i)
      y[i] /= s;
  });
}

/// `step(kept value, element, row)` for each row of each column.
template <class F>
void columns_of(const job& j, F step) {
  std::copy_n(j.in[0], j.columns, j.out);
  for (std::size_t r = 1; r < j.rows; ++r)
    for (std::size_t c = 0; c < j.columns; ++c)
      step(j.out[c], j.in[0][r * j.columns + c]);
}
void sum_columns(const job& j) {
  columns_of(j, [](float& s, float x) { s += x; });
}
void max_columns(const job& j) {
  columns_of(j, [](float& s, float x) { s = std::max(s, x); });
}
void argmax_columns(const job& j) {
  for (std::size_t c = 0; c < j.columns; ++c) {
    std::size_t best = 0;
    for (std::size_t r = 1; r < j.rows; ++r)
      if (j.in[0][r * j.columns + c] > j.in[0][best * j.columns + c]) best = r;
    j.out[c] = static_cast<float>(best);
  }
}
void logsumexp_columns(const job& j) {
  for (std::size_t c = 0; c < j.columns; ++c) {
    float m = j.in[0][c], s = 0;
    for (std::size_t r = 1; r < j.rows; ++r)
      m = std::max(m, j.in[0][r * j.columns + c]);
    for (std::size_t r = 0; r < j.rows; ++r)
      s += std::exp(j.in[0][r * j.columns + c] - m);
    j.out[c] = m + std::log(s);
  }
}

void rms_norm(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    float s = 0;
    for (std::size_t i = 0; i < j.columns; ++i)
      s += x[i] * x[i];
    const float scale = 1.0f / std::sqrt(s / static_cast<float>(j.columns) + epsilon);
    for (std::size_t i = 0; i < j.columns; ++i)
      y[i] = x[i] * scale * j.in[1][i];
  });
}
void layer_norm(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    const float mean = sum(x, j.columns) / static_cast<float>(j.columns);
    float s = 0;
    for (std::size_t i = 0; i < j.columns; ++i)
      s += (x[i] - mean) * (x[i] - mean);
    const float scale = 1.0f / std::sqrt(s / static_cast<float>(j.columns) + epsilon);
    for (std::size_t i = 0; i < j.columns; ++i)
      y[i] = (x[i] - mean) * scale * j.in[1][i] + j.in[2][i];
  });
}

void silu_product(const job& j) {
  for (std::size_t i = 0; i < j.rows * j.columns; ++i)
    j.out[i] = j.in[0][i] / (1.0f + std::exp(-j.in[0][i])) * j.in[1][i];
}
void combine(const job& j) {
  for (std::size_t i = 0; i < j.rows * j.columns; ++i)
    j.out[i] = 2.0f * j.in[0][i] + 3.0f * j.in[1][i] - 4.0f * j.in[2][i];
}
void rope_adjacent(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    const std::size_t at = static_cast<std::size_t>(x - j.in[0]) / j.columns * head_dim;
    const float* c = j.in[1] + at;
    const float* s = j.in[2] + at;
    for (std::size_t h = 0; h < j.columns; h += head_dim)
      for (std::size_t i = 0; i < head_dim; i += 2) {
        y[h + i] = x[h + i] * c[i] + x[h + i + 1] * s[i];
        y[h + i + 1] = x[h + i + 1] * c[i + 1] + x[h + i] * s[i + 1];
      }
  });
}
void rope_halves(const job& j) {
  rows_of(j, [&](const float* x, float* y) {
    const std::size_t at = static_cast<std::size_t>(x - j.in[0]) / j.columns * head_dim;
    const float* c = j.in[1] + at;
    const float* s = j.in[2] + at;
    constexpr std::size_t half = head_dim / 2;
    for (std::size_t h = 0; h < j.columns; h += head_dim)
      for (std::size_t i = 0; i < half; ++i) {
        y[h + i] = x[h + i] * c[i] + x[h + i + half] * s[i];
        y[h + i + half] = x[h + i + half] * c[i + half] + x[h + i] * s[i + half];
      }
  });
}

template <std::size_t N>
void static_products_of(const job& j) {
  for (std::size_t p = 0; p < static_products; ++p) {
    const float* a = j.in[0] + p * N * N;
    const float* b = j.in[1] + p * N * N;
    float* y = j.out + p * N * N;
    for (std::size_t r = 0; r < N; ++r) {
      float row[N] = {};
      for (std::size_t k = 0; k < N; ++k)
        for (std::size_t c = 0; c < N; ++c)
          row[c] += a[r * N + k] * b[k * N + c];
      for (std::size_t c = 0; c < N; ++c)
        y[r * N + c] = row[c];
    }
  }
}

void transpose(const job& j) {
  for (std::size_t c = 0; c < j.columns; ++c)
    for (std::size_t r = 0; r < j.rows; ++r)
      j.out[c * j.rows + r] = j.in[0][r * j.columns + c];
}
void gather(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    std::copy_n(j.in[0] + static_cast<std::size_t>(j.ids[r]) * j.columns, j.columns,
                j.out + r * j.columns);
}
void concatenate(const job& j) {
  for (std::size_t r = 0; r < j.rows; ++r)
    for (std::size_t part = 0; part < 2; ++part)
      std::copy_n(j.in[part] + r * j.columns, j.columns, j.out + (2 * r + part) * j.columns);
}

}  // namespace

contender plain_contender() {
  contender c{"plain"};
  c[task::softmax] = softmax;
  c[task::sum_rows] = [](const job& j) { values_of_rows(j, sum); };
  c[task::max_rows] = [](const job& j) { values_of_rows(j, largest); };
  c[task::argmax_rows] = [](const job& j) { values_of_rows(j, place); };
  c[task::logsumexp_rows] = [](const job& j) { values_of_rows(j, logsumexp); };
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
  c[task::static_4] = static_products_of<4>;
  c[task::static_8] = static_products_of<8>;
  c[task::static_16] = static_products_of<16>;
  c[task::static_32] = static_products_of<32>;
  c[task::transpose] = transpose;
  c[task::gather] = gather;
  c[task::concatenate] = concatenate;
  return c;
}

}  // namespace qx::bench
