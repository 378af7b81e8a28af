// SPDX-License-Identifier: MIT
/// \file
/// The one object that an arch shows to the outside.
#include "arch.hpp"

namespace qx::kernel::inline QX_ARCH {

namespace {

template <dtype Type>
constexpr matmul_ops ops_of{input_of(Type), &matmul_of<Type>::panel_bytes, &matmul_of<Type>::pack,
                            &matmul_of<Type>::tile, &matmul_of<Type>::decode};

#define QX_TEXT_OF(word) #word
#define QX_TEXT(word) QX_TEXT_OF(word)
constexpr std::string_view arch_name = QX_TEXT(QX_ARCH);
#undef QX_TEXT
#undef QX_TEXT_OF

}  // namespace

constinit const table arch_table{
    .name = arch_name,
    .activations = {{{&f32_bytes, &write_f32}, {&q8_bytes, &write_q8}}},
    .matmul = {{ops_of<dtype::f32>, ops_of<dtype::f16>, ops_of<dtype::bf16>, ops_of<dtype::q4_0>,
                ops_of<dtype::q4_1>, ops_of<dtype::q5_0>, ops_of<dtype::q5_1>, ops_of<dtype::q8_0>,
                ops_of<dtype::q2_k>, ops_of<dtype::q3_k>, ops_of<dtype::q4_k>, ops_of<dtype::q5_k>,
                ops_of<dtype::q6_k>, ops_of<dtype::iq4_nl>}},
    .attention_scratch = &attention_scratch,
    .attention = &attention,
};

}  // namespace qx::kernel::inline QX_ARCH
