// SPDX-License-Identifier: MIT
#include "src/gguf/parser.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>

static_assert(std::endian::native == std::endian::little,
              "values are read as they lie in the file");

namespace qx::gguf {
namespace {

// The smallest key: length and no characters, type, one byte. The smallest tensor: length and no
// characters, rank 0, type, offset. A count that needs more bytes than there are is not believed.
constexpr std::uint64_t smallest_key = 8 + 4 + 1;
constexpr std::uint64_t smallest_tensor = 8 + 4 + 4 + 8;

/// Product, or nothing where it does not fit a signed 64-bit number.
std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
  std::int64_t out = 0;
  if (!std::in_range<std::int64_t>(a) || !std::in_range<std::int64_t>(b) ||
      __builtin_mul_overflow(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b), &out))
    return std::nullopt;
  return static_cast<std::uint64_t>(out);
}

/// Names come from the file: a message must not become as long as one claims, nor print controls.
std::string shown(std::string_view name) {
  constexpr std::size_t longest = 80;
  std::string out(name.substr(0, longest));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return name.size() > longest ? out + "..." : out;
}

}  // namespace

result<void> parser::run() {
  constexpr std::array steps{&parser::read_version,   &parser::read_counts,  &parser::read_metadata,
                             &parser::read_alignment, &parser::read_tensors, &parser::sort_names,
                             &parser::place_tensors};
  for (const auto step : steps)
    if (auto done = (this->*step)(); !done) return done;
  return {};
}

result<void> parser::read_version() {
  if (out_.bytes_.empty()) return bad("the file is empty, not GGUF");
  const auto found = at_.read<std::uint32_t>();
  if (found != magic) return bad("this is not a GGUF file: it does not begin with 'GGUF'");
  const auto version = at_.read<std::uint32_t>();
  if (!version) return ends("the version number");
  if ((*version & 0xffffu) == 0 && *version != 0)
    return refuse(errc::unsupported, "this is a big-endian GGUF file; only little-endian is read");
  if (*version < oldest_version || *version > newest_version)
    return refuse(errc::unsupported, "GGUF version ", *version, "; versions ", oldest_version,
                  " and ", newest_version, " are read");
  out_.version_ = *version;
  return {};
}

result<void> parser::read_counts() {
  const auto tensors = at_.read<std::uint64_t>(), keys = at_.read<std::uint64_t>();
  if (!tensors || !keys) return ends("the counts of tensors and keys");
  if (*keys > at_.left() / smallest_key)
    return bad("the header claims ", *keys, " keys, more than the ", at_.left(),
               " bytes that follow can hold: is the file complete?");
  if (*tensors > at_.left() / smallest_tensor)
    return bad("the header claims ", *tensors, " tensors, more than the ", at_.left(),
               " bytes that follow can hold: is the file complete?");
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  if (*keys > most || *tensors > most) return bad("the header claims more than ", most, " entries");
  tensor_count_ = *tensors;
  key_count_ = *keys;
  return {};
}

result<void> parser::read_metadata() {
  out_.metadata_.reserve(static_cast<std::size_t>(key_count_));
  for (std::uint64_t i = 0; i < key_count_; ++i) {
    const auto key = at_.string();
    if (!key) return ends("the name of key ", i, " of ", key_count_);
    if (key->empty() || key->size() > max_key_bytes)
      return bad("the name of key ", i, " has ", key->size(), " bytes; 1 to ", max_key_bytes,
                 " are allowed");
    auto read = read_value(*key);
    if (!read) return std::unexpected(std::move(read).error());
    out_.metadata_.push_back({*key, *read});
  }
  return {};
}

result<value> parser::read_value(std::string_view key) {
  const auto number = at_.read<std::uint32_t>();
  if (!number) return ends("the type of key '", shown(key), "'");
  if (*number >= value_type_count)
    return bad("key '", shown(key), "' has the unknown type ", *number);
  const auto type = static_cast<value_type>(*number);
  if (type == value_type::array) return read_array(key);
  if (type == value_type::string) {
    const auto text = at_.string();
    if (!text) return ends("the string of key '", shown(key), "'");
    return value(type, std::as_bytes(std::span(*text)));
  }
  const auto bytes = at_.take(bytes_of(type));
  if (!bytes) return ends("the value of key '", shown(key), "'");
  if (type == value_type::boolean)
    if (auto ok = check_booleans(key, *bytes); !ok) return std::unexpected(std::move(ok).error());
  return value(type, *bytes);
}

