// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/interop/print.hpp>

#include <charconv>

namespace qx::detail {

void append_number(std::string& out, double value, int digits) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general,
                                 digits < 1    ? 1
                                 : digits > 17 ? 17
                                               : digits);
  out.append(buffer, end.ptr);
}
void append_number(std::string& out, long long value) { append(out, value); }

namespace {

struct printer {
  std::span<const std::size_t> sizes;
  std::span<const std::ptrdiff_t> steps;
  element_writer elements;
  const print_options& options;
  std::string out;

  void axis(std::size_t depth, std::ptrdiff_t offset) {
    if (depth == sizes.size()) return elements.write(out, elements.data, offset, options.digits);
    const bool last = depth + 1 == sizes.size();
    const bool whole = sizes[depth] <= options.longest || sizes[depth] <= 2 * options.edge;
    const std::string between = last ? ", " : ",\n" + std::string(depth + 1, ' ');
    out += '[';
    for (std::size_t i = 0; i < sizes[depth]; ++i) {
      if (i != 0) out += between;
      if (!whole && i == options.edge) {
        out += "…";
        i = sizes[depth] - options.edge - 1;
        continue;
      }
      axis(depth + 1, offset + static_cast<std::ptrdiff_t>(i) * steps[depth]);
    }
    out += ']';
  }
};

}  // namespace

std::string print(std::string_view type, std::span<const std::string_view> names,
                  std::span<const std::size_t> sizes, std::span<const std::ptrdiff_t> steps,
                  element_writer elements, const print_options& options) {
  std::string head = message(type, " [");
  for (std::size_t i = 0; i < names.size(); ++i)
    head += message(i == 0 ? "" : ", ", names[i], ' ', sizes[i]);
  printer p{sizes, steps, elements, options, head + "]\n"};
  p.axis(0, 0);
  return p.out;
}

}  // namespace qx::detail
