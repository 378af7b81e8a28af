// SPDX-License-Identifier: MIT
#include <qx/gguf/format.hpp>

#include <algorithm>
#include <iterator>

namespace qx::gguf {
namespace {

struct foreign_type {
  std::uint32_t id;
  std::string_view name;
};

constexpr foreign_type foreign_types[] = {
    {4, "q4_2, withdrawn"},
    {5, "q4_3, withdrawn"},
    {9, "q8_1"},
    {15, "q8_k"},
    {16, "iq2_xxs"},
    {17, "iq2_xs"},
    {18, "iq3_xxs"},
    {19, "iq1_s"},
    {21, "iq3_s"},
    {22, "iq2_s"},
    {23, "iq4_xs"},
    {29, "iq1_m"},
    {31, "q4_0_4_4, withdrawn"},
    {32, "q4_0_4_8, withdrawn"},
    {33, "q4_0_8_8, withdrawn"},
    {34, "tq1_0"},
    {35, "tq2_0"},
};

}  // namespace

std::string_view foreign_type_name(std::uint32_t id) {
  const auto* const at = std::ranges::find(foreign_types, id, &foreign_type::id);
  return at == std::end(foreign_types) ? std::string_view() : at->name;
}

}  // namespace qx::gguf
