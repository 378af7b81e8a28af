// SPDX-License-Identifier: MIT
/// \file
/// Packed weights kept in a file beside the model, so that the next start maps them. Nothing in a
/// cache is believed: it has to be what would be written now.
///
/// | bytes | field |
/// |---|---|
/// | 0–7 | "qxpack", a carriage return, a line feed |
/// | 8–63 | seven 64-bit numbers in the byte order of the machine |
/// | 64– | directory |
/// | then | checksum of the image, 64 bits; zeros to a multiple of 4096 |
/// | then | the image: panels, as `packing_plan` places them |
///
/// The numbers are the version of the format; of the model its bytes, its time of modification in
/// nanoseconds and the checksum of its GGUF header; bytes of the directory, offset and bytes of the
/// image. The directory holds the name of the kernel table, then for each matrix a line of name,
/// type, layout version, first row, rows, columns, offset and bytes of a panel, then zeros to a
/// multiple of 8.
///
/// All but the checksum follows from the model and the kernels, so a reader computes it and
/// compares; no number of the cache is ever used. The first and the last panel of every matrix are
/// packed afresh and compared, too. What is not noticed: a model that was edited in place between
/// those panels with its size and time of modification put back, and a cache made by someone who
/// wants to deceive, who could edit the model as well.
#pragma once

#include <qx/core/error.hpp>
#include <qx/model/packing.hpp>
#include <qx/platform/mapped_file.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

namespace qx {

/// The panels of a model: packed in memory, or the pages of a cache.
class packed_image {
 public:
  packed_image() = default;
  explicit packed_image(platform::huge_buffer memory)
      : memory_(std::move(memory)), panels_(memory_.bytes()) {}
  packed_image(platform::mapped_file cache, std::size_t offset)
      : cache_(std::move(cache)), panels_(cache_.bytes().subspan(offset)) {}

  /// 64-byte aligned; the address does not change when the object is moved.
  [[nodiscard]] std::span<const std::byte> panels() const { return panels_; }

 private:
  platform::huge_buffer memory_;
  platform::mapped_file cache_;
  std::span<const std::byte> panels_;
};

/// Where a model's cache lies when nobody says otherwise: "model.gguf.qxpack" beside "model.gguf".
[[nodiscard]] std::filesystem::path pack_cache_path(const gguf::file& file);

/// Maps the cache at `path`. errc::io where there is none, errc::format with what is wrong where it
/// is damaged, stale or of other kernels. `pool` may be null.
[[nodiscard]] result<packed_image> open_pack_cache(const std::filesystem::path& path,
                                                   const gguf::file& file, const packing_plan& plan,
                                                   platform::thread_pool* pool);

/// Writes a cache, whole or not at all. `image` is what pack() made. errc::io where the system
/// refuses; errc::argument where the model was not opened from a file, or where a file of another
/// kind lies at `path`.
[[nodiscard]] result<void> write_pack_cache(const std::filesystem::path& path,
                                            const gguf::file& file, const packing_plan& plan,
                                            std::span<const std::byte> image,
                                            platform::thread_pool* pool);

/// How weights come to rest.
struct packing_options {
  std::filesystem::path cache = {};  ///< file to map, or to write where it does not serve; "": none
  progress_function progress = {};   ///< called while weights are packed
  std::function<void(std::string_view)> note = {};  ///< called with a sentence on a bad cache
};

/// Maps the cache where it serves; else packs, and writes the cache where one is wanted. A cache
/// that cannot be written is worth a note, not a failure. Errors: those of pack().
[[nodiscard]] result<packed_image> pack_or_map(const gguf::file& file, const packing_plan& plan,
                                               platform::thread_pool* pool,
                                               const packing_options& options);

}  // namespace qx
