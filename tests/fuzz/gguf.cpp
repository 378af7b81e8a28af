// SPDX-License-Identifier: MIT
/// \file
/// Opens whatever bytes come as a GGUF file and, where that succeeds, reads all of it: every key in
/// its own type, every string, every byte of every tensor, and a row of each decoded.
#include <qx/gguf/reader.hpp>
#include <qx/quant/codec.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace {

using namespace qx;

// Not assert: a fuzzing build may be a release build.
void require(bool holds) {
  if (!holds) std::abort();
}

/// Touches every byte that is handed out, so that the address sanitizer sees each.
struct toucher {
  std::uint64_t sum = 0;

  void operator()(std::string_view text) {
    for (const char c : text)
      sum += static_cast<unsigned char>(c);
  }
  void operator()(gguf::string_array strings) {
    std::size_t count = 0;
    for (const std::string_view text : strings) {
      (*this)(text);
      ++count;
    }
    require(count == strings.size());
  }
  template <class T>
  void operator()(gguf::array_view<T> elements) {
    for (const T element : elements)
      sum += element != T{};
  }
  template <gguf::Stored T>
  void operator()(T number) {
    sum += number != T{};
  }
};

void read_tensor(const gguf::file& f, const gguf::tensor_info& tensor, toucher& touch) {
  require(f.find_tensor(tensor.name) == &tensor);
  require(tensor.data.size() == tensor.rows() * tensor.row_bytes());
  for (const std::byte b : tensor.data)
    touch.sum += std::to_integer<unsigned>(b);
  std::vector<float> row(tensor.row_elements());  // no longer than the data, which exists
  quant::decode_row(tensor.type, tensor.data.data(), row.size(), row.data());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto f = gguf::file::parse(std::as_bytes(std::span(data, size)));
  if (!f) {
    require(!f.error().message.empty() && f.error().message.size() < 1000);
    return 0;
  }
  toucher touch;
  for (const gguf::key_value& entry : f->metadata()) {
    require(f->find(entry.key) == &entry.value);
    entry.value.visit(touch);
    static_cast<void>(f->get<std::uint32_t>(entry.key));
    static_cast<void>(gguf::describe(entry.value));
  }
  for (const gguf::tensor_info& tensor : f->tensors())
    read_tensor(*f, tensor, touch);
  volatile std::uint64_t keep = touch.sum;
  static_cast<void>(keep);
  return 0;
}
