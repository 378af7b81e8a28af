// SPDX-License-Identifier: MIT
#include <qx/core/checksum.hpp>
#include <qx/core/message.hpp>
#include <qx/kernel/layout.hpp>
#include <qx/model/pack_cache.hpp>
#include <qx/platform/output_file.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace qx {
namespace {

constexpr std::string_view magic = "qxpack\r\n";
constexpr std::uint64_t format_version = 2;
constexpr std::size_t word = sizeof(std::uint64_t);
constexpr std::size_t image_alignment = 4096;  // pages, so that panels are aligned in memory

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

/// Everything before the checksum of the image.
struct front {
  std::string bytes;
  std::size_t image_offset;
};

std::string directory_of(const packing_plan& plan) {
  std::string out = message(plan.kernels().name, '\n');
  for (const packed_matrix& m : plan.matrices()) {
    const gguf::tensor_info& t = *m.source;
    out += message(t.name, ' ', name(t.type), ' ', std::size_t{kernel::layout_version(t.type)}, ' ',
                   m.first_row, ' ', m.rows, ' ', t.row_elements(), ' ', m.offset, ' ',
                   m.panel_bytes, '\n');
  }
  return out;
}

constexpr std::size_t words_in_front = 7, source_words = 3;

front front_of(const gguf::file& file, const packing_plan& plan) {
  std::string directory = directory_of(plan);
  directory.resize(round_up(directory.size(), word), '\0');
  const std::size_t used = magic.size() + words_in_front * word + directory.size() + word;
  const std::size_t image_offset = round_up(used, image_alignment);
  const std::array<std::uint64_t, words_in_front> words{
      format_version,
      file.bytes().size(),
      static_cast<std::uint64_t>(file.mapping().modified()),
      checksum(file.bytes().first(file.data_offset())),
      directory.size(),
      image_offset,
      plan.bytes()};
  std::string out(magic);
  out.append(reinterpret_cast<const char*>(words.data()), sizeof(words));
  out.append(directory);
  return {std::move(out), image_offset};
}

template <class F>
void on_all_threads(platform::thread_pool* pool, F&& f) {
  if (pool != nullptr)
    pool->parallel(f);
  else
    f(std::size_t{0}, std::size_t{1});
}

/// Of pieces that threads share; the number of threads does not matter.
std::uint64_t image_checksum(std::span<const std::byte> image, platform::thread_pool* pool) {
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::vector<std::uint64_t> sums((image.size() + piece - 1) / piece);
  on_all_threads(pool, [&](std::size_t thread, std::size_t threads) {
    const platform::index_range mine = platform::split(sums.size(), 1, thread, threads);
    for (std::size_t i = mine.first; i < mine.last; ++i)
      sums[i] = checksum(image.subspan(i * piece, std::min(piece, image.size() - i * piece)));
  });
  return checksum(std::as_bytes(std::span(sums)));
}

bool same_panel(const packed_matrix& m, std::size_t index, std::span<const std::byte> image,
                std::vector<std::byte>& scratch) {
  scratch.resize(m.panel_bytes);
  m.pack(index, scratch.data());
  return std::memcmp(scratch.data(), image.data() + m.offset + index * m.panel_bytes,
                     m.panel_bytes) == 0;
}

/// Whether the first and the last panel of every matrix are what the kernels make of the model.
bool same_panels(const gguf::file& file, const packing_plan& plan, std::span<const std::byte> image,
                 platform::thread_pool* pool) {
  std::atomic<bool> same{true};
  on_all_threads(pool, [&](std::size_t thread, std::size_t threads) {
    const auto mine = platform::split(plan.matrices().size(), 1, thread, threads);
    std::vector<std::byte> scratch;
    for (const packed_matrix& m : plan.matrices().subspan(mine.first, mine.size())) {
      if (!same_panel(m, 0, image, scratch) || !same_panel(m, m.panels - 1, image, scratch))
        same.store(false, std::memory_order_relaxed);
      // The system may have mapped 2 MiB around each panel; the file is not needed for long.
      file.mapping().done_with(file.bytes());
    }
  });
  return same;
}

/// What keeps the bytes before the image from serving, or "".
std::string_view fault_in_front(std::span<const std::byte> cache, const front& wanted) {
  const auto differ = [&](std::size_t first, std::size_t last) {
    return cache.size() < last ||
           std::memcmp(cache.data() + first, wanted.bytes.data() + first, last - first) != 0;
  };
  const std::size_t source = magic.size() + word, layout = source + source_words * word;
  if (differ(0, magic.size())) return "it is not a cache of packed weights";
  if (differ(magic.size(), source)) return "its format is of another version of qx";
  if (differ(source, layout)) return "the model has changed since";
  if (differ(layout, wanted.bytes.size())) return "it was packed for other kernels";
  return "";
}

std::string_view fault_in(std::span<const std::byte> cache, const front& wanted,
                          const gguf::file& file, const packing_plan& plan,
                          platform::thread_pool* pool) {
  if (const auto fault = fault_in_front(cache, wanted); !fault.empty()) return fault;
  if (cache.size() != wanted.image_offset + plan.bytes()) return "it is cut off, or goes on behind";
  const std::span<const std::byte> image = cache.subspan(wanted.image_offset);
  std::uint64_t sum = 0;
  std::memcpy(&sum, cache.data() + wanted.bytes.size(), word);
  if (image_checksum(image, pool) != sum) return "it is damaged: its checksum is another";
  if (!same_panels(file, plan, image, pool)) return "its weights are not the model's";
  return "";
}

/// Whether there is a file that a cache must not replace: a slip of the hand could name the model.
bool holds_something_else(const std::filesystem::path& path) {
  const auto there = platform::mapped_file::open(path);
  if (!there) return false;
  const auto known = there->bytes().first(std::min(there->size(), magic.size()));
  return !std::ranges::equal(known, std::as_bytes(std::span(magic)).first(known.size()));
}

}  // namespace

