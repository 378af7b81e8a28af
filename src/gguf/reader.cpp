// SPDX-License-Identifier: MIT
#include "src/gguf/parser.hpp"

#include <qx/gguf/reader.hpp>

#include <algorithm>
#include <utility>

namespace qx::gguf {

result<file> file::open(const std::filesystem::path& path) {
  auto map = platform::mapped_file::open(path);
  if (!map) return std::unexpected(std::move(map).error());
  auto opened = parse(map->bytes(), path.string());
  if (opened) opened->map_ = std::move(*map);  // the bytes stay where they are
  return opened;
}

result<file> file::parse(std::span<const std::byte> bytes, std::string source) {
  file out;
  out.bytes_ = bytes;
  out.source_ = std::move(source);
  if (auto done = parser(out).run(); !done) return std::unexpected(std::move(done).error());
  return out;
}

const value* file::find(std::string_view key) const {
  const auto key_of = [this](std::uint32_t i) { return metadata_[i].key; };
  const auto at = std::ranges::lower_bound(keys_sorted_, key, {}, key_of);
  return at != keys_sorted_.end() && key_of(*at) == key ? &metadata_[*at].value : nullptr;
}

const tensor_info* file::find_tensor(std::string_view name) const {
  const auto name_of = [this](std::uint32_t i) { return tensors_[i].name; };
  const auto at = std::ranges::lower_bound(tensors_sorted_, name, {}, name_of);
  return at != tensors_sorted_.end() && name_of(*at) == name ? &tensors_[*at] : nullptr;
}

std::unexpected<error> file::mismatch(std::string_view key, const value& found, bool integer_wanted,
                                      std::string_view wanted) const {
  const bool integer_found = found.visit([]<class V>(V) { return Integer<V>; });
  const errc code = integer_wanted && integer_found ? errc::range : errc::format;
  return fail(code,
              message(source_, ": key '", key, "' is ", describe(found), "; it must be ", wanted));
}

std::string describe(const value& v) {
  return v.visit([&v]<class V>(V x) -> std::string {
    if constexpr (std::same_as<V, std::string_view>)
      return message("a string of ", x.size(), " bytes");
    else if constexpr (std::is_arithmetic_v<V>)
      return message(name(v.type()), " ", x);
    else
      return message("an array of ", v.count(), " ", name(v.element_type()));
  });
}

}  // namespace qx::gguf
