// SPDX-License-Identifier: MIT
#include <qx/fuse/explain.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace qx {
namespace {

/// 12.3k, 4.56M: three digits and a unit.
std::string scaled(double x, std::string_view unit) {
  static constexpr std::array<std::string_view, 5> prefix{"", "k", "M", "G", "T"};
  std::size_t i = 0;
  for (; x >= 999.5 && i + 1 < prefix.size(); ++i)
    x /= 1000;
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, 3).ptr;
  return message(std::string_view(text.data(), end), prefix[i], unit);
}
std::string duration(double seconds) {
  return seconds < 1e-6   ? scaled(seconds * 1e9, " ns")
         : seconds < 1e-3 ? scaled(seconds * 1e6, " µs")
                          : scaled(seconds * 1e3, " ms");
}
/// Characters, not bytes: a µ is one.
std::size_t width(std::string_view s) {
  return static_cast<std::size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string stage_table(const std::vector<stage_report>& stages, const roofline& limits,
                        double measured) {
  using row = std::array<std::string, 9>;
  std::vector<row> rows{
      {"stage", "kind", "sweeps", "in", "out", "flops", "stored", "at best", "what"}};
  double best = 0;
  for (const stage_report& s : stages) {
    const double time = std::max((s.bytes_in + s.bytes_out) / limits.bytes_per_second,
                                 s.flops / limits.flops_per_second);
    best += time;
    rows.push_back(
        {message(rows.size()), std::string(s.kind), message(s.sweeps), scaled(s.bytes_in, "B"),
         scaled(s.bytes_out, "B"), scaled(s.flops, ""),
         s.temporary_bytes == 0 ? "-" : scaled(static_cast<double>(s.temporary_bytes), "B"),
         duration(time), s.expression});
  }
  std::array<std::size_t, 9> wide{};
  for (const row& r : rows)
    for (std::size_t i = 0; i < r.size(); ++i)
      wide[i] = std::max(wide[i], width(r[i]));
  std::string out;
  for (const row& r : rows) {
    for (std::size_t i = 0; i + 1 < r.size(); ++i)
      out += r[i] + std::string(wide[i] - width(r[i]) + 2, ' ');
    out += r.back() + "\n";
  }
  out += message("at best ", duration(best));
  if (measured > 0) out += message(", measured ", duration(measured));
  return out + "\n";
}

}  // namespace qx
