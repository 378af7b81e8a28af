// SPDX-License-Identifier: MIT
#include <qx/quant/finite.hpp>
#include <qx/quant/iq4_nl.hpp>
#include <qx/quant/mxfp4.hpp>
#include <qx/quant/q2_k.hpp>
#include <qx/quant/q3_k.hpp>
#include <qx/quant/q4_0.hpp>
#include <qx/quant/q4_1.hpp>
#include <qx/quant/q4_k.hpp>
#include <qx/quant/q5_0.hpp>
#include <qx/quant/q5_1.hpp>
#include <qx/quant/q5_k.hpp>
#include <qx/quant/q6_k.hpp>
#include <qx/quant/q8_0.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace qx::quant {
namespace {

/// Infinities and NaN are the numbers whose exponent is all ones.
template <std::unsigned_integral Bits>
bool exponents_below(std::span<const std::byte> bytes, std::size_t first, std::size_t step,
                     Bits exponent) {
  bool out = true;
  for (std::size_t at = first; at + sizeof(Bits) <= bytes.size(); at += step) {
    Bits bits;
    std::memcpy(&bits, bytes.data() + at, sizeof(Bits));
    out &= (bits & exponent) != exponent;
  }
  return out;
}

constexpr std::uint16_t half_exponent = 0x7c00, bfloat_exponent = 0x7f80;
constexpr std::uint32_t float_exponent = 0x7f800000;

template <class B>
bool halves_finite(std::span<const std::byte> blocks, std::size_t offset) {
  return exponents_below(blocks, offset, sizeof(B), half_exponent);
}

template <class B>
bool scales_finite(std::span<const std::byte> blocks) {
  bool out = halves_finite<B>(blocks, offsetof(B, scale));
  if constexpr (requires(B b) { b.base; }) out &= halves_finite<B>(blocks, offsetof(B, base));
  if constexpr (requires(B b) { b.lowest; }) out &= halves_finite<B>(blocks, offsetof(B, lowest));
  return out;
}

template <class Bits, Bits Exponent>
bool elements_finite(std::span<const std::byte> elements) {
  return exponents_below(elements, 0, sizeof(Bits), Exponent);
}

/// The scale is a power of two whose exponent 255 stands for NaN.
bool powers_finite(std::span<const std::byte> blocks) {
  constexpr std::uint8_t nan = 255;
  return exponents_below(blocks, offsetof(mxfp4, exponent), sizeof(mxfp4), nan);
}

// In the order of dtype.
constexpr std::array<bool (*)(std::span<const std::byte>), weight_type_count> checks{
    elements_finite<std::uint32_t, float_exponent>,
    elements_finite<std::uint16_t, half_exponent>,
    elements_finite<std::uint16_t, bfloat_exponent>,
    scales_finite<q4_0>,
    scales_finite<q4_1>,
    scales_finite<q5_0>,
    scales_finite<q5_1>,
    scales_finite<q8_0>,
    scales_finite<q2_k>,
    scales_finite<q3_k>,
    scales_finite<q4_k>,
    scales_finite<q5_k>,
    scales_finite<q6_k>,
    scales_finite<iq4_nl>,
    powers_finite};

}  // namespace

bool all_finite(dtype type, std::span<const std::byte> blocks) {
  return checks[static_cast<std::size_t>(type)](blocks);
}

}  // namespace qx::quant
