// SPDX-License-Identifier: MIT
/// \file
/// A graph that is compiled once for each instruction set, and the copy that is run. The graph is
/// a function template over its arch, declared where it is called:
///
///     template <class Arch>
///     void step(qx::context& ctx, const weights& w, values& v);
///
/// One file defines `template <> void step<qx::this_arch>(…)`, and the build compiles that file
/// once for each arch. `dispatch(ctx, [&]<class Arch>(Arch) { step<Arch>(ctx, w, v); })` calls the
/// copy that goes with the context's kernels. In a build that compiles the file only once, that
/// one copy is called.
#pragma once

#include <qx/core/axis.hpp>
#include <qx/fuse/context.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#define QX_TEXT_OF(...) #__VA_ARGS__
#define QX_TEXT(...) QX_TEXT_OF(__VA_ARGS__)

namespace qx {

/// An instruction set as a type, by the name of its kernel table: `arch<"avx2">`.
template <label Name>
struct arch {
  static constexpr std::string_view name = Name.view();
};

namespace kernel {
/// Of the copies of a function that were compiled for these archs, narrowest first, the place of
/// the widest that is no wider than the table; 0 where none is: the first is to run everywhere.
[[nodiscard]] std::size_t copy_for(const table& kernels, std::span<const std::string_view> copies);
}  // namespace kernel

inline namespace QX_ARCH {

/// The instruction set that this file is compiled for.
using this_arch = arch<QX_TEXT(QX_ARCH)>;

namespace impl {

/// What the build says of the copies of a graph; without a word there is the one of these flags.
#if defined(QX_ARCHS)
inline constexpr std::string_view copies_text = QX_TEXT(QX_ARCHS);
#else
inline constexpr std::string_view copies_text = QX_TEXT(QX_ARCH);
#endif

consteval std::size_t copies_count() {
  std::size_t n = 1;
  for (const char c : copies_text)
    n += c == ',';
  return n;
}
/// The I-th name between commas.
consteval std::string_view copy_text(std::size_t i) {
  std::string_view rest = copies_text;
  for (; i > 0; --i)
    rest.remove_prefix(rest.find(',') + 1);
  return rest.substr(0, rest.find(','));
}
template <std::size_t I>
consteval auto copy_label() {
  constexpr std::string_view text = copy_text(I);
  char characters[text.size() + 1]{};
  for (std::size_t i = 0; i < text.size(); ++i)
    characters[i] = text[i];
  return label<text.size() + 1>(characters);
}
template <std::size_t I>
using copy_arch = arch<copy_label<I>()>;

template <std::size_t I, class F>
QX_INLINE decltype(auto) call_copy(std::size_t chosen, F& f) {
  if constexpr (I + 1 < copies_count())
    if (chosen != I) return call_copy<I + 1>(chosen, f);
  return f(copy_arch<I>{});
}

}  // namespace impl

/// Calls `f(arch<…>{})` with the instruction set of the copy that goes with the context's kernels,
/// and returns what f returns. Which copies there are the build says in QX_ARCHS (`qx_add_graph` of
/// CMake, `dispatch_args` of Meson): names of kernel tables, narrowest first, commas between.
template <class F>
decltype(auto) dispatch(const context& ctx, F&& f) {
  static constexpr auto names = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{impl::copy_text(I)...};
  }(std::make_index_sequence<impl::copies_count()>{});
  return impl::call_copy<0>(kernel::copy_for(ctx.kernels(), names), f);
}

}  // namespace QX_ARCH

}  // namespace qx

#undef QX_TEXT
#undef QX_TEXT_OF
