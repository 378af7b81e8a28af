// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/gguf/writer.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

namespace qx::gguf {
namespace {

template <class T>
void append(std::string& out, T number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(T));
}

template <class... Parts>
std::unexpected<error> refuse(const Parts&... parts) {
  return fail(errc::argument, message("cannot write a GGUF file: ", parts...));
}

/// Bytes of a tensor, or nothing where 63 bits cannot count them (the reader refuses those too).
std::optional<std::uint64_t> byte_size(dtype type, std::span<const std::size_t> dims) {
  std::int64_t elements = 1, bytes = 0;
  for (const std::size_t extent : dims)
    if (!std::in_range<std::int64_t>(extent) ||
        __builtin_mul_overflow(elements, static_cast<std::int64_t>(extent), &elements))
      return std::nullopt;
  if (__builtin_mul_overflow(elements / info(type).block_elements,
                             static_cast<std::int64_t>(info(type).block_bytes), &bytes))
    return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

result<void> pad(platform::output_file& out, std::size_t alignment) {
  static constexpr std::array<std::byte, 64> zeros{};
  for (std::uint64_t left = padded(out.size(), alignment) - out.size(); left != 0;) {
    const auto piece = std::min<std::uint64_t>(left, zeros.size());
    if (auto done = out.write(std::span(zeros).first(piece)); !done) return done;
    left -= piece;
  }
  return {};
}

}  // namespace

result<void> tensor_sink::write(std::span<const std::byte> bytes) {
  if (bytes.size() > left_)
    return refuse("a tensor was given ", bytes.size(), " bytes more, but has room for ", left_);
  left_ -= bytes.size();
  return out_.write(bytes);
}

void writer::append_string(std::string& out, std::string_view text) {
  append(out, std::uint64_t{text.size()});
  out += text;
}

void writer::set(std::string_view key, const value& v) {
  entry made{std::string(key),
             v.type(),
             v.element_type(),
             v.count(),
             {v.bytes().begin(), v.bytes().end()}};
  const auto at = std::ranges::find(entries_, key, &entry::key);
  if (at != entries_.end())
    *at = std::move(made);
  else
    entries_.push_back(std::move(made));
}

void writer::copy_metadata(const file& from) {
  for (const auto& [key, value] : from.metadata())
    set(key, value);
}

bool writer::erase(std::string_view key) {
  return std::erase_if(entries_, [key](const entry& e) { return e.key == key; }) != 0;
}

result<void> writer::add(std::string_view name, dtype type, std::span<const std::size_t> dims,
                         tensor_producer produce) {
  if (name.size() > max_tensor_name_bytes)
    return refuse("the name of tensor '", name, "' has more than ", max_tensor_name_bytes,
                  " bytes");
  if (std::ranges::find(tensors_, name, &pending_tensor::name) != tensors_.end())
    return refuse("the tensor '", name, "' was added twice");
  if (dims.size() > max_rank)
    return refuse("tensor '", name, "' has ", dims.size(), " axes; at most ", max_rank,
                  " are allowed");
  if (std::ranges::find(dims, 0u) != dims.end())
    return refuse("tensor '", name, "' has an extent of 0");
  const std::size_t row = dims.empty() ? 1 : dims.front();
  if (row % info(type).block_elements != 0)
    return refuse("tensor '", name, "' has rows of ", row,
                  " elements, which do not divide into blocks of ", info(type).block_elements, " (",
                  qx::name(type), ")");
  const auto bytes = byte_size(type, dims);
  if (!bytes) return refuse("tensor '", name, "' has more bytes than 64 bits can count");
  tensors_.push_back(
      {std::string(name), type, {dims.begin(), dims.end()}, *bytes, std::move(produce)});
  return {};
}

result<void> writer::add(std::string_view name, dtype type, std::span<const std::size_t> dims,
                         std::span<const std::byte> data) {
  return add(name, type, dims, [data](tensor_sink& sink) { return sink.write(data); });
}

result<void> writer::add(const tensor_info& from) {
  return add(from.name, from.type, std::span(from.dims).first(from.rank), from.data);
}

result<std::size_t> writer::alignment() const {
  const auto at = std::ranges::find(entries_, alignment_key, &entry::key);
  if (at == entries_.end()) return default_alignment;
  const auto number = value(at->type, at->bytes).as<std::uint32_t>();
  if (at->type != value_type::u32 || !number || !std::has_single_bit(*number) || *number < 8)
    return refuse("'", alignment_key, "' must be a u32 and a power of two, at least 8");
  return *number;
}

result<std::string> writer::header(std::size_t alignment) const {
  std::string out;
  append(out, magic);
  append(out, newest_version);
  append(out, std::uint64_t{tensors_.size()});
  append(out, std::uint64_t{entries_.size()});
  for (const entry& e : entries_) {
    if (e.key.empty() || e.key.size() > max_key_bytes)
      return refuse("a key has ", e.key.size(), " bytes; 1 to ", max_key_bytes, " are allowed");
    append_string(out, e.key);
    append(out, e.type);
    if (e.type == value_type::array) append(out, e.element);
    if (e.type == value_type::array) append(out, std::uint64_t{e.count});
    if (e.type == value_type::string) append(out, std::uint64_t{e.bytes.size()});
    out.append(reinterpret_cast<const char*>(e.bytes.data()), e.bytes.size());
  }
  std::uint64_t offset = 0;
  for (const pending_tensor& t : tensors_) {
    append_string(out, t.name);
    append(out, static_cast<std::uint32_t>(t.dims.size()));
    for (const std::size_t extent : t.dims)
      append(out, std::uint64_t{extent});
    append(out, id_of(t.type));
    append(out, offset);
    offset = padded(offset + t.bytes, alignment);
  }
  return out;
}

result<std::string> writer::head() const {
  const auto aligned = alignment();
  if (!aligned) return std::unexpected(aligned.error());
  auto out = header(*aligned);
  if (out) out->resize(padded(out->size(), *aligned), '\0');
  return out;
}

result<void> writer::write(const std::filesystem::path& path) const {
  const auto aligned = alignment();
  if (!aligned) return std::unexpected(aligned.error());
  const auto head = header(*aligned);
  if (!head) return std::unexpected(head.error());
  auto out = platform::output_file::create(path);
  if (!out) return std::unexpected(std::move(out).error());
  if (auto done = out->write(std::as_bytes(std::span(*head))); !done) return done;
  for (const pending_tensor& tensor : tensors_) {
    if (auto done = pad(*out, *aligned); !done) return done;
    tensor_sink sink(*out, tensor.bytes);
    if (auto done = tensor.produce(sink); !done) return done;
    if (sink.left() != 0)
      return refuse("tensor '", tensor.name, "' lacks ", sink.left(), " of its ", tensor.bytes,
                    " bytes");
  }
  if (!tensors_.empty())  // padding behind the last tensor, too, but none where there is no data
    if (auto done = pad(*out, *aligned); !done) return done;
  return out->commit();
}

}  // namespace qx::gguf
