// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/run/logit_file.hpp>
#include <qx/run/perplexity.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

namespace qx {
namespace {

static_assert(std::endian::native == std::endian::little, "rows are written as they lie in memory");

constexpr std::string_view logit_file_magic = "_logits_";
/// Before the tokens of a row: two floats, in places of 16 bits.
constexpr std::size_t row_head = 4;

std::size_t row_places(std::size_t vocabulary) { return (vocabulary + 1) / 2 * 2 + row_head; }

struct row_scale {
  float scale, lowest;
};

template <class T>
T read_at(std::span<const std::byte> bytes, std::size_t at) {
  T out;
  std::memcpy(&out, bytes.data() + at, sizeof(T));
  return out;
}

}  // namespace

result<logit_writer> logit_writer::create(const std::filesystem::path& path, std::size_t chunk,
                                          std::size_t vocabulary,
                                          std::span<const token_id> tokens) {
  auto out = platform::output_file::create(path);
  if (!out) return std::unexpected(out.error());
  const std::array<std::int32_t, 3> head{static_cast<std::int32_t>(chunk),
                                         static_cast<std::int32_t>(vocabulary),
                                         static_cast<std::int32_t>(tokens.size() / chunk)};
  const std::array<std::span<const std::byte>, 3> parts{std::as_bytes(std::span(logit_file_magic)),
                                                        std::as_bytes(std::span(head)),
                                                        std::as_bytes(tokens)};
  for (const auto part : parts)
    if (auto written = out->write(part); !written) return std::unexpected(written.error());
  return logit_writer(std::move(*out));
}

result<void> logit_writer::add(std::span<const float> logits) {
  const auto [low, high] = std::ranges::minmax(logits);
  const float least = std::max(low, high - 16.0f);
  const float scale = (high - least) / 65535.0f;
  row_.assign(row_places(logits.size()), 0);
  const row_scale head{scale,
                       static_cast<float>(static_cast<double>(least) - log_partition(logits))};
  std::memcpy(row_.data(), &head, sizeof(head));
  for (std::size_t i = 0; scale > 0 && i < logits.size(); ++i)
    if (logits[i] > least)
      row_[row_head + i] = static_cast<std::uint16_t>(std::nearbyint((logits[i] - least) / scale));
  return out_.write(std::as_bytes(std::span(row_)));
}

result<logit_reader> logit_reader::open(const std::filesystem::path& path) {
  auto file = platform::mapped_file::open(path);
  if (!file) return std::unexpected(file.error());
  logit_reader out(std::move(*file));
  const auto bytes = out.file_.bytes();
  constexpr std::size_t head = logit_file_magic.size() + 3 * sizeof(std::int32_t);
  const auto wrong = [&](const auto&... parts) {
    return fail(errc::format, message(path.string(), ": ", parts...));
  };
  if (bytes.size() < head ||
      std::memcmp(bytes.data(), logit_file_magic.data(), logit_file_magic.size()) != 0)
    return wrong("this is no file of logits: it does not begin with '", logit_file_magic, "'");
  std::array<std::int32_t, 3> sizes{};
  std::memcpy(sizes.data(), bytes.data() + logit_file_magic.size(), sizeof(sizes));
  const auto [chunk, vocabulary, chunks] = sizes;
  if (chunk < 4 || vocabulary < 1 || chunks < 1)
    return wrong("chunks of ", chunk, " tokens, ", chunks, " of them, and a vocabulary of ",
                 vocabulary, " make no sense");
  out.chunk_ = static_cast<std::size_t>(chunk);
  out.vocabulary_ = static_cast<std::size_t>(vocabulary);
  // Below 2^31 each: what a file of 2^63 bytes could hold is not reached by these products.
  const std::size_t tokens = static_cast<std::size_t>(chunks) * out.chunk_;
  const std::size_t scored = out.chunk_ - 1 - first_scored(out.chunk_);
  const std::size_t row = 2 * row_places(out.vocabulary_);
  const std::size_t left = bytes.size() - head;
  if (tokens > left / sizeof(token_id) ||
      (left - tokens * sizeof(token_id)) / row / scored != static_cast<std::size_t>(chunks) ||
      left - tokens * sizeof(token_id) != static_cast<std::size_t>(chunks) * scored * row)
    return wrong("the file has ", bytes.size(), " bytes, which is not what ", chunks, " chunks of ",
                 chunk, " tokens and a vocabulary of ", vocabulary, " take");
  out.tokens_.resize(tokens);
  std::memcpy(out.tokens_.data(), bytes.data() + head, tokens * sizeof(token_id));
  out.at_ = head + tokens * sizeof(token_id);
  return out;
}

result<logit_difference> logit_reader::compare(std::span<const float> logits, token_id next) {
  const auto bytes = file_.bytes();
  const std::size_t row = 2 * row_places(vocabulary_);
  if (logits.size() != vocabulary_)
    return fail(errc::shape, message("the file of logits has a vocabulary of ", vocabulary_,
                                     " tokens, the model one of ", logits.size()));
  if (bytes.size() - at_ < row) return fail(errc::range, "the file of logits has no more rows");
  const auto head = read_at<row_scale>(bytes, at_);
  const double partition = log_partition(logits);
  logit_difference out;
  std::size_t top = 0, file_top = 0;
  std::uint16_t largest = 0;
  for (std::size_t i = 0; i < vocabulary_; ++i) {
    const auto q = read_at<std::uint16_t>(bytes, at_ + 2 * (row_head + i));
    const double log_p = static_cast<double>(head.scale * static_cast<float>(q) + head.lowest);
    if (logits[i] > logits[top]) top = i;
    if (q > largest) largest = q, file_top = i;
    if (static_cast<token_id>(i) == next) out.file_surprise = -log_p;
    // What is below is mostly the floor of the file's 16 bits.
    if (log_p > -16)
      out.divergence += std::exp(log_p) * (log_p - static_cast<double>(logits[i]) + partition);
  }
  out.same_top = top == file_top;
  at_ += row;
  return out;
}

}  // namespace qx