std::filesystem::path pack_cache_path(const gguf::file& file) {
  std::filesystem::path out = file.source();
  return out += ".qxpack";
}

result<packed_image> open_pack_cache(const std::filesystem::path& path, const gguf::file& file,
                                     const packing_plan& plan, platform::thread_pool* pool) {
  auto cache = platform::mapped_file::open(path);
  if (!cache) return std::unexpected(std::move(cache.error()));
  const front wanted = front_of(file, plan);
  if (const auto fault = fault_in(cache->bytes(), wanted, file, plan, pool); !fault.empty())
    return fail(errc::format, message(path.string(), ": ", fault));
  return packed_image(std::move(*cache), wanted.image_offset);
}

result<void> write_pack_cache(const std::filesystem::path& path, const gguf::file& file,
                              const packing_plan& plan, std::span<const std::byte> image,
                              platform::thread_pool* pool) {
  if (file.mapping().size() == 0)
    return fail(errc::argument, message(file.source(), ": only a model in a file has a cache"));
  if (holds_something_else(path))
    return fail(errc::argument, message("'", path.string(),
                                        "' is no cache of packed weights, so it is left alone"));
  front begin = front_of(file, plan);
  const std::uint64_t sum = image_checksum(image, pool);
  begin.bytes.append(reinterpret_cast<const char*>(&sum), word);
  begin.bytes.resize(begin.image_offset, '\0');
  auto out = platform::output_file::create(path);
  if (!out) return std::unexpected(std::move(out.error()));
  if (auto done = out->write(std::as_bytes(std::span(begin.bytes))); !done) return done;
  if (auto done = out->write(image); !done) return done;
  return out->commit();
}

result<packed_image> pack_or_map(const gguf::file& file, const packing_plan& plan,
                                 platform::thread_pool* pool, const packing_options& options) {
  const auto note = [&](std::string_view sentence) {
    if (options.note) options.note(sentence);
  };
  std::error_code ignored;
  if (!options.cache.empty() && std::filesystem::exists(options.cache, ignored)) {
    auto mapped = open_pack_cache(options.cache, file, plan, pool);
    if (mapped) return mapped;
    note(message(mapped.error().message, "; it is made anew"));
  }
  auto packed = pack(file, plan, pool, options.progress);
  if (!packed) return std::unexpected(std::move(packed.error()));
  if (!options.cache.empty())
    if (auto kept = write_pack_cache(options.cache, file, plan, packed->bytes(), pool); !kept)
      note(message("packed weights are not kept: ", kept.error().message));
  return packed_image(std::move(*packed));
}

}  // namespace qx
