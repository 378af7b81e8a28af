// SPDX-License-Identifier: MIT
/// \file
/// The sampler's sweeps that choose elements and pack them together: what an expression, which has
/// as many results as operands, cannot say.
#include "arch.hpp"
#include "narrow.hpp"

#include <qx/simd/horizontal.hpp>
#include <qx/simd/memory.hpp>

#include <cstdint>
#include <limits>

namespace qx::sampling::inline QX_ARCH {
namespace {

using floats = simd::pack<float>;
using ids_pack = simd::pack<std::int32_t>;
constexpr std::size_t lanes = simd::lanes;
/// Sums of so many elements are in float, their sum in double: little is lost.
constexpr std::size_t chunk = 1024;

/// Calls f(pack of elements, which of them count, position) over all of `x`.
template <class F>
QX_INLINE void for_packs(std::span<const float> x, F f) {
  std::size_t j = 0;
  for (; j + lanes <= x.size(); j += lanes)
    f(floats::load(x.data() + j), j);
  // What fills the last pack is below everything, so that nobody keeps it.
  if (const std::size_t rest = x.size() - j; rest != 0) {
    const auto valid = simd::mask<float>::first(rest);
    f(select(valid, simd::load(x.data() + j, rest),
             floats(std::numeric_limits<float>::quiet_NaN())),
      j);
  }
}

/// Elements of a row behind position `at`, of which there may be fewer than a pack.
template <class T>
QX_INLINE simd::pack<T> load_at(const T* row, std::size_t at, std::size_t size) {
  return at + lanes <= size ? simd::pack<T>::load(row + at)
                            : simd::load(row + at, size - at);
}

}  // namespace

std::size_t keep(std::span<const float> x, float least, float* out) {
  std::size_t n = 0;
  for_packs(x, [&](floats value, std::size_t) QX_INLINE_LAMBDA {
    n += simd::compress(value >= floats(least), value, out + n);
  });
  return n;
}

std::size_t keep_ids(std::span<const float> x, const token_id* ids, token_id first, float least,
                     float* out, token_id* out_ids) {
  std::size_t n = 0;
  for_packs(x, [&](floats value, std::size_t at) QX_INLINE_LAMBDA {
    const ids_pack id = ids != nullptr
                            ? load_at(ids, at, x.size())
                            : ids_pack::iota() + ids_pack(first + static_cast<token_id>(at));
    const auto kept = value >= floats(least);
    simd::compress(kept, id, out_ids + n);
    n += simd::compress(kept, value, out + n);
  });
  return n;
}

mass mass_from(std::span<const float> x, const float* weights, float least) {
  mass all{0.0, 0};
  for (std::size_t begin = 0; begin < x.size(); begin += chunk) {
    const std::size_t n = x.size() - begin < chunk ? x.size() - begin : chunk;
    floats weight(0.0f), count(0.0f);
    for_packs({x.data() + begin, n}, [&](floats value, std::size_t at) QX_INLINE_LAMBDA {
      const auto counts = value >= floats(least);
      weight = weight + select(counts, load_at(weights + begin, at, n), floats(0.0f));
      count = count + select(counts, floats(1.0f), floats(0.0f));
    });
    all.weight += static_cast<double>(simd::fold_sum(weight));
    all.count += static_cast<std::size_t>(simd::fold_sum(count));
  }
  return all;
}

moments moments_of(std::span<const float> x, float origin) {
  moments all{0.0, 0.0, 0};
  for (std::size_t begin = 0; begin < x.size(); begin += chunk) {
    const std::size_t n = x.size() - begin < chunk ? x.size() - begin : chunk;
    floats sum(0.0f), squares(0.0f), count(0.0f);
    for_packs({x.data() + begin, n}, [&](floats value, std::size_t) QX_INLINE_LAMBDA {
      const auto finite = value > floats(-std::numeric_limits<float>::infinity());
      const floats d = select(finite, value - floats(origin), floats(0.0f));
      sum = sum + d;
      squares = squares + d * d;
      count = count + select(finite, floats(1.0f), floats(0.0f));
    });
    all.sum += static_cast<double>(simd::fold_sum(sum));
    all.squares += static_cast<double>(simd::fold_sum(squares));
    all.count += static_cast<std::size_t>(simd::fold_sum(count));
  }
  return all;
}

std::size_t split(std::span<float> x, float* weights, float at, bool upper) {
  std::size_t n = 0;
  for_packs(x, [&](floats value, std::size_t j) QX_INLINE_LAMBDA {
    const auto above = value >= floats(at), below = value < floats(at);
    const auto kept = simd::mask<float>::generate(
        [&](std::size_t i) { return upper ? above.part[i] : below.part[i]; });
    const floats weight = load_at(weights, j, x.size());
    simd::compress(kept, weight, weights + n);
    n += simd::compress(kept, value, x.data() + n);
  });
  return n;
}

}  // namespace qx::sampling::inline QX_ARCH
