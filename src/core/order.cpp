// SPDX-License-Identifier: MIT
#include <qx/core/order.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace qx {
namespace {

/// Whether x comes before y. A NaN differs from itself.
template <class T>
bool before(T x, T y, direction way) {
  if (x != x) return false;
  if (y != y) return true;
  return way == direction::ascending ? x < y : y < x;
}

template <class T>
void sort(std::span<T> row, direction way) {
  std::stable_sort(row.begin(), row.end(), [way](T x, T y) { return before(x, y, way); });
}

template <class T>
void order(std::span<const T> row, std::span<std::int32_t> first, direction way) {
  std::vector<std::int32_t> all(row.size());
  std::iota(all.begin(), all.end(), 0);
  const auto earlier = [&](std::int32_t a, std::int32_t b) {
    const T x = row[static_cast<std::size_t>(a)];
    const T y = row[static_cast<std::size_t>(b)];
    if (before(x, y, way)) return true;
    return !before(y, x, way) && a < b;
  };
  const auto count = std::min(first.size(), row.size());
  std::partial_sort_copy(all.begin(), all.end(), first.begin(),
                         first.begin() + static_cast<std::ptrdiff_t>(count), earlier);
}

}  // namespace

void sort_row(std::span<float> row, direction way) { sort(row, way); }
void sort_row(std::span<double> row, direction way) { sort(row, way); }
void sort_row(std::span<std::int32_t> row, direction way) { sort(row, way); }

void order_row(std::span<const float> row, std::span<std::int32_t> first, direction way) {
  order(row, first, way);
}
void order_row(std::span<const double> row, std::span<std::int32_t> first, direction way) {
  order(row, first, way);
}
void order_row(std::span<const std::int32_t> row, std::span<std::int32_t> first, direction way) {
  order(row, first, way);
}

}  // namespace qx