result<value> parser::read_array(std::string_view key) {
  const auto number = at_.read<std::uint32_t>();
  const auto count = at_.read<std::uint64_t>();
  if (!number || !count) return ends("the array of key '", shown(key), "'");
  if (*number >= value_type_count)
    return bad("the array of key '", shown(key), "' has the unknown element type ", *number);
  const auto element = static_cast<value_type>(*number);
  if (element == value_type::array)
    return refuse(errc::unsupported, "key '", shown(key), "' is an array of arrays");
  const std::uint64_t least =
      element == value_type::string ? sizeof(std::uint64_t) : bytes_of(element);
  if (*count > at_.left() / least)
    return bad("the array of key '", shown(key), "' claims ", *count, " elements of ",
               name(element), ", more than the ", at_.left(),
               " bytes that follow can hold: is the file complete?");
  const std::size_t first = at_.position();
  if (element == value_type::string) {
    for (std::uint64_t i = 0; i < *count; ++i)
      if (!at_.string()) return ends("string ", i, " of the array of key '", shown(key), "'");
  } else {
    static_cast<void>(at_.take(*count * least));  // fits, as was just checked
  }
  const auto bytes = out_.bytes_.subspan(first, at_.position() - first);
  if (element == value_type::boolean)
    if (auto ok = check_booleans(key, bytes); !ok) return std::unexpected(std::move(ok).error());
  return value(element, static_cast<std::size_t>(*count), bytes);
}

result<void> parser::check_booleans(std::string_view key, std::span<const std::byte> bytes) {
  for (const std::byte b : bytes)
    if (b > std::byte{1})
      return bad("key '", shown(key), "' has a truth value of ", std::to_integer<unsigned>(b),
                 "; it must be 0 or 1");
  return {};
}

result<void> parser::read_alignment() {
  for (const key_value& entry : out_.metadata_) {
    if (entry.key != alignment_key) continue;
    if (entry.value.type() != value_type::u32)
      return bad("key '", alignment_key, "' is ", describe(entry.value), "; it must be a u32");
    const std::uint32_t alignment = *entry.value.as<std::uint32_t>();
    if (!std::has_single_bit(alignment) || alignment < 8)
      return bad("key '", alignment_key, "' is ", alignment,
                 "; it must be a power of two, at least 8");
    out_.alignment_ = alignment;
  }
  return {};
}

result<void> parser::read_tensors() {
  out_.tensors_.reserve(static_cast<std::size_t>(tensor_count_));
  offsets_.reserve(static_cast<std::size_t>(tensor_count_));
  for (std::size_t i = 0; i < tensor_count_; ++i) {
    auto tensor = read_tensor(i);
    if (!tensor) return std::unexpected(std::move(tensor).error());
    out_.tensors_.push_back(*tensor);
  }
  return {};
}

result<tensor_info> parser::read_tensor(std::size_t index) {
  tensor_info tensor;
  const auto name = at_.string();
  if (!name) return ends("the name of tensor ", index, " of ", tensor_count_);
  if (name->size() > max_tensor_name_bytes)
    return bad("the name of tensor ", index, " ('", shown(*name), "') has ", name->size(),
               " bytes; at most ", max_tensor_name_bytes, " are allowed");
  tensor.name = *name;
  if (auto ok = read_extents(tensor); !ok) return std::unexpected(std::move(ok).error());
  if (auto ok = read_type(tensor); !ok) return std::unexpected(std::move(ok).error());
  const auto offset = at_.read<std::uint64_t>();
  if (!offset) return ends("the offset of tensor '", shown(tensor.name), "'");
  offsets_.push_back(*offset);
  return tensor;
}

