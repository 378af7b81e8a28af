// SPDX-License-Identifier: MIT
/// \file
/// Runs a fuzz target without libFuzzer, which GCC does not have: every file of a corpus as it is,
/// then mutations of them for some seconds. Mutation n is the same in every run of a corpus, so
/// that a failure is found again by its number.
///
///   TARGET CORPUS [SECONDS]       10 seconds when none are given
///   TARGET CORPUS --only N        mutation N alone
///   TARGET CORPUS --write N FILE  mutation N into a file, to keep it as a seed

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Of the sanitizers, where the program is built with one.
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());
// GCC's undefined-behaviour sanitizer knows no callback; it can abort, and abort is a signal.
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

namespace {

using bytes = std::vector<std::uint8_t>;

volatile std::size_t current = 0;

void name_the_culprit() {
  std::fprintf(stderr, "fuzz: it was mutation %zu; `--only` runs it alone, `--write` keeps it\n",
               static_cast<std::size_t>(current));
}

void on_signal(int signal) {
  name_the_culprit();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());  // the numbers of mutations depend on the order
  std::vector<bytes> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class mutator {
public:
  mutator(const std::vector<bytes>& seeds, std::size_t number)
      : seeds_(seeds), random_(number), data_(seeds[number % seeds.size()]) {}

  bytes mutate() {
    for (std::size_t rounds = 1 + below(6); rounds > 0; --rounds) step();
    return data_;
  }

private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }
  auto at(std::size_t position) { return data_.begin() + static_cast<std::ptrdiff_t>(position); }

  void step() {
    switch (data_.empty() ? 5 : below(7)) {
    case 0: data_[below(data_.size())] ^= static_cast<std::uint8_t>(1u << below(8)); break;
    case 1: data_[below(data_.size())] = static_cast<std::uint8_t>(random_()); break;
    case 2: overwrite_number(); break;
    case 3: data_.resize(below(data_.size())); break;
    case 4: erase(); break;
    case 5: insert_from_a_seed(); break;
    default: data_.insert(at(below(data_.size())), static_cast<std::uint8_t>(random_())); break;
    }
  }

  /// The numbers at which counts, sizes and offsets go wrong, as 4 or 8 bytes, little-endian.
  void overwrite_number() {
    constexpr std::array<std::uint64_t, 12> telling{0,          1,          0x7f,       0xff,
                                                    0xffff,     0x7fffffff, 0x80000000, 0xffffffff,
                                                    1ull << 32, 1ull << 60, ~0ull >> 1, ~0ull};
    const std::uint64_t value = telling[below(telling.size())] + below(3) - 1;
    const std::size_t width = below(2) == 0 ? 4 : 8;
    const std::size_t start = below(data_.size());
    for (std::size_t i = 0; i < width && start + i < data_.size(); ++i)
      data_[start + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }

  void erase() {
    const std::size_t start = below(data_.size());
    const std::size_t count = std::min(1 + below(32), data_.size() - start);
    data_.erase(at(start), at(start + count));
  }

  void insert_from_a_seed() {
    const bytes& other = seeds_[below(seeds_.size())];
    const std::size_t start = below(other.size());
    const std::size_t count = std::min(1 + below(64), other.size() - start);
    const bytes piece(other.begin() + static_cast<std::ptrdiff_t>(start),
                      other.begin() + static_cast<std::ptrdiff_t>(start + count));
    data_.insert(at(below(data_.size() + 1)), piece.begin(), piece.end());
  }

  const std::vector<bytes>& seeds_;
  std::mt19937_64 random_;
  bytes data_;
};

void run(const bytes& data) { LLVMFuzzerTestOneInput(data.data(), data.size()); }

void run_for(const std::vector<bytes>& seeds, std::chrono::duration<double> time) {
  const auto start = std::chrono::steady_clock::now();
  for (const bytes& seed : seeds) run(seed);
  std::size_t number = 0;
  for (; std::chrono::steady_clock::now() - start < time; ++number) {
    current = number;
    run(mutator(seeds, number).mutate());
  }
  std::printf("%zu seeds and %zu mutations in %.0f s\n", seeds.size(), number, time.count());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: TARGET CORPUS [SECONDS | --only N | --write N FILE]\n", stderr);
    return 2;
  }
  const std::vector<bytes> seeds = read_corpus(argv[1]);
  if (seeds.empty()) {
    std::fprintf(stderr, "fuzz: no files in %s\n", argv[1]);
    return 2;
  }
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS})
    std::signal(signal, on_signal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(name_the_culprit);

  const std::string_view option = argc > 2 ? argv[2] : "10";
  const std::size_t number = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
  if (option == "--only" || option == "--write") {
    const bytes data = mutator(seeds, number).mutate();
    if (option == "--only") run(data);
    if (option == "--write" && argc > 4)
      std::ofstream(argv[4], std::ios::binary)
          .write(reinterpret_cast<const char*>(data.data()),
                 static_cast<std::streamsize>(data.size()));
  } else {
    run_for(seeds, std::chrono::duration<double>(std::strtod(argv[2] ? argv[2] : "10", nullptr)));
  }
  return 0;
}
