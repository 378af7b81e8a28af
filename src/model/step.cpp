// SPDX-License-Identifier: MIT
#include <qx/model/step.hpp>

namespace qx {

using namespace qx::axis_names;

decoder_step::decoder_step(const graph_step& given, step_memory& m, const model_shape& c)
    : graph_step(given), x(m.take<float, token, model>(count(), c.model)),
      q(m.take<float, token, head, dim>(count(), c.heads, c.dim)),
      a(m.take<float, token, head, dim>(count(), c.heads, c.dim)),
      f(m.take<float, token, ff>(c.experts == 0 ? count() : 0, c.ff)) {}

rotated_step::rotated_step(const graph_step& given, step_memory& m, const model_shape& c)
    : decoder_step(given, m, c), cosine(m.take<float, token, dim>(count(), c.dim)),
      sine(m.take<float, token, dim>(count(), c.dim)) {}

}  // namespace qx