result<void> parser::read_extents(tensor_info& tensor) {
  const auto rank = at_.read<std::uint32_t>();
  if (!rank) return ends("the rank of tensor '", shown(tensor.name), "'");
  if (*rank > max_rank)
    return bad("tensor '", shown(tensor.name), "' has ", *rank, " axes; at most ", max_rank,
               " are allowed");
  tensor.rank = *rank;
  std::optional<std::uint64_t> product = 1;
  for (std::size_t i = 0; i < *rank; ++i) {
    const auto extent = at_.read<std::uint64_t>();
    if (!extent) return ends("the extents of tensor '", shown(tensor.name), "'");
    if (*extent == 0 || !std::in_range<std::int64_t>(*extent))
      return bad("tensor '", shown(tensor.name), "' has the extent ",
                 static_cast<std::int64_t>(*extent), " on axis ", i, "; it must be positive");
    product = multiply(*product, *extent);
    if (!product)
      return bad("tensor '", shown(tensor.name), "' has more elements than 64 bits can count");
    tensor.dims[i] = static_cast<std::size_t>(*extent);
  }
  return {};
}

result<void> parser::read_type(tensor_info& tensor) {
  const auto id = at_.read<std::uint32_t>();
  if (!id) return ends("the type of tensor '", shown(tensor.name), "'");
  const auto type = dtype_from_id(*id);
  if (!type) {
    const std::string_view known = foreign_type_name(*id);
    const std::string suffix = known.empty() ? "" : message(" (", known, ")");
    return refuse(errc::unsupported, "tensor '", shown(tensor.name), "' has type ", *id, suffix,
                  ", which qx does not read");
  }
  tensor.type = *type;
  const std::size_t block = info(*type).block_elements;
  if (tensor.dims[0] % block != 0)
    return bad("tensor '", shown(tensor.name), "' has rows of ", tensor.dims[0],
               " elements, which do not divide into blocks of ", block, " (", qx::name(*type), ")");
  return {};
}

result<std::uint64_t> parser::byte_size(const tensor_info& tensor) const {
  const dtype_info& type = info(tensor.type);
  const auto bytes = multiply(tensor.elements() / type.block_elements, type.block_bytes);
  // Room for padding: the running sum of offsets must not wrap either.
  if (!bytes || *bytes > std::numeric_limits<std::int64_t>::max() - out_.alignment_)
    return bad("tensor '", shown(tensor.name), "' has more bytes than 64 bits can count");
  return *bytes;
}

result<void> parser::place_tensors() {
  const std::uint64_t size = out_.bytes_.size();
  const std::uint64_t begin = padded(at_.position(), out_.alignment_);
  const std::uint64_t available = size > begin ? size - begin : 0;
  out_.data_offset_ = static_cast<std::size_t>(begin);
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < out_.tensors_.size(); ++i) {
    tensor_info& tensor = out_.tensors_[i];
    const auto bytes = byte_size(tensor);
    if (!bytes) return std::unexpected(bytes.error());
    if (offsets_[i] != expected)
      return bad("tensor '", shown(tensor.name), "' is at offset ", offsets_[i],
                 " of the data; the tensors before it end at ", expected);
    if (expected > available || *bytes > available - expected)
      return bad("tensor '", shown(tensor.name), "' needs ", *bytes, " bytes at offset ", expected,
                 " of the data, which has ", available, ": is the file complete?");
    tensor.data = out_.bytes_.subspan(static_cast<std::size_t>(begin + expected),
                                      static_cast<std::size_t>(*bytes));
    expected = padded(expected + *bytes, out_.alignment_);
  }
  return {};
}

result<void> parser::sort_names() {
  const auto sorted = [](std::size_t count, auto name_of) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, name_of);
    return order;
  };
  const auto key = [this](std::uint32_t i) { return out_.metadata_[i].key; };
  const auto tensor = [this](std::uint32_t i) { return out_.tensors_[i].name; };
  out_.keys_sorted_ = sorted(out_.metadata_.size(), key);
  out_.tensors_sorted_ = sorted(out_.tensors_.size(), tensor);
  const auto twice = std::ranges::adjacent_find(out_.keys_sorted_, {}, key);
  if (twice != out_.keys_sorted_.end())
    return bad("the key '", shown(key(*twice)), "' is there twice");
  const auto same = std::ranges::adjacent_find(out_.tensors_sorted_, {}, tensor);
  if (same != out_.tensors_sorted_.end())
    return bad("the tensor '", shown(tensor(*same)), "' is there twice");
  return {};
}

}  // namespace qx::gguf
