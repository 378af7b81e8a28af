// SPDX-License-Identifier: MIT
// Attention as a part of a larger expression.
// expect: qx: attention is evaluated by itself
// within: 24
#include <qx/qx.hpp>

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"head"> head;
inline constexpr qx::axis<"kv_head"> kv_head;
inline constexpr qx::axis<"slot"> slot;
inline constexpr qx::axis<"dim"> dim;

void attend(qx::tensor<float, token, head, dim>& a, qx::tensor<float, token, head, dim>& q,
            qx::tensor_ref<slot, kv_head, dim> k, std::span<const qx::attention_span> spans) {
#ifdef QX_REJECT
  qx::eval(a <<= attention(q, k, k, spans, 0.5f) * 2);
#else
  qx::eval(a <<= attention(q, k, k, spans, 0.5f));
#endif
}
