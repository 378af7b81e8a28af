// SPDX-License-Identifier: MIT
// Compiled, not run: what expressions are, the types of their elements, and their plans.
#include <qx/qx.hpp>

#include <type_traits>
#include <utility>

namespace {

inline constexpr qx::axis<"token"> token;
inline constexpr qx::axis<"model"> model;
inline constexpr qx::axis<"ff"> ff;
template <class X, class Y>
inline constexpr bool is = std::is_same_v<X, Y>;
template <class T>
T&& any() {
  return std::declval<T>();
}

using matrix = qx::tensor<float, token, model>;
using row = qx::tensor<float, model>;
using kernel = qx::tensor<float, ff, model>;
template <class E>
using value = typename qx::node_t<E>::value_type;
template <class E>
using axes_of = typename qx::node_t<E>::axes_type;

// A node of views is a plain aggregate; a temporary tensor moves in.
using scaled = decltype(any<matrix&>() * 2 + any<row&>());
static_assert(std::is_aggregate_v<scaled> && std::is_trivially_copyable_v<qx::node_t<matrix&>>);
static_assert(is<qx::node_t<matrix>, qx::owned<matrix>> &&
              !is<qx::node_t<matrix&>, qx::owned<matrix>>);
static_assert(is<axes_of<scaled>, qx::axes<token, model>>);
static_assert(is<axes_of<decltype(sum(any<matrix&>(), over(token)))>, qx::axes<model>>);

// Elements are computed in float, double, int32 or as truth values.
using ints = qx::tensor<std::int8_t, token>;
using doubles = qx::tensor<double, token>;
using halves = qx::tensor<qx::f16, token>;
static_assert(is<value<halves&>, float> && is<value<ints&>, std::int32_t> &&
              is<value<doubles&>, double>);
static_assert(is<value<decltype(any<ints&>() + 1)>, std::int32_t> &&
              is<value<decltype(any<doubles&>() > 0)>, bool>);
static_assert(is<value<decltype(qx::cast<float>(any<ints&>()))>, float>);
static_assert(is<value<decltype(argmax(any<doubles&>(), over(token)))>, std::int32_t>);
static_assert(
    is<value<decltype(qx::map([](float x) { return static_cast<long>(x); }, any<matrix&>()))>,
       std::int32_t>);

// What may be stored without a cast.
static_assert(qx::stores<float, float> && qx::stores<qx::f16, float> && qx::stores<double, float>);
static_assert(qx::stores<std::int8_t, std::int32_t> && qx::stores<std::int8_t, bool> &&
              qx::stores<bool, bool>);
static_assert(!qx::stores<float, double> && !qx::stores<std::int32_t, float> &&
              !qx::stores<float, std::int32_t>);

// Plans.
template <class E>
inline constexpr qx::plan plan = qx::plan_of<E>;
static_assert(plan<scaled>.sweeps == 1 && plan<scaled>.reads == 2 && plan<scaled>.flops == 2);
using soft = decltype(softmax(any<matrix&>() / 2, over(model)));
static_assert(plan<soft>.kind == qx::work_kind::rows && plan<soft>.sweeps == 3 &&
              plan<soft>.matmuls == 0);
// e^x once an element where the row can be kept, twice where it cannot.
static_assert(plan<soft>.transcendental == 1 && plan<soft>.temporaries == 1);
// What the whole row is divided by goes into the exponent: the operand is neither divided nor kept,
// only turned around where the divisor is negative.
using plain = decltype(softmax(any<matrix&>(), over(model)));
static_assert(plan<soft>.reads == 3 && plan<soft>.flops == plan<plain>.flops + 1);
static_assert(plan<decltype(softmax(3 * any<matrix&>(), over(model)))> == plan<soft>);
static_assert(plan<decltype(softmax(any<matrix&>() / any<row&>(), over(model)))>.reads == 4);
using tall = decltype(softmax(any<matrix&>() / 2, over(token)));
static_assert(plan<tall>.sweeps == 2 && plan<tall>.transcendental == 2 &&
              plan<tall>.temporaries == 0);
static_assert(plan<decltype(sum(any<soft>(), over(model)))>.sweeps == 4);
// What is dear is kept between the sweeps of a norm, what is cheap is computed again.
using dear = decltype(rms_norm(silu(any<matrix&>()), any<row&>(), 1e-5f));
static_assert(plan<dear>.transcendental == 1 && plan<dear>.temporaries == 1);
using cheap = decltype(rms_norm(any<matrix&>() * 2, any<row&>(), 1e-5f));
static_assert(plan<cheap>.reads == 3 && plan<cheap>.temporaries == 0);
using normed = decltype(rms_norm(any<matrix&>(), any<row&>(), 1e-5f));
using hidden = decltype(matmul(any<kernel&>(), any<normed>()));
static_assert(plan<normed>.sweeps == 2);
static_assert(plan<hidden>.kind == qx::work_kind::tiles && plan<hidden>.matmuls == 1 &&
              plan<hidden>.prologues == 1);
using gated = decltype(silu(any<hidden>()) * any<hidden>());
static_assert(plan<gated>.kind == qx::work_kind::tiles && plan<gated>.matmuls == 2);
static_assert(is<axes_of<gated>, qx::axes<token, ff>>);
static_assert(plan<gated>.stages == 1 && plan<soft>.stages == 1);

// The spaces that rows are walked in: statistics that several rows share follow each other.
using columns = decltype(any<matrix&>() - mean(any<matrix&>(), over(token)));
static_assert(is<qx::impl::row_space<columns, qx::axes<token, model>>::type,
                 qx::space<qx::axes<token>, model>>);
using totals = decltype(sum(any<matrix&>(), over(model)));
static_assert(is<qx::impl::row_space<totals, qx::axes<token>>::type,
                 qx::space<qx::axes<token>, qx::no_axis>>);
static_assert(
    is<qx::impl::row_space<decltype(any<qx::tensor<float, ff, token, model>&>() * any<totals>()),
                           qx::axes<ff, token, model>>::type,
       qx::space<qx::axes<token, ff>, model>>);

}  // namespace
