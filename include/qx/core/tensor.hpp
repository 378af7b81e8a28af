// SPDX-License-Identifier: MIT
/// \file
/// A tensor that owns its elements: contiguous, row-major, 64-byte aligned.
#pragma once

#include <qx/core/aligned_memory.hpp>
#include <qx/core/tensor_view.hpp>

#include <cstddef>
#include <type_traits>

namespace qx {

template <class T, class Axes>
class basic_tensor;

/// `tensor<float, token, fixed<model, 64>> x(token(4));` — [token, model], zeros.
template <class T, auto... As>
using tensor = basic_tensor<T, axes<As...>>;

template <class T, class Axes>
class basic_tensor {
  static_assert(std::is_trivially_copyable_v<T>, "qx: tensors hold plain numbers");

 public:
  using value_type = T;
  using axes_type = Axes;
  using extents_type = extents<Axes>;
  using view_type = basic_view<T, Axes>;
  using const_view_type = basic_view<const T, Axes>;

  QX_INLINE explicit basic_tensor(const extents_type& shape)
      : memory_(bytes_for(shape)), shape_(shape) {}
  /// Named sizes, in any order; static axes need none.
  template <class... Named>
  QX_INLINE explicit basic_tensor(sized<Named>... named)
      : basic_tensor(make_extents<Axes>(named...)) {}

  /// An expression with these axes, or another tensor or view, whose axes may stand in another
  /// order; evaluated by whoever knows how (`fuse/evaluate.hpp`).
  template <class E>
    requires(!std::is_same_v<E, basic_tensor>) && requires(const E& e, basic_tensor& self) {
      typename E::axes_type;
      e.shape();
      evaluate_into(self, e);
    }
  QX_INLINE basic_tensor(const E& expression)  // NOLINT: `tensor<…> y = a * x + b;`
      : basic_tensor(project_extents<Axes>(expression.shape())) {
    evaluate_into(*this, expression);
  }

  QX_INLINE basic_tensor(const basic_tensor& other) : basic_tensor(other.shape_) {
    for (std::size_t i = 0; i < size(); ++i)
      data()[i] = other.data()[i];
  }
  basic_tensor(basic_tensor&&) noexcept = default;
  QX_INLINE basic_tensor& operator=(const basic_tensor& other) {
    if (this != &other) *this = basic_tensor(other);
    return *this;
  }
  basic_tensor& operator=(basic_tensor&&) noexcept = default;

  [[nodiscard]] QX_INLINE T* data() { return static_cast<T*>(memory_.get()); }
  [[nodiscard]] QX_INLINE const T* data() const {
    return static_cast<const T*>(memory_.get());
  }
  [[nodiscard]] QX_INLINE const extents_type& shape() const { return shape_; }
  [[nodiscard]] QX_INLINE std::size_t size() const { return shape_.count(); }
  template <auto... As>
  [[nodiscard]] QX_INLINE std::size_t extent(axis<As...> along) const {
    return const_view_type(data(), shape_).extent(along);
  }
  [[nodiscard]] QX_INLINE std::span<T> elements() { return {data(), size()}; }
  [[nodiscard]] QX_INLINE std::span<const T> elements() const { return {data(), size()}; }

  template <class... Index>
  [[nodiscard]] QX_INLINE T& operator[](Index... index) {
    return view()[index...];
  }
  template <class... Index>
  [[nodiscard]] QX_INLINE const T& operator[](Index... index) const {
    return view()[index...];
  }

  [[nodiscard]] QX_INLINE view_type view() & { return {data(), shape_}; }
  [[nodiscard]] QX_INLINE const_view_type view() const& { return {data(), shape_}; }
  /// A view of a temporary would dangle.
  void view() && = delete;

  // NOLINTNEXTLINE: an lvalue tensor is its view wherever one is wanted
  QX_INLINE operator view_type() & { return view(); }
  QX_INLINE operator const_view_type() const& { return view(); }
  operator view_type() && = delete;
  operator const_view_type() && = delete;

 private:
  /// A product that does not fit gives more than there is, which allocation refuses.
  [[nodiscard]] QX_INLINE static constexpr std::size_t bytes_for(const extents_type& shape) {
    std::size_t bytes = sizeof(T);
    bool fits = true;
    for (const std::size_t size : shape.sizes()) {
      if (size == 0) return 0;
      fits = fits && bytes <= static_cast<std::size_t>(-1) / size;
      bytes *= size;
    }
    return fits ? bytes : static_cast<std::size_t>(-1);
  }

  aligned_memory memory_;
  extents_type shape_;
};

}  // namespace qx
