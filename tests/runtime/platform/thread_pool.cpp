// SPDX-License-Identifier: MIT
/// \file
/// Regions, barriers, exceptions, more threads than cores, and the shares of a range.
#include <qx/platform/cpu.hpp>
#include <qx/platform/thread_pool.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace qx::platform;

namespace {

// One, as many as cores, and more than any machine that runs this alone would have to itself.
const std::array<std::size_t, 4> sizes{1, 2, 5, 16};

}  // namespace

TEST_CASE("every thread runs a region once, the caller as number 0") {
  for (const std::size_t size : sizes) {
    thread_pool pool(size);
    REQUIRE(pool.size() == size);
    std::vector<int> runs(size);
    const auto caller = std::this_thread::get_id();
    bool caller_is_first = false;
    for (int region = 0; region < 100; ++region)
      pool.parallel([&](std::size_t thread, std::size_t count) {
        if (count == size) ++runs[thread];
        if (thread == 0) caller_is_first = std::this_thread::get_id() == caller;
      });
    CHECK(caller_is_first);
    CHECK(std::ranges::count(runs, 100) == static_cast<std::ptrdiff_t>(size));
  }
}

TEST_CASE("a pool of 0 has the machine's threads") {
  CHECK(thread_pool(0).size() == hardware_threads());
}

TEST_CASE("what was written before a barrier is seen by all after it") {
  for (const std::size_t size : sizes) {
    thread_pool pool(size);
    constexpr int rounds = 50;
    std::vector<int> written(size);  // plain: only the barrier orders these
    std::atomic<int> wrong = 0;
    pool.parallel([&](std::size_t thread, std::size_t count) {
      for (int round = 1; round <= rounds; ++round) {
        written[thread] = round;
        pool.barrier();
        const int sum = std::accumulate(written.begin(), written.end(), 0);
        if (sum != round * static_cast<int>(count)) ++wrong;
        pool.barrier();
      }
    });
    CHECK(wrong == 0);
  }
}

TEST_CASE("an exception of any thread reaches the caller, and the pool works on") {
  for (const std::size_t size : sizes) {
    thread_pool pool(size);
    for (std::size_t culprit = 0; culprit < size; ++culprit) {
      const auto region = [&] {
        pool.parallel([&](std::size_t thread, std::size_t) {
          if (thread == culprit) throw std::out_of_range("thread " + std::to_string(thread));
        });
      };
      CHECK_THROWS_WITH_AS(region(), ("thread " + std::to_string(culprit)).c_str(),
                           std::out_of_range);
    }
    std::atomic<std::size_t> ran = 0;
    pool.parallel([&](std::size_t, std::size_t) { ++ran; });
    CHECK(ran == size);
  }
}

TEST_CASE("an exception lets no one wait at a barrier for ever") {
  for (const std::size_t size : sizes) {
    thread_pool pool(size);
    for (int repeat = 0; repeat < 20; ++repeat) {
      std::atomic<std::size_t> passed = 0;
      const auto region = [&] {
        pool.parallel([&](std::size_t thread, std::size_t count) {
          pool.barrier();
          ++passed;
          if (thread == count - 1) throw std::runtime_error("gone");
          for (;;)
            pool.barrier();
        });
      };
      CHECK_THROWS_WITH_AS(region(), "gone", std::runtime_error);
      CHECK(passed >= 1);
    }
    // The abandoned barriers left nothing behind.
    std::vector<int> written(size);
    std::atomic<int> wrong = 0;
    pool.parallel([&](std::size_t thread, std::size_t) {
      written[thread] = 1;
      pool.barrier();
      if (std::ranges::count(written, 1) != static_cast<std::ptrdiff_t>(size)) ++wrong;
    });
    CHECK(wrong == 0);
  }
}

TEST_CASE("a region inside a region is refused") {
  thread_pool pool(2);
  const auto nested = [&] {
    pool.parallel(
        [&](std::size_t, std::size_t) { pool.parallel([](std::size_t, std::size_t) {}); });
  };
  CHECK_THROWS_AS(nested(), std::logic_error);
  pool.parallel([](std::size_t, std::size_t) {});
}

TEST_CASE("workers that fell asleep wake up") {
  thread_pool pool(4, {.pin = true});
  std::atomic<int> ran = 0;
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    pool.parallel([&](std::size_t, std::size_t) { ++ran; });
  }
  CHECK(ran == 12);
}

