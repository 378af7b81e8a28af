// SPDX-License-Identifier: MIT
// Which compiled graph belongs to which kernel table.
#include <array>
#include <models/llama/step.hpp>
#include <string_view>

// The build says which archs there are: X(baseline) X(avx2) …
#define QX_DECLARE_GRAPH(arch)                                                                     \
  namespace qx::llama::arch {                                                                      \
  extern const forward_function graph;                                                             \
  }
QX_FOR_EACH_ARCH(QX_DECLARE_GRAPH)
#undef QX_DECLARE_GRAPH

namespace qx::llama {

namespace {

struct compiled_graph {
  std::string_view name;  ///< of the kernel table that it goes with
  const forward_function* run;
};

#define QX_NAMED_GRAPH(arch) compiled_graph{#arch, &arch::graph},
constexpr std::array all{QX_FOR_EACH_ARCH(QX_NAMED_GRAPH)};
#undef QX_NAMED_GRAPH

}  // namespace

forward_function forward_for(const kernel::table& kernels) {
  for (const compiled_graph& candidate : all)
    if (candidate.name == kernels.name) return *candidate.run;
  // A table of a user's own: the graph that runs everywhere gives the same results.
  return *all.front().run;
}

}  // namespace qx::llama
