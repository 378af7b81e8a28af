// SPDX-License-Identifier: MIT
#include <qx/core/extents.hpp>
#include <qx/core/message.hpp>

namespace qx {

void throw_shape_error(const char* sentence) { throw shape_error(sentence); }

void throw_extent_mismatch(std::string_view axis, std::size_t first, std::size_t second) {
  if (second == dynamic) throw shape_error(message("axis '", axis, "': no extent was given"));
  throw shape_error(message("axis '", axis, "': extent ", first, " here, ", second, " there"));
}

void throw_out_of_range(std::string_view axis, std::size_t first, std::size_t last,
                        std::size_t extent) {
  throw shape_error(message("axis '", axis, "': index range [", first, ", ", last,
                            ") is outside extent ", extent));
}

void throw_partial_block(std::string_view axis, std::size_t extent, std::size_t block) {
  throw shape_error(message("axis '", axis, "': extent ", extent, " is not a multiple of the ",
                            block, " elements of a block"));
}

void throw_no_row(std::string_view axis, long long row, std::size_t extent) {
  throw shape_error(message("axis '", axis, "': there is no row ", row, " among ", extent));
}

}  // namespace qx
