// SPDX-License-Identifier: MIT
// Compiled, not run: axes, extents, views and the 16-bit formats, as constants.
#include <qx/core/dtype_name.hpp>
#include <qx/core/graph_types.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>

#include <limits>
#include <type_traits>

namespace {

inline constexpr qx::axis<"a"> a;
inline constexpr qx::axis<"b"> b;
inline constexpr qx::axis<"c"> c;
template <class X, class Y>
inline constexpr bool is = std::is_same_v<X, Y>;

// An axis is its name; the extent is beside it.
static_assert(qx::same_axis<a, qx::fixed<a, 3>> && !qx::same_axis<a, b>);
static_assert(qx::fixed<a, 3>.extent == 3 && qx::fixed<a, 3>.is_static && !a.is_static);
static_assert(is<decltype(a(4)), qx::sized<qx::axis<"a">>> && qx::fixed<a, 3>(4).extent == 4);

// Lists: look-up, difference, union; the order of the operand that has all axes holds.
using ab = qx::axes<a, b>;
static_assert(ab::index_of<b> == 1 && ab::index_of<c> == qx::npos && ab::has<qx::fixed<a, 9>>);
static_assert(is<qx::axes_without<qx::axes<a, b, c>, qx::axes<b>>, qx::axes<a, c>>);
static_assert(is<qx::axes_union<ab, qx::axes<b>>, ab> && is<qx::axes_union<qx::axes<b>, ab>, ab>);
static_assert(is<qx::axes_union<ab, qx::axes<b, a>>, ab>);
static_assert(is<qx::axes_union<qx::axes<a>, qx::axes<c, b>>, qx::axes<a, c, b>>);
static_assert(is<qx::axes_union<ab, qx::axes<>>, ab> && is<qx::axes_union<qx::axes<>, ab>, ab>);
static_assert(is<qx::axes_union<ab, qx::axes<qx::fixed<b, 4>>>, qx::axes<a, qx::fixed<b, 4>>>);
static_assert(is<qx::axes_union<qx::axes<qx::fixed<b, 4>>, ab>, qx::axes<a, qx::fixed<b, 4>>>);
static_assert(is<qx::axes_relaxed<qx::axes<qx::fixed<a, 2>, qx::fixed<b, 4>>, 1>,
                 qx::axes<qx::fixed<a, 2>, b>>);
static_assert(qx::same_axes_set<ab, qx::axes<b, a>> && !qx::includes_axes<ab, qx::axes<c>>);
static_assert(ab::unique_names && !qx::axes<a, b, qx::fixed<a, 2>>::unique_names);

// Extents: static ones are constants, dynamic ones are stored.
using mixed = qx::extents<qx::axes<a, qx::fixed<b, 4>>>;
static_assert(mixed::dynamic_rank == 1 && !mixed::all_static &&
              qx::extents<qx::axes<>>::all_static);
static_assert(qx::make_extents<qx::axes<a, qx::fixed<b, 4>>>(a(3)).count() == 12);
static_assert(mixed({3, 4}).of<b>() == 4 && mixed({3, 4}).of<a>() == 3);
static_assert(qx::extents<qx::axes<>>().count() == 1);

// Views: strides follow slices, indices and transposition.
constexpr float numbers[24]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
constexpr qx::tensor_view<const float, a, b> view(numbers, qx::extents<ab>({4, 6}));
static_assert(view.contiguous() && view[1, 2] == 8);
static_assert(view.slice(b, 1, 2, 3)[0, 1] == 4 && view.slice(b, 1, 2, 3).steps()[1] == 3);
static_assert(view.at(a, 1)[3] == 9 && is<decltype(view.at(a, 1))::axes_type, qx::axes<b>>);
static_assert(view.transposed(qx::axes<b, a>{})[2, 1] == 8 &&
              !view.transposed(qx::axes<b, a>{}).contiguous());
static_assert(view.slice(a, 4, 0).size() == 0);

// A temporary tensor gives no view, a constant one none that can be written through.
using tensor = qx::tensor<float, a, b>;
static_assert(std::is_convertible_v<tensor&, tensor::view_type>);
static_assert(std::is_convertible_v<const tensor&, tensor::const_view_type>);
static_assert(!std::is_convertible_v<tensor, tensor::view_type> &&
              !std::is_convertible_v<tensor, tensor::const_view_type>);
static_assert(!std::is_convertible_v<const tensor&, tensor::view_type>);
static_assert(!std::is_convertible_v<tensor::const_view_type, tensor::view_type>);
static_assert(std::is_nothrow_move_constructible_v<tensor> &&
              !std::is_trivially_copyable_v<tensor>);
static_assert(std::is_trivially_copyable_v<tensor::view_type> &&
              std::is_trivially_copyable_v<qx::tensor_ref<a, b>>);
static_assert(std::is_trivially_copyable_v<qx::weight<a, b>> &&
              std::is_aggregate_v<qx::attention_span>);

// Types of elements.
static_assert(qx::info(qx::dtype::q6_k).block_bytes == 210 &&
              qx::bytes_of(qx::dtype::q4_0, 64) == 36);
static_assert(qx::dtype_from_name("Q4_K") == qx::dtype::q4_k && !qx::dtype_from_name("q4_9") &&
              !qx::dtype_from_name(""));
static_assert([] {
  for (std::size_t i = 0; i < qx::dtype_count; ++i)
    if (qx::dtype_from_name(qx::dtype_table[i].name) != static_cast<qx::dtype>(i)) return false;
  return true;
}());
static_assert(qx::dtype_of<float> == qx::dtype::f32 && qx::dtype_of<qx::bf16> == qx::dtype::bf16);
static_assert(!qx::is_weight(qx::dtype::i8) && qx::is_weight(qx::dtype::iq4_nl) &&
              !qx::is_quantized(qx::dtype::bf16));

// binary16: exact ends, ties to even, subnormals, infinities; NaN stays NaN.
constexpr auto half = [](float x) { return qx::f16::from(x).bits; };
constexpr float infinity = std::numeric_limits<float>::infinity();
static_assert(half(1.0f) == 0x3c00 && half(-2.0f) == 0xc000 && half(0.0f) == 0 &&
              half(-0.0f) == 0x8000);
static_assert(half(65504.0f) == 0x7bff && half(65519.0f) == 0x7bff && half(65520.0f) == 0x7c00 &&
              half(infinity) == 0x7c00);
static_assert(half(1.0f + 0x1p-11f) == 0x3c00 && half(1.0f + 0x3p-11f) == 0x3c02 &&
              half(1.0f + 0x1.002p-11f) == 0x3c01);
static_assert(half(0x1p-24f) == 1 && half(0x1p-25f) == 0 && half(0x1.8p-24f) == 2 &&
              half(0x1.002p-25f) == 1);
static_assert(half(0x1p-14f) == 0x400 && half(0x1.ff8p-15f) == 0x3ff &&
              half(0x1.ffep-15f) == 0x400);
static_assert([] {  // every half that is a number comes back as itself
  for (std::uint32_t i = 0; i < 0x10000; i += 7)
    if (const qx::f16 h{static_cast<std::uint16_t>(i)};
        (i & 0x7fff) <= 0x7c00 && qx::f16::from(static_cast<float>(h)) != h)
      return false;
  return true;
}());
constexpr float quiet = std::numeric_limits<float>::quiet_NaN();
static_assert(static_cast<float>(qx::f16::from(quiet)) != static_cast<float>(qx::f16::from(quiet)));
static_assert(static_cast<float>(qx::f16{0x7c01}) != static_cast<float>(qx::f16{0x7c01}));

// bfloat16: the upper half, ties to even.
constexpr auto brain = [](float x) { return qx::bf16::from(x).bits; };
static_assert(brain(1.0f) == 0x3f80 && brain(infinity) == 0x7f80 &&
              brain(std::numeric_limits<float>::max()) == 0x7f80);
static_assert(brain(1.0f + 0x1p-8f) == 0x3f80 && brain(1.0f + 0x3p-8f) == 0x3f82 &&
              brain(0x1p-149f) == 0);
static_assert(static_cast<float>(qx::bf16::from(quiet)) !=
              static_cast<float>(qx::bf16::from(quiet)));

}  // namespace
