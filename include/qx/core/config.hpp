// SPDX-License-Identifier: MIT
/// \file
/// The only macros of the library: forced inlining and the name of the instruction set that a
/// translation unit is compiled for.
#pragma once

/// Functions that cross from one arch to another (core, quant) are always inlined, so that no
/// copy compiled with wider instructions can be picked by the linker for a narrower machine.
/// QX_INLINE_LAMBDA is the same for a lambda: `[&](…) QX_INLINE_LAMBDA { … }`. A file compiled
/// without optimisation and for the oldest machine may define QX_NO_FORCED_INLINE: it compiles in
/// half the time, and a debugger can step into what would be inlined.
#if defined(QX_NO_FORCED_INLINE)
#define QX_INLINE inline
#define QX_INLINE_LAMBDA
#else
#define QX_INLINE [[gnu::always_inline]] inline
#define QX_INLINE_LAMBDA __attribute__((always_inline))
#endif

/// QX_ARCH names the inline namespace of everything compiled with special flags. The build sets
/// it for `*.arch.cpp`; a user's own file is named after its compiler flags.
#if !defined(QX_ARCH)
#if defined(__AVX512VNNI__) && defined(__AVX512BF16__) && defined(__AVX512BW__)
#define QX_ARCH user_avx512_vnni
#elif defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define QX_ARCH user_avx512
#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#define QX_ARCH user_avx2
#elif defined(__SSE4_2__)
#define QX_ARCH user_sse42
#else
#define QX_ARCH user_base
#endif
#endif
