// SPDX-License-Identifier: MIT
/// \file
/// Integer dot products of sixteen rows: each step multiplies four weights of every row with the
/// same four int8 activations and adds up in the row's own lane.
///
/// Which instruction serves decides how weights are stored at rest: NEON's `sdot` multiplies signed
/// bytes; `vpdpbusd` multiplies unsigned with signed bytes, so weights carry an offset whose share
/// (offset · Σx) is the accumulator's start value; without it `pmaddubsw` adds pairs in 16 bits and
/// saturates, so narrow weights are widened before that happens and wide ones keep their sign and
/// lend it to the activations.
#pragma once

#include <qx/simd/lanes.hpp>
#include <qx/simd/native_dot.hpp>

#include <cstddef>
#include <cstdint>

namespace qx::simd::inline QX_ARCH {

/// Four bytes of each of sixteen rows.
struct quads {
  vi part[parts];
};

QX_INLINE quads load_quads(const void* p) {
  const char* bytes = static_cast<const char*>(p);
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    r.part[i] = i_load(bytes + i * width * 4);
  return r;
}
/// Operations on every byte of quads.
template <class F>
QX_INLINE quads each_quad(F f) {
  quads r;
#pragma GCC unroll 4
  for (int i = 0; i < parts; ++i)
    r.part[i] = f(i);
  return r;
}
QX_INLINE quads low_nibbles(const quads& a) {
  return each_quad([&](int i) QX_INLINE_LAMBDA { return i_and(a.part[i], i_all(0x0f0f0f0f)); });
}
QX_INLINE quads high_nibbles(const quads& a) {
  return each_quad(
      [&](int i) QX_INLINE_LAMBDA { return i_and(i_right<4>(a.part[i]), i_all(0x0f0f0f0f)); });
}
/// Bit `from` of every byte of `a`, as bit `to`, beside the bits of `b`.
QX_INLINE quads with_bit(const quads& b, const quads& a, int from, int to) {
  return each_quad([&](int i) QX_INLINE_LAMBDA {
    const vi moved = from < to ? i_left_by(a.part[i], to - from) : i_right_by(a.part[i], from - to);
    return i_or(b.part[i], i_and(moved, i_all((1 << to) * 0x01010101)));
  });
}
/// Bytes of `table` (sixteen) at the places that the bytes of `a` (below sixteen) name.
QX_INLINE quads look_up(const quads& table, const quads& a) {
  return each_quad([&](int i) QX_INLINE_LAMBDA { return i_look_up(table.part[0], a.part[i]); });
}
/// Sixteen bytes, as often as a register holds them.
QX_INLINE quads repeated_bytes(const void* sixteen) {
  const vi all = i_repeat(sixteen);
  return each_quad([&](int) QX_INLINE_LAMBDA { return all; });
}

/// The same four activations for every row.
QX_INLINE vi four_of_all(std::int32_t x) { return i_all(x); }

/// What weights stored with `Offset` added (a power of two, or 0 for none) add to a sum, to be
/// taken out of it: −Offset · Σx, from −Σx.
template <int Offset>
QX_INLINE vi correction(std::int32_t minus_sum) {
  if constexpr (Offset == 0) return i_all(0);
  return i_left<__builtin_ctz(Offset == 0 ? 1 : Offset)>(i_all(minus_sum));
}

#if defined(__AVX512VNNI__)
inline constexpr bool has_byte_dot = true;  ///< four products and their sum in one instruction
#else
inline constexpr bool has_byte_dot = false;
#endif

// A dot product names its `weights`, the `sum` it keeps, and the offset that signed weights are
// stored with. A sum begins with start(), takes the eight steps of a block and ends in total();
// both get the correction, and one of them adds it.
#if defined(__AVX512VNNI__) || !defined(QX_NATIVE_X86)

/// Weights of 0 … `Most`.
template <int Most>
struct dot_unsigned {
  using weights = quads;
  using sum = i32x16;
  QX_INLINE static weights prepare(const quads& w) { return w; }
  QX_INLINE static sum start(vi correction) {
    return each_integer([&](int) QX_INLINE_LAMBDA { return correction; });
  }
  QX_INLINE static sum add(const sum& s, const weights& w, vi x, int) {
    return each_integer([&](int i) QX_INLINE_LAMBDA { return i_dot(s.part[i], w.part[i], x); });
  }
  QX_INLINE static i32x16 total(const sum& s, vi) { return s; }
};

/// Weights of −127 … 127, and −128 where they are stored as they are in a file.
#if defined(__AVX512VNNI__)
struct dot_signed : dot_unsigned<255> {
  static constexpr int offset = 128;
};
#else
struct dot_signed : dot_unsigned<127> {
  static constexpr int offset = 0;
};
#endif

#else

/// The sums of pairs stay in 16 bits for `run` steps, then they are widened.
template <int Most>
struct dot_unsigned {
  static constexpr int run = 32767 / (2 * Most * 127) < 8 ? 4 : 8;
  static_assert(2 * Most * 127 * run <= 32767);
  using weights = quads;
  struct sum {
    i32x16 narrow;
    i32x16 wide;  ///< read only where `run` is less than a block
  };
  QX_INLINE static weights prepare(const quads& w) { return w; }
  QX_INLINE static sum start(vi) {
    const i32x16 zero = each_integer([](int) QX_INLINE_LAMBDA { return i_all(0); });
    return {zero, zero};
  }
  QX_INLINE static sum add(const sum& s, const weights& w, vi x, int step) {
    const i32x16 narrow = each_integer([&](int i) QX_INLINE_LAMBDA {
      const vi pairs = i_pairs(w.part[i], x);
      return i_pinned(step % run == 0 ? pairs : i_add16(s.narrow.part[i], pairs));
    });
    if (step % run != run - 1) return {narrow, s.wide};
    return {narrow, each_integer([&](int i) QX_INLINE_LAMBDA {
              const vi wide = i_pairs_of_pairs(narrow.part[i]);
              return step < run ? wide : i_add(s.wide.part[i], wide);
            })};
  }
  QX_INLINE static i32x16 total(const sum& s, vi correction) {
    return each_integer([&](int i) QX_INLINE_LAMBDA { return i_add(s.wide.part[i], correction); });
  }
};

/// Weights of −128 … 127. One pair stays in 16 bits when the activations take the weights' sign:
/// 2 · 128 · 127 = 32512.
struct dot_signed {
  static constexpr int offset = 0;
  struct weights {
    quads value;
    quads magnitude;
  };
  using sum = i32x16;
  QX_INLINE static weights prepare(const quads& w) {
    return {w, each_quad([&](int i) QX_INLINE_LAMBDA { return i_magnitude(w.part[i]); })};
  }
  QX_INLINE static sum start(vi) {
    return each_integer([](int) QX_INLINE_LAMBDA { return i_all(0); });
  }
  QX_INLINE static sum add(const sum& s, const weights& w, vi x, int) {
    return each_integer([&](int i) QX_INLINE_LAMBDA {
      const vi turned = i_with_sign(x, w.value.part[i]);
      return i_pinned(i_add(s.part[i], i_pairs_of_pairs(i_pairs(w.magnitude.part[i], turned))));
    });
  }
  QX_INLINE static i32x16 total(const sum& s, vi) { return s; }
};

#endif

}  // namespace qx::simd::inline QX_ARCH
