// SPDX-License-Identifier: MIT
/// \file
/// The one object that an arch shows to the outside.
#include "arch.hpp"

#include <utility>

namespace qx::kernel::inline QX_ARCH {

namespace {

template <dtype Type>
constexpr matmul_ops ops_of{input_of(Type), &matmul_of<Type>::panel_bytes, &matmul_of<Type>::pack,
                            &matmul_of<Type>::tile, &matmul_of<Type>::decode};

template <std::size_t... Type>
constexpr std::array<matmul_ops, sizeof...(Type)> all_types(std::index_sequence<Type...>) {
  return {{ops_of<static_cast<dtype>(Type)>...}};
}

#define QX_TEXT_OF(word) #word
#define QX_TEXT(word) QX_TEXT_OF(word)
constexpr std::string_view arch_name = QX_TEXT(QX_ARCH);
#undef QX_TEXT
#undef QX_TEXT_OF

}  // namespace

constinit const table arch_table{
    .name = arch_name,
    .activations = {{{&f32_bytes, &write_f32},
                     {&q8_bytes, &write_q8},
                     {&q8_k_bytes, &write_q8_k},
                     {&bf16_bytes, &write_bf16}}},
    .matmul = all_types(std::make_index_sequence<weight_type_count>{}),
    .products = {{{&product_tile<double>},
                  {&product_tile<std::complex<float>>},
                  {&product_tile<std::complex<double>>}}},
    .attention_scratch = &attention_scratch,
    .attention = &attention,
    .attention_state = &attention_state,
    .attention_gather = &attention_gather,
    .attention_join = &attention_join,
};

}  // namespace qx::kernel::inline QX_ARCH
