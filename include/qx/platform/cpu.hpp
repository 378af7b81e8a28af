// SPDX-License-Identifier: MIT
/// \file
/// What the machine can do and how much of it this process may use: instruction sets, threads,
/// memory.
#pragma once

#include <cstddef>

namespace qx::platform {

/// Instruction sets that both the processor has and the operating system saves the registers of:
/// of x86, and at the end of Arm; those of other machines are false.
struct cpu_features {
  bool sse42 = false;
  bool avx = false;
  bool avx2 = false;
  bool fma = false;
  bool f16c = false;
  bool avx512f = false;
  bool avx512bw = false;
  bool avx512dq = false;
  bool avx512vl = false;
  bool avx512cd = false;
  bool avx512_vnni = false;
  bool avx512_bf16 = false;
  bool avx_vnni = false;
  bool neon_dotprod = false;

  friend constexpr bool operator==(const cpu_features&, const cpu_features&) = default;
};

/// Asked once; the answer does not change while the process runs.
[[nodiscard]] const cpu_features& features();

/// Threads that this process can really run at once, at least 1: the processors it is allowed to
/// use, and no more than a container's quota of processor time pays for.
[[nodiscard]] std::size_t hardware_threads();

/// Memory of this process in bytes; 0 where the system does not tell.
struct memory_use {
  std::size_t resident = 0;  ///< physical memory now, mapped files that were read included
  std::size_t peak = 0;      ///< the most it ever was
};
[[nodiscard]] memory_use process_memory();

/// Bytes of a page of memory.
[[nodiscard]] std::size_t page_bytes();

}  // namespace qx::platform
