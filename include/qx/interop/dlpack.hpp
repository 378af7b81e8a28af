// SPDX-License-Identifier: MIT
/// \file
/// DLPack (dmlc/dlpack, version 0.6 and newer) both ways: tensors are handed to and taken from
/// other frameworks without a copy. Empty where the system has no <dlpack/dlpack.h>.
#pragma once

#if __has_include(<dlpack/dlpack.h>)

#include <qx/core/dtype.hpp>
#include <qx/core/error.hpp>
#include <qx/core/message.hpp>
#include <qx/core/tensor.hpp>

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <dlpack/dlpack.h>
#include <type_traits>
#include <utility>

namespace qx {

namespace detail {
template <class T>
[[nodiscard]] constexpr DLDataType dlpack_type() {
  constexpr auto bits = static_cast<std::uint8_t>(8 * sizeof(T));
  if constexpr (std::is_same_v<T, bf16>)
    return {kDLBfloat, bits, 1};
  else if constexpr (std::is_same_v<T, f16> || std::is_floating_point_v<T>)
    return {kDLFloat, bits, 1};
  else if constexpr (std::is_signed_v<T>)
    return {kDLInt, bits, 1};
  else if constexpr (std::is_unsigned_v<T>)
    return {kDLUInt, bits, 1};
  else
    return {kDLComplex, bits, 1};
}

/// A tensor on its way out, with the arrays that DLPack points to.
template <class Tensor>
struct dlpack_holder {
  Tensor tensor;
  DLManagedTensor managed{};
  std::array<std::int64_t, Tensor::axes_type::rank> sizes{};
};
}  // namespace detail

/// Hands the tensor over. Whoever receives it calls `->deleter(it)` once.
template <class T, class Axes>
[[nodiscard]] DLManagedTensor* to_dlpack(basic_tensor<T, Axes>&& tensor) {
  using holder = detail::dlpack_holder<basic_tensor<T, Axes>>;
  auto* const h = new holder{std::move(tensor), {}, {}};
  for (std::size_t i = 0; i < Axes::rank; ++i)
    h->sizes[i] = static_cast<std::int64_t>(h->tensor.shape()[i]);
  h->managed.dl_tensor = {h->tensor.data(),
                          {kDLCPU, 0},
                          static_cast<int>(Axes::rank),
                          detail::dlpack_type<T>(),
                          h->sizes.data(),
                          nullptr,
                          0};
  h->managed.manager_ctx = h;
  h->managed.deleter = [](DLManagedTensor* self) {
    delete static_cast<holder*>(self->manager_ctx);
  };
  return &h->managed;
}

/// `view_dlpack<const float, axes<token, model>>(t)`: a view that lives as long as `t`. Errors:
/// `unsupported` for a tensor on another device or of another element type, `shape` for another
/// rank or extent.
template <class T, class Axes>
[[nodiscard]] result<basic_view<T, Axes>> view_dlpack(const DLTensor& t) {
  constexpr DLDataType want = detail::dlpack_type<std::remove_const_t<T>>();
  if (t.device.device_type != kDLCPU && t.device.device_type != kDLCUDAHost)
    return fail(errc::unsupported, "DLPack: the tensor is not in the memory of the CPU");
  if (t.dtype.code != want.code || t.dtype.bits != want.bits || t.dtype.lanes != 1)
    return fail(errc::unsupported,
                message("DLPack: element type code ", int{t.dtype.code}, " of ", int{t.dtype.bits},
                        " bits; wanted code ", int{want.code}, " of ", int{want.bits}));
  if (t.ndim != static_cast<int>(Axes::rank))
    return fail(errc::shape, message("DLPack: ", t.ndim, " axes; wanted ", Axes::rank));
  std::array<std::size_t, Axes::rank> sizes{};
  for (std::size_t i = 0; i < Axes::rank; ++i) {
    if (t.shape[i] < 0 || (Axes::static_extents[i] != dynamic &&
                           static_cast<std::size_t>(t.shape[i]) != Axes::static_extents[i]))
      return fail(errc::shape, message("DLPack: axis '", Axes::names[i], "': extent ", t.shape[i]));
    sizes[i] = static_cast<std::size_t>(t.shape[i]);
  }
  strides<Axes::rank> steps = row_major<Axes::rank>(sizes);
  if (t.strides != nullptr)
    for (std::size_t i = 0; i < Axes::rank; ++i)
      steps[i] = static_cast<std::ptrdiff_t>(t.strides[i]);
  auto* const first = reinterpret_cast<T*>(static_cast<std::byte*>(t.data) + t.byte_offset);
  return basic_view<T, Axes>(first, extents<Axes>(sizes), steps);
}

}  // namespace qx

#endif
