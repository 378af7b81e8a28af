// SPDX-License-Identifier: MIT
// .npy files: what NumPy writes, what we write, and files that lie.
#include <qx/interop/npy.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <string>

namespace {

inline constexpr qx::axis<"row"> row;
inline constexpr qx::axis<"column"> column;
using matrix = qx::tensor<float, row, column>;

std::vector<std::byte> file(const std::string& dict, std::size_t payload, char version = 1) {
  std::string text("\x93NUMPY", 6);
  text += version;
  text += '\0';
  text += static_cast<char>(dict.size() & 255);
  text += static_cast<char>(dict.size() >> 8);
  if (version > 1) text += std::string(2, '\0');
  text += dict;
  for (std::size_t i = 0; i < payload; ++i)
    text += static_cast<char>(i);
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return {bytes, bytes + text.size()};
}
std::vector<std::byte> floats(const std::string& dict, const std::vector<float>& numbers) {
  auto bytes = file(dict, numbers.size() * 4);
  std::memcpy(bytes.data() + bytes.size() - numbers.size() * 4, numbers.data(), numbers.size() * 4);
  return bytes;
}

TEST_CASE("what NumPy writes is read, in either order") {
  const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
  const auto c = qx::read_npy<matrix>(
      floats("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", numbers));
  REQUIRE(c);
  CHECK((*c)[1, 0] == 4);
  const auto f = qx::read_npy<matrix>(
      floats("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", numbers));
  REQUIRE(f);
  CHECK((*f)[1, 0] == 2);
  CHECK((*f)[0, 2] == 5);
  const auto one = qx::read_npy<qx::tensor<float, row>>(
      floats("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", numbers));
  REQUIRE(one);
  CHECK((*one)[5] == 6);
  const auto none = qx::read_npy<qx::tensor<float>>(
      floats("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", {7}));
  REQUIRE(none);
  CHECK(none->elements()[0] == 7);
}

TEST_CASE("what is written is read back") {
  matrix x(row(3), column(5));
  for (std::size_t i = 0; i < x.size(); ++i)
    x.data()[i] = static_cast<float>(i) * 0.5f;
  const auto path = std::filesystem::temp_directory_path() / "qx-npy-test.npy";
  REQUIRE(qx::save_npy(path, x));
  const auto y = qx::load_npy<matrix>(path);
  REQUIRE(y);
  CHECK(y->shape() == x.shape());
  CHECK((*y)[2, 4] == x[2, 4]);
  const auto wrong = qx::load_npy<qx::tensor<float, qx::fixed<row, 4>, column>>(path);
  REQUIRE(!wrong);
  CHECK(wrong.error().code == qx::errc::shape);
  CHECK(wrong.error().message.ends_with("axis 'row': extent 4 in the tensor, 3 in the .npy file"));
  CHECK(qx::load_npy<qx::tensor<double, row, column>>(path).error().code == qx::errc::format);
  CHECK(qx::load_npy<qx::tensor<float, row>>(path).error().code == qx::errc::shape);
  std::filesystem::remove(path);
  CHECK(qx::load_npy<matrix>(path).error().code == qx::errc::io);
  const auto prefix = qx::npy_prefix("<f4", x.shape().sizes());
  CHECK(prefix.size() % 64 == 0);
}

TEST_CASE("files that lie are refused, whatever they claim") {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  CHECK(qx::parse_npy(file(good, 24)));
  CHECK(qx::parse_npy(file(good, 23)).error().code == qx::errc::format);
  CHECK(qx::parse_npy(file(good, 24, 4)).error().code == qx::errc::unsupported);
  const auto refused = [](const std::string& dict, qx::errc code) {
    const auto r = qx::parse_npy(file(dict, 64));
    CAPTURE(dict);
    REQUIRE(!r);
    CHECK(r.error().code == code);
  };
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4), }",
          qx::errc::format);
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
          qx::errc::format);
  refused("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", qx::errc::unsupported);
  refused("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", qx::errc::unsupported);
  refused("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }", qx::errc::format);
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", qx::errc::format);
  refused("{'descr': '<f4', 'shape': (2,), }", qx::errc::format);
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", qx::errc::format);
  refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } or more", qx::errc::format);
  refused("", qx::errc::format);
  std::string many = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < 40; ++i)
    many += "1, ";
  refused(many + "), }", qx::errc::format);
  // Every beginning of a good file.
  const auto whole = file(good, 24);
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK(!qx::parse_npy(std::span(whole).first(n)));
}

}  // namespace
