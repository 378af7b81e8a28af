// SPDX-License-Identifier: MIT
/// \file
/// A plan for people: `explain(e)` is a table with a row for each stage, `explain_dot(e)` the same
/// graph for Graphviz.
#pragma once

#include <qx/core/bundle.hpp>
#include <qx/core/dtype.hpp>
#include <qx/core/message.hpp>
#include <qx/fuse/evaluate.hpp>
#include <qx/fuse/roofline.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qx {

/// One stage: what it computes and what that costs.
struct stage_report {
  std::string expression;
  std::string_view kind;  ///< rows, tiles, attention or pack
  int sweeps = 1;
  double bytes_in = 0;  ///< over all sweeps
  double bytes_out = 0;
  double flops = 0;
  std::size_t temporary_bytes = 0;  ///< of the arena: where the stage's result lies
};

/// A table with a row for each stage; `measured` (seconds of the whole) is told when it is not 0.
[[nodiscard]] std::string stage_table(const std::vector<stage_report>& stages,
                                      const roofline& limits, double measured = 0);

/// A clock that only goes forward.
[[nodiscard]] double seconds_now();

inline namespace QX_ARCH {

namespace impl {

template <class Axes>
[[nodiscard]] std::string axes_text() {
  std::string out = "[";
  for (std::size_t i = 0; i < Axes::rank; ++i)
    out += message(i == 0 ? "" : ", ", Axes::names[i]);
  return out + "]";
}
template <class N>
struct node_name {
  static std::string get() {
    if constexpr (requires { N::name; })
      return std::string(N::name);
    else if constexpr (std::tuple_size_v<typename operands<N>::type> == 0)
      return axes_text<typename N::axes_type>();
    else
      return "node";
  }
};
template <class T>
[[nodiscard]] constexpr std::string_view name_or(std::string_view otherwise) {
  if constexpr (requires { T::name; })
    return T::name;
  else
    return otherwise;
}
template <class Op, class... C>
struct node_name<map_node<Op, C...>> {
  static std::string get() { return std::string(name_or<Op>("map")); }
};
template <class M, auto A, class C>
struct node_name<reduce_node<M, A, C>> {
  static std::string get() { return message(name_or<M>("reduction"), " over ", decltype(A)::name); }
};
template <class R, auto A, class C>
struct node_name<rowwise_node<R, A, C>> {
  static std::string get() { return message(name_or<R>("row_wise"), " over ", decltype(A)::name); }
};
template <class W, class C>
struct node_name<matmul_node<W, C>> {
  static std::string get() { return "matmul " + axes_text<typename W::axes_type>(); }
};
template <class C, class V>
struct node_name<rope_node<C, V>> {
  static std::string get() { return "rope"; }
};

/// The formula, operators between their operands.
template <class N>
[[nodiscard]] std::string formula(const N& n) {
  if constexpr (requires {
                  n.value;
                  requires std::is_arithmetic_v<decltype(n.value)>;
                })
    return message(n.value);
  const std::string name = node_name<N>::get();
  std::vector<std::string> parts;
  for_each_child(n, [&](const auto& c) { parts.push_back(formula(c)); });
  if (parts.empty()) return name;
  const bool symbol = name.find_first_not_of("+-*/<>=!&|") == std::string::npos;
  if (symbol && parts.size() == 2) return "(" + parts[0] + " " + name + " " + parts[1] + ")";
  std::string out = name + "(";
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += (i == 0 ? "" : ", ") + parts[i];
  return out + ")";
}

/// Matmuls whose tiles a stage joins; those of operands that are stored belong to other stages.
template <class N>
consteval int joined_matmuls() {
  if (is_matmul<N> || lowers_to<N> == lowered_as::panels) return 1;
  if (lowers_to<N> == lowered_as::stored || lowers_to<N> == lowered_as::product) return 0;
  return []<class... C>(const bundle<C...>*) {
    return ((stores_operand<N, C> ? 0 : joined_matmuls<C>()) + ... + 0);
  }(static_cast<const typename operands<N>::type*>(nullptr));
}

/// Elements of all leaves, each read once a sweep, and multiply-adds of matmuls; a product that
/// stands several times is computed once.
struct traffic {
  double bytes = 0;
  double flops = 0;

  /// Whether the same product was met before.
  template <class N>
  bool met(const N& n) {
    static constexpr char tag = 0;  // one address for each type
    for (const auto& [type, product] : products)
      if (type == &tag && same(*static_cast<const N*>(product), n)) return true;
    products.emplace_back(&tag, &n);
    return false;
  }
  std::vector<std::pair<const void*, const void*>> products;
};
/// How many matrices of a weight are read: those of a stack that columns are routed to.
template <class W>
[[nodiscard]] double matrices_read(const W& w) {
  if constexpr (is_routed<W>) {
    double count = 0;
    for (std::size_t i = 0; i + 1 < w.starts.size(); ++i)
      count += w.starts[i + 1] > w.starts[i] ? 1 : 0;
    return count;
  } else {
    return 1;
  }
}
template <class N>
void add_traffic(const N& n, traffic& t) {
  if constexpr (is_plain_view<N>)
    t.bytes += static_cast<double>(n.view.size() * sizeof(*n.view.data()));
  if constexpr (is_owned<N>)
    t.bytes += static_cast<double>(n.tensor.size() * sizeof(*n.tensor.data()));
  if constexpr (is_matmul<N>) {
    if (t.met(n)) return;
    const double weights = static_cast<double>(n.weight.shape.count());
    double columns = 1;
    const auto columns_of = project_extents<typename N::column_axes>(n.child.shape());
    columns *= static_cast<double>(columns_of.count());
    t.bytes += static_cast<double>(block_shape_of(n.weight).bytes_of(n.weight.shape.count())) *
               matrices_read(n.weight);
    t.flops += 2 * weights * columns;
  }
  const auto stored_bytes = [](const auto& c) {
    using C = std::remove_cvref_t<decltype(c)>;
    return static_cast<double>(c.shape().count() * sizeof(typename C::value_type));
  };
  if constexpr (lowers_to<N> == lowered_as::stored || lowers_to<N> == lowered_as::product)
    t.bytes += stored_bytes(n);
  else
    for_each_child(n, [&](const auto& c) {
      if constexpr (stores_operand<N, std::remove_cvref_t<decltype(c)>>)
        t.bytes += stored_bytes(c);
      else
        add_traffic(c, t);
    });
  if constexpr (lowers_to<N> == lowered_as::panels) {
    const auto join = join_shapes(get<0>(n.children).shape(), get<1>(n.children).shape());
    t.flops += 2 * static_cast<double>(join.count());
  }
}

template <class N>
void report(const N& n, std::vector<stage_report>& out, bool stored);
/// A product of matrices and what its operands need before.
template <class N>
void report_product(const N& n, std::vector<stage_report>& out) {
  using T = typename N::value_type;
  const product_size size = size_of(n);
  for_each_child(n, [&](const auto& c) {
    if constexpr (!is_plain_view<std::remove_cvref_t<decltype(c)>>) report(c, out, true);
  });
  const auto elements = [](std::size_t a, std::size_t b) { return static_cast<double>(a * b); };
  out.push_back({formula(n), "product", 1,
                 sizeof(T) * (elements(size.rows, size.depth) + elements(size.columns, size.depth)),
                 sizeof(T) * elements(size.rows, size.columns),
                 (Complex<T> ? 8 : 2) * elements(size.rows * size.columns, size.depth),
                 need_of(n).most});
}
/// The stages that run before this one, then this one.
template <class N>
void report_below(const N& n, std::vector<stage_report>& out) {
  if constexpr (lowers_to<N> == lowered_as::product) return report_product(n, out);
  for_each_child(n, [&](const auto& c) {
    using C = std::remove_cvref_t<decltype(c)>;
    if constexpr (stores_operand<N, C>)
      report(c, out, true);
    else
      report_below(c, out);
  });
  if constexpr (lowers_to<N> == lowered_as::panels) {
    const auto& b = get<1>(n.children);
    const auto bytes = static_cast<double>(b.shape().count() * sizeof(float));
    out.push_back({"panels of " + formula(b), "pack", 1, bytes, bytes, 0, panel_bytes_of(n)});
  }
  if constexpr (lowers_to<N> == lowered_as::stored)
    for_each_child(n, [&](const auto& c) { report(c, out, true); });
}
template <class N>
void report(const N& n, std::vector<stage_report>& out, bool stored) {
  report_below(n, out);
  constexpr plan p = plan_of<N>;
  traffic t;
  add_traffic(n, t);
  const auto elements = static_cast<double>(n.shape().count());
  stage_report r;
  if constexpr (runs_in_rows<N>)
    r.expression = formula(keep<typename N::axes_type, bundle<N>>(n));
  else
    r.expression = formula(n);
  r.kind = joined_matmuls<N>() > 0 ? "tiles" : is_attention<N> ? "attention" : "rows";
  r.sweeps = p.sweeps;
  r.bytes_in = t.bytes * (joined_matmuls<N>() > 0 ? 1 : p.sweeps);
  r.bytes_out = elements * sizeof(typename N::value_type);
  r.flops = t.flops + elements * p.flops;
  if (stored) r.temporary_bytes = arena_round(n.shape().count() * sizeof(typename N::value_type));
  out.push_back(std::move(r));
}

/// Numbers a node, writes it and the edges from its operands; gives its number.
template <class N>
int dot_node(const N& n, std::string& out, int& next) {
  const int id = next++;
  const bool alone = lowers_to<N> != lowered_as::itself;
  const std::string name = node_name<N>::get();
  const std::string axes = axes_text<typename N::axes_type>();
  out += message("  n", id, " [label=\"", name, name == axes ? "" : "\\n" + axes, "\"",
                 alone ? ", shape=box3d" : "", "];\n");
  for_each_child(n, [&](const auto& c) {
    using C = std::remove_cvref_t<decltype(c)>;
    const int from = dot_node(c, out, next);
    out += message("  n", from, " -> n", id,
                   stores_operand<N, C> ? " [style=bold, label=stored]" : "", ";\n");
  });
  return id;
}

}  // namespace impl

/// The stages of an expression, in the order in which they run.
template <Operand E>
[[nodiscard]] std::vector<stage_report> stages_of(const E& e) {
  std::vector<stage_report> out;
  impl::report(as_node(e), out, false);
  return out;
}
/// A table: what each stage computes, its sweeps, bytes, flops, temporaries, and the time that the
/// machine's limits allow.
template <Operand E>
[[nodiscard]] std::string explain(const E& e, const roofline& limits = {}) {
  return stage_table(stages_of(e), limits) + message("arena: ", arena_bytes(e), " bytes\n");
}
/// Runs an assignment and explains it, with the time that it took.
template <class Target, class Expr>
[[nodiscard]] std::string explain_run(context& ctx, const assignment<Target, Expr>& a,
                                      const roofline& limits = {}) {
  eval(ctx, a);  // memory of the context has its size after the first time
  const double start = seconds_now();
  eval(ctx, a);
  const double took = seconds_now() - start;
  std::vector<stage_report> stages;
  impl::report(a.expression, stages, false);
  return stage_table(stages, limits, took);
}
/// The expression for Graphviz: what is stored has thick edges, what is packed or stored a box.
template <Operand E>
[[nodiscard]] std::string explain_dot(const E& e) {
  std::string out = "digraph plan {\n  rankdir=BT;\n  node [shape=box, fontname=monospace];\n";
  int next = 0;
  (void)impl::dot_node(as_node(e), out, next);
  return out + "}\n";
}

}  // namespace QX_ARCH

}  // namespace qx
