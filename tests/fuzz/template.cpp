// SPDX-License-Identifier: MIT
/// \file
/// Any bytes as a template: it is read or refused, filled in or stopped, always with a sentence
/// that names a line, and twice the same.
#include <qx/text/template.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace qx;
using namespace qx::text;

namespace {

void demand(bool law) {
  if (!law) __builtin_trap();
}

template_map conversation() {
  const auto message_of = [](const char* role, const char* content) {
    return template_value(template_map{{"role", role}, {"content", content}});
  };
  return {
      {"messages", template_list{message_of("system", "Be brief."), message_of("user", "Hi \xFF"),
                                 message_of("assistant", "Hello!")}},
      {"bos_token", "<s>"},
      {"eos_token", "</s>"},
      {"add_generation_prompt", true},
      {"tools", template_value::none{}}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto made = text_template::parse({reinterpret_cast<const char*>(data), size});
  if (!made) {
    demand(made.error().message.starts_with("line "));
    return 0;
  }
  const template_map variables = conversation();
  const template_limits limits{.steps = 20'000, .bytes = 1 << 20};
  const auto once = made->render(variables, limits, 0), again = made->render(variables, limits, 0);
  demand(once.has_value() == again.has_value());
  if (once)
    demand(*once == *again && once->text().size() <= limits.bytes);
  else
    demand(once.error().message.starts_with("line ") &&
           once.error().message == again.error().message);
  return 0;
}
