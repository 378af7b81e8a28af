// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/interop/npy.hpp>
#include <qx/platform/output_file.hpp>

#include <charconv>
#include <limits>

namespace qx {
namespace {

/// Reads Python's spelling of a dictionary, as far as NumPy writes one.
class dictionary {
 public:
  explicit dictionary(std::string_view text) : text_(text) {}

  [[nodiscard]] bool take(char c) {
    skip();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool word(std::string_view w) {
    skip();
    if (!text_.starts_with(w)) return false;
    text_.remove_prefix(w.size());
    return true;
  }
  [[nodiscard]] bool string(std::string_view& out) {
    skip();
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"')) return false;
    const auto end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) return false;
    out = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return true;
  }
  [[nodiscard]] bool number(std::size_t& out) {
    skip();
    const auto r = std::from_chars(text_.data(), text_.data() + text_.size(), out);
    if (r.ec != std::errc{}) return false;
    text_.remove_prefix(static_cast<std::size_t>(r.ptr - text_.data()));
    (void)take('L');  // Python 2 wrote long integers so
    return true;
  }
  [[nodiscard]] bool at_end() {
    skip();
    return text_.empty();
  }

 private:
  void skip() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n'))
      text_.remove_prefix(1);
  }
  std::string_view text_;
};

constexpr std::size_t most_axes = 32;

bool parse_shape(dictionary& d, std::vector<std::size_t>& shape) {
  if (!d.take('(')) return false;
  while (!d.take(')')) {
    std::size_t size = 0;
    if (shape.size() == most_axes || !d.number(size)) return false;
    shape.push_back(size);
    if (!d.take(',')) return d.take(')');
  }
  return true;
}

bool parse_dictionary(std::string_view text, npy_header& out) {
  dictionary d(text);
  int seen = 0;
  if (!d.take('{')) return false;
  while (!d.take('}')) {
    std::string_view key;
    if (!d.string(key) || !d.take(':')) return false;
    if (key == "descr") {
      std::string_view type;
      if (!d.string(type)) return false;
      out.type = type;
      seen |= 1;
    } else if (key == "fortran_order") {
      out.fortran_order = d.word("True");
      if (!out.fortran_order && !d.word("False")) return false;
      seen |= 2;
    } else if (key == "shape") {
      out.shape.clear();
      if (!parse_shape(d, out.shape)) return false;
      seen |= 4;
    } else {
      return false;
    }
    if (!d.take(',')) {
      if (!d.take('}')) return false;
      break;
    }
  }
  return seen == 7 && d.at_end();
}

/// Bytes of an element; 0 for what no tensor holds.
std::size_t element_bytes(std::string_view type) {
  for (const std::string_view known :
       {"|b1", "|i1", "|u1", "<f2", "<i2", "<u2", "<f4", "<i4", "<u4", "<f8", "<i8", "<u8"})
    if (type == known) return static_cast<std::size_t>(type[2] - '0');
  return 0;
}

}  // namespace

result<npy_header> parse_npy(std::span<const std::byte> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.size() < 10 || !text.starts_with("\x93NUMPY"))
    return fail(errc::format, "not an .npy file: it does not begin with \\x93NUMPY");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(file[i]); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3)
    return fail(errc::unsupported, message(".npy format version ", version, "; 1 to 3 are known"));
  std::size_t begin = 10;
  std::size_t length = byte(8) | byte(9) << 8;
  if (version > 1) {
    if (text.size() < 12) return fail(errc::format, "the .npy header is cut off");
    begin = 12;
    length |= byte(10) << 16 | byte(11) << 24;
  }
  if (length > text.size() - begin)
    return fail(errc::format, message("the .npy header claims ", length, " bytes; the file has ",
                                      text.size() - begin, " after its length"));
  npy_header header;
  if (!parse_dictionary(text.substr(begin, length), header))
    return fail(errc::format,
                "the .npy header is not a dictionary of descr, fortran_order and shape");
  std::size_t bytes = element_bytes(header.type);
  if (bytes == 0)
    return fail(errc::unsupported,
                ".npy elements of a type that no tensor has (wanted: little-endian "
                "numbers or bool)");
  const std::size_t there = text.size() - begin - length;
  for (const std::size_t size : header.shape) {
    if (size != 0 && bytes > std::numeric_limits<std::size_t>::max() / size)
      return fail(errc::format, "the .npy shape has more elements than memory has addresses");
    bytes *= size;
  }
  if (bytes > there)
    return fail(errc::format,
                message("the .npy shape asks for ", bytes, " bytes; the file has ", there));
  header.elements = file.subspan(begin + length, bytes);
  return header;
}

std::string npy_prefix(std::string_view type, std::span<const std::size_t> shape) {
  std::string dict = message("{'descr': '", type, "', 'fortran_order': False, 'shape': (");
  for (std::size_t i = 0; i < shape.size(); ++i)
    dict += message(shape[i], shape.size() == 1 || i + 1 < shape.size() ? "," : "",
                    i + 1 < shape.size() ? " " : "");
  dict += "), }";
  const std::size_t total = (10 + dict.size() + 1 + 63) / 64 * 64;
  dict.append(total - 10 - dict.size() - 1, ' ');
  dict += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(dict.size() & 255);
  out += static_cast<char>(dict.size() >> 8);
  return out + dict;
}

namespace detail {

result<void> check_npy(const npy_header& header, std::string_view type,
                       std::span<const std::string_view> names,
                       std::span<const std::size_t> extents) {
  if (header.type != type)
    return fail(errc::format, message("the .npy file holds ", header.type, ", the tensor ", type));
  if (header.shape.size() != names.size())
    return fail(errc::shape, message("the .npy file has ", header.shape.size(),
                                     " axes, the tensor ", names.size()));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (extents[i] != dynamic && extents[i] != header.shape[i])
      return fail(errc::shape, message("axis '", names[i], "': extent ", extents[i],
                                       " in the tensor, ", header.shape[i], " in the .npy file"));
  return {};
}

result<void> write_file(const std::filesystem::path& path, std::string_view prefix,
                        std::span<const std::byte> elements) {
  auto file = platform::output_file::create(path);
  if (!file) return std::unexpected(file.error());
  if (auto done = file->write(std::as_bytes(std::span(prefix))); !done) return done;
  if (auto done = file->write(elements); !done) return done;
  return file->commit();
}

}  // namespace detail

}  // namespace qx
