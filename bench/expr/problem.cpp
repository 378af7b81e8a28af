// SPDX-License-Identifier: MIT
/// \file
/// Sizes, inputs and expected results.
#include "oracle.hpp"
#include "problem.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <numeric>
#include <sys/mman.h>

namespace qx::bench {
namespace {

std::string with_size(std::string_view name, std::size_t n) {
  const bool mega = n >= (1u << 20) && n % (1u << 20) == 0, kilo = n % 1024 == 0;
  const std::size_t shown = mega ? n >> 20 : kilo ? n >> 10 : n;
  return std::string(name) + "/" + std::to_string(shown) + (mega ? "M" : kilo ? "k" : "");
}

/// Streams of 1 k to 16 M elements; rows of 1024, the largest of 4096.
void add_streams(std::vector<problem>& all, std::string_view name, task t) {
  for (const std::size_t n :
       {std::size_t{1} << 10, std::size_t{1} << 15, std::size_t{1} << 20, std::size_t{1} << 24}) {
    const std::size_t columns = n == std::size_t{1} << 24 ? 4096 : 1024;
    all.push_back({with_size(name, n), t, n / columns, columns});
  }
}

std::size_t edge_of(task t) {
  switch (t) {
  case task::static_4:
    return 4;
  case task::static_8:
    return 8;
  case task::static_16:
    return 16;
  case task::static_32:
    return 32;
  default:
    return 0;
  }
}

}  // namespace

std::vector<problem> problems() {
  std::vector<problem> all;
  for (const std::size_t n : {32000, 128256})
    all.push_back({"softmax/" + std::to_string(n), task::softmax, 1, n});
  constexpr std::pair<const char*, task> reductions[] = {
      {"logsumexp", task::logsumexp_rows},
      {"argmax", task::argmax_rows},
      {"max", task::max_rows},
      {"sum", task::sum_rows},
      {"logsumexp_of_columns", task::logsumexp_columns},
      {"argmax_of_columns", task::argmax_columns},
      {"max_of_columns", task::max_columns},
      {"sum_of_columns", task::sum_columns}};
  for (const auto& [name, t] : reductions)
    all.push_back({std::string(name) + "/4096x4096", t, 4096, 4096});
  constexpr std::pair<const char*, task> streams[] = {
      {"rms_norm", task::rms_norm},         {"layer_norm", task::layer_norm},
      {"silu_product", task::silu_product}, {"rope_adjacent", task::rope_adjacent},
      {"rope_halves", task::rope_halves},   {"combine", task::combine}};
  for (const auto& [name, t] : streams)
    add_streams(all, name, t);
  for (const std::size_t tokens : {1, 8, 64})
    all.push_back({"norm_matmuls/" + std::to_string(tokens), task::norm_matmuls, tokens, 2048});
  constexpr std::pair<const char*, task> squares[] = {{"static/4", task::static_4},
                                                      {"static/8", task::static_8},
                                                      {"static/16", task::static_16},
                                                      {"static/32", task::static_32}};
  for (const auto& [name, t] : squares)
    all.push_back({name, t, edge_of(t), edge_of(t)});
  for (const std::size_t threads : {1, 2})
    for (const std::size_t n : {256, 512, 1024})
      all.push_back({"matmul/" + std::to_string(n) + "/threads:" + std::to_string(threads),
                     task::matmul, n, n, threads});
  for (const auto& [name, t] :
       {std::pair{"transpose", task::transpose}, std::pair{"gather", task::gather},
        std::pair{"concatenate", task::concatenate}})
    for (const std::size_t n : {256, 2048})
      all.push_back(
          {std::string(name) + "/" + std::to_string(n) + "x" + std::to_string(n), t, n, n});
  return all;
}

void arena::release::operator()(float* p) const { std::free(p); }

/// N(0, 1) would do as well: numbers between -2 and 2 without a pattern (xorshift, Marsaglia 2003).
float* arena::take(std::size_t n, std::uint32_t seed) {
  constexpr std::size_t page = std::size_t{1} << 21;
  const std::size_t bytes = n * sizeof(float), align = bytes < page ? 4096 : page;
  auto* const p =
      static_cast<float*>(std::aligned_alloc(align, (bytes + align - 1) / align * align));
  if (p == nullptr) throw std::bad_alloc();
  memory_.emplace_back(p);
  (void)madvise(p, bytes, MADV_HUGEPAGE);
  std::uint32_t state = seed * 2654435761u + 1u;
  for (std::size_t i = 0; i < n; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    p[i] = static_cast<float>(state >> 8) * 0x1p-22f - 2.0f;
  }
  return p;
}

arena::arena(const problem& p) : what_(p.what) {
  job_.rows = p.rows;
  job_.columns = p.columns;
  job_.threads = p.threads;
  const std::size_t n = p.rows * p.columns;
  const std::size_t edge = edge_of(p.what);
  const std::size_t products = edge * edge * static_products;
  std::array<std::size_t, 3> sizes{n, 0, 0};
  out_size_ = n;
  switch (p.what) {
  case task::softmax:
    break;
  case task::sum_rows:
  case task::max_rows:
  case task::argmax_rows:
  case task::logsumexp_rows:
    out_size_ = p.rows;
    break;
  case task::sum_columns:
  case task::max_columns:
  case task::argmax_columns:
  case task::logsumexp_columns:
    out_size_ = p.columns;
    break;
  case task::rms_norm:
    sizes[1] = p.columns;
    break;
  case task::layer_norm:
    sizes[1] = sizes[2] = p.columns;
    break;
  case task::silu_product:
    sizes[1] = n;
    break;
  case task::combine:
    sizes[1] = sizes[2] = n;
    break;
  case task::rope_adjacent:
  case task::rope_halves:
    sizes[1] = sizes[2] = p.rows * head_dim;
    break;
  case task::static_4:
  case task::static_8:
  case task::static_16:
  case task::static_32:
    sizes = {products, products, 0};
    out_size_ = products;
    multiply_adds_ = static_cast<double>(products * edge);
    break;
  case task::matmul:
    sizes[1] = n;
    multiply_adds_ = static_cast<double>(n * p.rows);
    break;
  case task::concatenate:
    sizes[1] = n;
    out_size_ = 2 * n;
    break;
  case task::norm_matmuls:
    sizes[1] = p.columns;
    sizes[2] = p.rows * head_dim;
    out_size_ = p.rows * (p.columns + 512);
    break;
  case task::transpose:
  case task::gather:
  case task::count:
    break;
  }
  for (std::size_t i = 0; i < 3; ++i)
    if (sizes[i] != 0) job_.in[i] = take(sizes[i], static_cast<std::uint32_t>(i + 1));
  job_.out = take(out_size_, 9);
  bytes_ = static_cast<double>(sizes[0] + sizes[1] + sizes[2] + out_size_) * sizeof(float);
  ids_.resize(p.rows);
  for (std::size_t i = 0; i < p.rows; ++i)
    ids_[i] = static_cast<std::int32_t>((i * 7919 + 13) % p.rows);
  job_.ids = ids_.data();
}

bool arena::right() const { return agrees(what_, job_); }

}  // namespace qx::bench
