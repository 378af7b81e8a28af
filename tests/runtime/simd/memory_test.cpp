// SPDX-License-Identifier: MIT
// Loads and stores: nothing past the end is touched, 16-bit floats are what the scalar code says.
#include <qx/simd/memory.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <vector>

#if defined(__unix__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace {

using namespace qx::simd;

#if defined(__unix__)
/// Memory that ends where a page begins that must not be touched.
class cliff {
 public:
  cliff() : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    void* const memory =
        mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    base_ = static_cast<std::byte*>(memory);
    REQUIRE(mprotect(base_ + page_, page_, PROT_NONE) == 0);
  }
  ~cliff() { munmap(base_, 2 * page_); }
  cliff(const cliff&) = delete;
  cliff& operator=(const cliff&) = delete;
  /// The last n elements before the edge.
  template <class T>
  T* last(std::size_t n) {
    return reinterpret_cast<T*>(base_ + page_) - n;
  }

 private:
  std::size_t page_;
  std::byte* base_ = nullptr;
};

template <class T>
void stays_within() {
  cliff edge;
  for (std::size_t n = 0; n <= lanes; ++n) {
    T* const at = edge.last<T>(n);
    for (std::size_t i = 0; i < n; ++i)
      at[i] = to_storage<T>(static_cast<float>(i + 1));
    const auto p = n == lanes ? load(at) : load(at, n);
    for (std::size_t i = 0; i < lanes; ++i)
      CHECK(p.lane(i) == (i < n ? static_cast<lane_t<T>>(i + 1) : lane_t<T>(0)));
    if (n == lanes)
      store(at, p + p);
    else
      store(at, p + p, n);
    for (std::size_t i = 0; i < n; ++i)
      CHECK(static_cast<lane_t<T>>(at[i]) == static_cast<lane_t<T>>(2 * (i + 1)));
    const auto every = load_strided(edge.last<T>(2 * n) + 1, 2, n);
    store_strided(edge.last<T>(2 * n) + 1, 2, every, n);
  }
}

TEST_CASE("loads and stores end where the memory does") {
  stays_within<float>();
  stays_within<double>();
  stays_within<std::int32_t>();
  stays_within<std::int8_t>();
  stays_within<qx::f16>();
  stays_within<qx::bf16>();
}
#endif

TEST_CASE("all 65536 halves are loaded and stored as one number at a time is") {
  std::vector<qx::f16> all(65536);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].bits = static_cast<std::uint16_t>(i);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < all.size(); i += lanes) {
    const auto p = load(all.data() + i);
    qx::f16 back[lanes];
    store(back, p);
    for (std::size_t k = 0; k < lanes; ++k) {
      const auto one = static_cast<float>(all[i + k]);
      wrong += std::bit_cast<std::uint32_t>(p.lane(k)) != std::bit_cast<std::uint32_t>(one);
      wrong += back[k].bits != qx::f16::from(one).bits;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("floats of every exponent are stored as halves as one number at a time is") {
  std::size_t wrong = 0;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += lanes * 4099) {
    float x[lanes];
    for (std::size_t k = 0; k < lanes; ++k)
      x[k] = std::bit_cast<float>(static_cast<std::uint32_t>(bits + k * 4099));
    qx::f16 half[lanes];
    qx::bf16 brain[lanes];
    store(half, load(x));
    store(brain, load(x));
    for (std::size_t k = 0; k < lanes; ++k) {
      wrong += half[k].bits != qx::f16::from(x[k]).bits;
      wrong += brain[k].bits != qx::bf16::from(x[k]).bits;
    }
  }
  CHECK(wrong == 0);
}

}  // namespace