TEST_CASE("an idle pool uses no processor time") {
  thread_pool pool(2);
  pool.parallel([](std::size_t, std::size_t) {});
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // spinning has ended by then
  const std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const double spent = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  CHECK(spent < 0.1);
}

TEST_CASE("with many more threads than cores, barriers still get done") {
  thread_pool pool(8 * hardware_threads());
  const auto start = std::chrono::steady_clock::now();
  pool.parallel([&](std::size_t, std::size_t) {
    for (int i = 0; i < 100; ++i)
      pool.barrier();
  });
  // A spinning barrier waits whole time slices here: 100 × 16 threads × 4 ms and more.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("what is dealt is taken once, in pieces that cover it") {
  for (const std::size_t size : sizes) {
    thread_pool pool(size);
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{1000},
                                (std::size_t{1} << 33) + 7}) {
      CAPTURE(size);
      CAPTURE(n);
      std::vector<std::vector<index_range>> taken(size);
      pool.deal(n);
      pool.parallel([&](std::size_t thread, std::size_t) {
        for (index_range piece; !(piece = pool.take(thread)).empty();)
          taken[thread].push_back(piece);
      });
      std::vector<index_range> all;
      for (const std::vector<index_range>& pieces : taken)
        all.insert(all.end(), pieces.begin(), pieces.end());
      std::ranges::sort(all, {}, &index_range::first);
      std::size_t next = 0;
      bool covers = true;
      for (const index_range piece : all) {
        covers = covers && piece.first == next && piece.last > next;
        next = piece.last;
      }
      CHECK(covers);
      CHECK(next == n);
      CHECK(pool.take(0).empty());
    }
  }
}

TEST_CASE("who is done takes what a slower thread has left") {
  thread_pool pool(2);
  constexpr std::size_t n = 1000;
  std::atomic<std::size_t> done = 0;
  std::size_t first_piece = 0;
  pool.deal(n);
  pool.parallel([&](std::size_t thread, std::size_t) {
    if (thread == 0) first_piece = pool.take(thread).size();
    pool.barrier();     // before the other one can help
    if (thread == 0) {  // not done with its piece before all else is
      while (done != n - first_piece)
        std::this_thread::yield();
      return;
    }
    for (index_range piece; !(piece = pool.take(thread)).empty();)
      done += piece.size();
  });
  CHECK(first_piece == n / 4);  // half of its share
  CHECK(done == n - first_piece);
}

TEST_CASE("a pool moves with its threads") {
  thread_pool pool(3);
  thread_pool moved = std::move(pool);
  pool = thread_pool(2);
  std::atomic<std::size_t> runs = 0;
  moved.parallel([&](std::size_t, std::size_t count) { runs += count; });
  pool.parallel([&](std::size_t, std::size_t count) { runs += count; });
  CHECK(runs == 3 * 3 + 2 * 2);
}

TEST_CASE("shares cover a range once, in whole grains, evenly") {
  for (std::size_t n : {0, 1, 7, 16, 100, 1023})
    for (std::size_t grain : {1, 4, 16, 200})
      for (std::size_t count : {1, 2, 3, 16}) {
        CAPTURE(n);
        CAPTURE(grain);
        CAPTURE(count);
        std::size_t next = 0, smallest = n, largest = 0;  // in grains
        for (std::size_t i = 0; i < count; ++i) {
          const index_range part = split(n, grain, i, count);
          REQUIRE(part.first == next);
          CHECK((part.empty() || part.first % grain == 0));
          CHECK((part.last % grain == 0 || part.last == n));
          smallest = std::min(smallest, (part.size() + grain - 1) / grain);
          largest = std::max(largest, (part.size() + grain - 1) / grain);
          next = part.last;
        }
        CHECK(next == n);
        CHECK(largest <= smallest + 1);
      }
}

TEST_CASE("a range near the end of size_t does not wrap") {
  constexpr std::size_t most = static_cast<std::size_t>(-1);
  static_assert(split(most, 16, 0, 2).first == 0);
  static_assert(split(most, 16, 1, 2).last == most);
  static_assert(split(most, 16, 0, 2).last == split(most, 16, 1, 2).first);
}
