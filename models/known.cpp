// SPDX-License-Identifier: MIT
#include <array>
#include <models/gpt2/model.hpp>
#include <models/known.hpp>
#include <models/llama/model.hpp>
#include <models/qwen/model.hpp>

namespace qx {

namespace {

constexpr std::array kinds{kind_of<gpt2::architecture>("gpt2"), kind_of<llama::architecture>("llama"),
                           kind_of<qwen::architecture>("qwen2"),
                           kind_of<qwen::architecture>("qwen3")};

}  // namespace

std::span<const model_kind> known_models() { return kinds; }

result<any_model> load_model(const gguf::file& file, const load_options& options) {
  const auto kind = find_kind(file, known_models());
  if (!kind) return std::unexpected(kind.error());
  return (*kind)->load(file, options);
}

}  // namespace qx
