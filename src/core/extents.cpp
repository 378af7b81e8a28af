// SPDX-License-Identifier: MIT
#include <qx/core/extents.hpp>
#include <qx/core/message.hpp>
#include <qx/core/reshape.hpp>

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

void throw_uneven_split(std::string_view axis, std::size_t extent, std::size_t product) {
  throw shape_error(message("axis '", axis, "': extent ", extent,
                            " cannot be split into parts that make ", product));
}

void throw_not_together(std::string_view outer, std::string_view inner) {
  throw shape_error(message("axes '", outer, "' and '", inner,
                            "' do not lie together in memory: merge a copy"));
}

}  // namespace qx
