// SPDX-License-Identifier: MIT
/// \file
/// A graph that is compiled once for each instruction set: a function template over a tag, of which
/// each object of an arch holds one specialization, `template <> void run<arch_tag>(…)`. The one
/// that goes with a table of kernels is called by `with_arch_of`.
#pragma once

#include <qx/core/config.hpp>
#include <qx/kernel/table.hpp>

#include <utility>

namespace qx {

#if defined(QX_FOR_EACH_ARCH)

// The build says which archs there are: X(baseline) X(avx2) …
#define QX_DECLARE_TAG(arch)                                                                       \
  namespace arch {                                                                                 \
  struct arch_tag;                                                                                 \
  }
QX_FOR_EACH_ARCH(QX_DECLARE_TAG)
#undef QX_DECLARE_TAG

/// Calls `f.template operator()<Tag>()` with the tag of the table's arch: graph and kernels use the
/// same instructions. For a table of a user's own, with the first one, which runs everywhere and
/// gives the same results.
template <class F>
void with_arch_of(const kernel::table& kernels, F&& f) {
  bool done = false;
#define QX_CALL_TAG(arch)                                                                          \
  if (!done && kernels.name == #arch) done = (f.template operator()<arch::arch_tag>(), true);
  QX_FOR_EACH_ARCH(QX_CALL_TAG)
#undef QX_CALL_TAG
#define QX_CALL_FIRST(arch)                                                                        \
  if (!done) done = (f.template operator()<arch::arch_tag>(), true);
  QX_FOR_EACH_ARCH(QX_CALL_FIRST)
#undef QX_CALL_FIRST
}

#else

/// Of the instruction set that this file is compiled for.
inline namespace QX_ARCH {
struct arch_tag;
}

#endif

}  // namespace qx
