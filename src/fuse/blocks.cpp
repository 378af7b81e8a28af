// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/fuse/blocks.hpp>
#include <qx/quant/codec.hpp>
#include <qx/quant/finite.hpp>

#include <span>
#include <stdexcept>

namespace qx {
namespace {

void encode_one(const float* from, const row_encoding& to, std::size_t row) {
  const float* const in = from + row * to.row_elements;
  std::byte* const out = to.blocks + row * to.row_bytes;
  if (to.own != nullptr) return to.own->encode(in, to.row_elements, out);
  if (is_quantized(to.type))
    if (const auto at = quant::first_unfit(to.type, std::span(in, to.row_elements)))
      throw std::domain_error(message("row ", row, ", column ", *at, " is ",
                                      quant::complaint_of_unfit(to.type, in[*at])));
  (void)quant::encode_row(to.type, in, to.row_elements, out);  // whole blocks, and has_encoder()
}

}  // namespace

void encode_rows(context& ctx, const float* from, const row_encoding& to) {
  if (to.own != nullptr ? to.own->encode == nullptr : !quant::has_encoder(to.type))
    throw_shape_error("nothing encodes the format of the block tensor: give it an encode()");
  const auto part = [&](std::size_t thread, std::size_t threads) {
    for (std::size_t r = to.rows * thread / threads; r < to.rows * (thread + 1) / threads; ++r)
      encode_one(from, to, r);
  };
  if (ctx.pool() == nullptr)
    part(0, 1);
  else
    ctx.pool()->parallel(part);
}

}  // namespace qx
