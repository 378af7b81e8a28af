// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/text/byte_vocabulary.hpp>

#include <src/text/spelling.hpp>
#include <string>
#include <string_view>

namespace qx::text {

result<vocab_data> byte_vocabulary(std::size_t size) {
  if (size < smallest_byte_vocabulary) {
    return fail(errc::range, message("a byte vocabulary of ", size, " tokens is too small; it has ",
                                     smallest_byte_vocabulary, " or more"));
  }
  vocab_data data;
  data.model = "llama";
  data.pre = "default";
  const auto add = [&](std::string_view spelling, token_type type) {
    data.tokens.push_back(spelling);
    data.scores.push_back(0.0f);
    data.types.push_back(type);
  };
  add("<unk>", token_type::unknown);
  add("<s>", token_type::control);
  add("</s>", token_type::control);
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (std::size_t byte = 0; byte < 256; ++byte) {
    add(message("<0x", digits[byte >> 4], digits[byte & 15], '>'), token_type::byte);
  }
  constexpr std::size_t printable = '~' - ' ' + 1;
  if (size >= smallest_byte_vocabulary + printable) {
    add(lower_block, token_type::normal);
    for (char c = '!'; c <= '~'; ++c) add({&c, 1}, token_type::normal);
  }
  for (std::size_t i = 0; data.tokens.size() < size; ++i) {
    add(message("<unused_", i, '>'), token_type::unused);
  }
  data.unknown = 0;
  data.bos = 1;
  data.eos = 2;
  data.add_bos = true;
  data.add_eos = false;
  data.add_space_prefix = false;
  return data;
}

}  // namespace qx::text
