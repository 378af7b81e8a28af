// SPDX-License-Identifier: MIT
#include "cursor.hpp"

#include <qx/core/message.hpp>
#include <qx/gguf/imatrix.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/platform/mapped_file.hpp>

#include <cmath>
#include <optional>
#include <utility>

namespace qx::gguf {
namespace {

constexpr std::string_view sums_suffix = ".in_sum2", counts_suffix = ".counts";

float number(const tensor_info& t, std::size_t i) {
  float out;
  std::memcpy(&out, t.data.data() + i * sizeof(float), sizeof(out));
  return out;
}

/// Why a sum or a count cannot be one; empty where it can.
std::string_view objection(float x) {
  if (!std::isfinite(x)) return "is not finite";
  return x < 0.0f ? "is below 0" : "";
}

/// One number after another, all of them usable.
result<std::vector<float>> checked(std::string_view where, std::vector<float> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto wrong = objection(values[i]); !wrong.empty())
      return fail(errc::range, message(where, ": value ", i, " ", wrong));
  return values;
}

/// Sums of squares to means. A matrix that saw nothing (an expert that was never chosen) has
/// columns of equal importance.
result<std::vector<float>> means(std::string_view where, const tensor_info& sums,
                                 const tensor_info& counts) {
  if (sums.type != dtype::f32 || counts.type != dtype::f32)
    return fail(errc::format, message(where, ": its sums and counts must be f32"));
  const std::size_t matrices = counts.elements(), columns = sums.dims[0];
  if (matrices == 0 || columns == 0 || sums.elements() != columns * matrices)
    return fail(errc::format, message(where, ": ", sums.elements(), " sums in columns of ", columns,
                                      " do not suit ", matrices, " counts"));
  std::vector<float> out(sums.elements());
  for (std::size_t m = 0; m < matrices; ++m) {
    const float count = number(counts, m);
    if (const auto wrong = objection(count); !wrong.empty())
      return fail(errc::range, message(where, ": count ", m, " ", wrong));
    for (std::size_t c = 0; c < columns; ++c) {
      const float sum = number(sums, m * columns + c);
      out[m * columns + c] = count > 0.0f ? sum / count : std::isfinite(sum) ? 1.0f : sum;
    }
  }
  return checked(where, std::move(out));
}

}  // namespace

result<imatrix> imatrix::open(const std::filesystem::path& path) {
  const auto file = platform::mapped_file::open(path);
  if (!file) return std::unexpected(file.error());
  return parse(file->bytes(), path.string());
}

result<imatrix> imatrix::parse(std::span<const std::byte> bytes, std::string source) {
  imatrix out(std::move(source));
  const auto first = cursor(bytes).read<std::uint32_t>();
  const auto read = first == magic ? out.read_gguf(bytes) : out.read_older(bytes);
  if (!read) return std::unexpected(read.error());
  if (out.entries_.empty())
    return fail(errc::format, message(out.source_, ": an importance matrix without entries"));
  return out;
}

std::span<const float> imatrix::find(std::string_view tensor) const {
  const auto at = entries_.find(tensor);
  return at == entries_.end() ? std::span<const float>{} : at->second;
}

result<void> imatrix::read_gguf(std::span<const std::byte> bytes) {
  const auto file = gguf::file::parse(bytes, source_);
  if (!file) return std::unexpected(file.error());
  if (const auto type = file->get_or<std::string>("general.type", ""); type != "imatrix")
    return fail(errc::format, message(source_, ": not an importance matrix: general.type is not "
                                               "'imatrix'"));
  for (const tensor_info& t : file->tensors()) {
    if (!t.name.ends_with(sums_suffix)) continue;
    const std::string name(t.name.substr(0, t.name.size() - sums_suffix.size()));
    const std::string where = message(source_, ": entry '", name, "'");
    const tensor_info* const counts = file->find_tensor(message(name, counts_suffix));
    if (counts == nullptr) return fail(errc::missing, message(where, " has no counts"));
    auto values = means(where, t, *counts);
    if (!values) return std::unexpected(values.error());
    entries_.emplace(name, *std::move(values));
  }
  chunks_ = file->get_or<std::uint32_t>("imatrix.chunk_count", 0).value_or(0);
  if (const value* const texts = file->find("imatrix.datasets"))
    if (const auto list = texts->as<string_array>(); list && !list->empty())
      dataset_ = std::string(*list->begin());
  return {};
}

result<void> imatrix::read_older(std::span<const std::byte> bytes) {
  cursor at(bytes);
  const auto broken = [&](std::string_view what) {
    return fail(errc::format, message(source_, ": neither GGUF nor an older importance matrix: ",
                                      what, " at byte ", at.position()));
  };
  const auto text = [&]() -> std::optional<std::string> {
    const auto length = at.read<std::uint32_t>();
    const auto found = length ? at.take(*length) : std::nullopt;
    if (!found) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(found->data()), found->size());
  };
  const auto count = at.read<std::uint32_t>();
  if (!count) return broken("no number of entries");
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto name = text();
    if (!name || name->empty() || name->size() > max_tensor_name_bytes) return broken("no name");
    const auto calls = at.read<std::uint32_t>(), values = at.read<std::uint32_t>();
    if (!calls || !values || *values == 0) return broken("no number of values");
    const auto data = at.take(std::uint64_t{*values} * sizeof(float));
    if (!data) return broken(message("fewer than ", *values, " values"));
    std::vector<float> numbers(*values);
    std::memcpy(numbers.data(), data->data(), data->size());
    auto usable = checked(message(source_, ": entry '", *name, "'"), std::move(numbers));
    if (!usable) return std::unexpected(usable.error());
    if (!entries_.emplace(*name, *std::move(usable)).second)
      return broken(message("entry '", *name, "' a second time"));
  }
  if (const auto chunks = at.read<std::uint32_t>()) chunks_ = *chunks;
  if (auto named = text()) dataset_ = *std::move(named);
  return {};
}

}  // namespace qx::gguf
