// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
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

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>

namespace qx::quant {
namespace {

/// Elements beyond this are refused: 65504 is the largest number of binary16, which blocks keep
/// their scales in.
float largest_of(dtype type) {
  switch (type) {
  case dtype::f32:
    return std::numeric_limits<float>::max();
  case dtype::bf16:
  case dtype::mxfp4:
    return 0x1.FEp127f;
  default:
    return 65504.0f;
  }
}

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

std::optional<std::size_t> first_unfit(dtype type, std::span<const float> numbers) {
  const float most = largest_of(type);
  float worst = 0.0f;  // a loop without exits runs four times as fast, and NaN is rare
  bool nan = false;
  for (const float x : numbers) {
    const float size = std::abs(x);
    worst = size > worst ? size : worst;
    nan |= x != x;
  }
  if (!nan && worst <= most) return std::nullopt;
  const auto at = std::ranges::find_if(numbers, [&](float x) { return !(std::abs(x) <= most); });
  return static_cast<std::size_t>(at - numbers.begin());
}

std::string complaint_of_unfit(dtype type, float number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "infinity" : "-infinity";
  return message(number, ", beyond what ", name(type), " can hold");
}

}  // namespace qx::quant
