// SPDX-License-Identifier: MIT
/// \file
/// Memory from the system and the arena on top of it: alignment, exhaustion, marks, sizes that
/// wrap.
#include <qx/platform/arena.hpp>
#include <qx/platform/huge_buffer.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

using qx::platform::arena;
using qx::platform::huge_buffer;

namespace {

std::uintptr_t address(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }

}  // namespace

TEST_CASE("a huge buffer is aligned, zeroed and writable to its last byte") {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4097}, huge_buffer::huge_page - 1,
                                  huge_buffer::huge_page, 3 * huge_buffer::huge_page + 5}) {
    CAPTURE(bytes);
    auto buffer = huge_buffer::create(bytes);
    REQUIRE(buffer.has_value());
    REQUIRE(buffer->size() == bytes);
    CHECK(address(buffer->data()) %
              (bytes < huge_buffer::huge_page ? 64 : huge_buffer::huge_page) ==
          0);
    CHECK(buffer->bytes().front() == std::byte{0});
    CHECK(buffer->bytes().back() == std::byte{0});
    buffer->bytes().front() = buffer->bytes().back() = std::byte{7};
    CHECK(buffer->bytes().back() == std::byte{7});
  }
}

TEST_CASE("a huge buffer moves, and refuses what no machine has") {
  auto first = huge_buffer::create(100);
  REQUIRE(first.has_value());
  std::byte* const at = first->data();
  huge_buffer second = std::move(*first);
  CHECK(second.data() == at);
  CHECK(first->size() == 0);
  second = huge_buffer();
  CHECK(second.size() == 0);
  CHECK(huge_buffer::create(0)->size() == 0);
  for (const std::size_t bytes :
       {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max() / 2 - 1}) {
    const auto refused = huge_buffer::create(bytes);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == qx::errc::memory);
  }
}

TEST_CASE("an arena hands out aligned pieces until it is full") {
  auto memory = arena::create(1024);
  REQUIRE(memory.has_value());
  std::byte* const first = memory->allocate(1);
  std::byte* const second = memory->allocate(10);
  REQUIRE(first != nullptr);
  CHECK(address(first) % 64 == 0);
  CHECK(second == first + 64);
  CHECK(memory->allocate(4, 4) == second + 12);
  CHECK(memory->used() == 64 + 16);
  CHECK(memory->allocate(1024) == nullptr);
  CHECK(memory->allocate(1024 - 128) == first + 128);
  CHECK(memory->available() == 0);
  CHECK(memory->allocate(1) == nullptr);
  CHECK(memory->allocate(0) != nullptr);
}

TEST_CASE("an arena goes back to a mark and remembers its peak") {
  auto memory = arena::create(4096);
  REQUIRE(memory.has_value());
  static_cast<void>(memory->allocate(100));
  const std::size_t mark = memory->mark();
  std::byte* const temporary = memory->allocate(1000);
  memory->release(mark);
  CHECK(memory->used() == 100);
  CHECK(memory->allocate(5) == temporary);
  CHECK(memory->peak() == 128 + 1000);
  memory->release(4000);  // a mark from nowhere does not make memory appear
  CHECK(memory->used() == 128 + 5);
}

TEST_CASE("sizes that wrap around are refused") {
  auto memory = arena::create(4096);
  REQUIRE(memory.has_value());
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  static_cast<void>(memory->allocate(1));
  CHECK(memory->allocate(most) == nullptr);
  CHECK(memory->allocate(most - 63) == nullptr);
  const auto wrapped = memory->make<double>(most / 8 + 2);
  REQUIRE_FALSE(wrapped.has_value());
  CHECK(wrapped.error().code == qx::errc::memory);
  const auto fits = memory->make<double>(8);
  REQUIRE(fits.has_value());
  CHECK(fits->size() == 8);
  CHECK(fits->back() == 0.0);
  CHECK_FALSE(memory->make<double>(4096 / 8).has_value());
}

TEST_CASE("a moved arena keeps what it handed out") {
  auto memory = arena::create(256);
  REQUIRE(memory.has_value());
  std::byte* const piece = memory->allocate(16);
  piece[3] = std::byte{9};
  arena moved = std::move(*memory);
  CHECK(piece[3] == std::byte{9});
  CHECK(moved.used() == 16);
  CHECK(memory->capacity() == 0);
  CHECK(memory->allocate(1) == nullptr);
  CHECK(arena().allocate(1) == nullptr);
}
