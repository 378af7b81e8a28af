// SPDX-License-Identifier: MIT
/// \file
/// A weight format of a user's own, from a struct with the bytes of a block:
///
///     inline constexpr qx::block_format q4_sq_format = qx::own_format<q4_sq>("q4_sq");
///
/// `decode(block, span<float, N>)` and, for quantising, `encode(span<const float, N>, block)` are
/// found beside the struct. Then every matmul and gather reads it. A second argument names the
/// kernel that multiplies; without one blocks are decoded and multiplied as floats.
#pragma once

#include <qx/core/block_format.hpp>
#include <qx/kernel/format/decoded.hpp>
#include <qx/kernel/table.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace qx::inline QX_ARCH {

/// The bytes of a block, `elements` of it, and how they become floats.
template <class B>
concept OwnBlock = std::is_trivially_copyable_v<B> && (B::elements > 0) &&
                   requires(const B& block, std::span<float, B::elements> out) {
                     { decode(block, out) } -> std::same_as<void>;
                   };
template <class B>
concept EncodableOwnBlock = OwnBlock<B> && requires(B& block, std::span<const float, B::elements> in) {
  { encode(in, block) } -> std::same_as<void>;
};

namespace impl {
template <class B>
void encode_own_row(const float* in, std::size_t n, std::byte* row) {
  for (std::size_t i = 0; i < n / B::elements; ++i) {
    B block;
    encode(std::span<const float, B::elements>(in + i * B::elements, B::elements), block);
    std::memcpy(row + i * sizeof(B), &block, sizeof(B));
  }
}
template <class Kernel>
inline constexpr kernel::matmul_ops own_ops{Kernel::input, &Kernel::panel_bytes, &Kernel::pack,
                                            &Kernel::tile, &Kernel::decode};
}  // namespace impl

template <class B, class Kernel = kernel::decoded_matmul<B>>
[[nodiscard]] constexpr block_format own_format(std::string_view name) {
  static_assert(OwnBlock<B>, "qx: a block format is a struct of plain bytes with a static constexpr "
                             "std::size_t elements, and beside it decode(block, span<float, elements>)");
  block_format format{name, B::elements, sizeof(B), nullptr, &impl::own_ops<Kernel>};
  if constexpr (EncodableOwnBlock<B>) format.encode = &impl::encode_own_row<B>;
  return format;
}

}  // namespace qx::inline QX_ARCH
