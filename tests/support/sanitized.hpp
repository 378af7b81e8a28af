// SPDX-License-Identifier: MIT
/// \file
/// Whether a sanitizer watches: kernels then take a hundred times as long, and a test that repeats
/// something for statistics repeats it less often.
#pragma once

namespace qx::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace qx::test
