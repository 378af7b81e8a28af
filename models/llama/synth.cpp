// SPDX-License-Identifier: MIT
#include <qx/core/dtype_name.hpp>
#include <qx/core/message.hpp>
#include <qx/gguf/file_type.hpp>
#include <qx/gguf/writer.hpp>
#include <qx/text/byte_vocabulary.hpp>

#include <array>
#include <cmath>
#include <cstring>
#include <models/llama/random_weights.hpp>
#include <models/llama/synth.hpp>
#include <numbers>
#include <string>
#include <vector>

namespace qx::llama {
namespace {

//                     name       layers model heads kv dim   ff   vocab context  base tied factors
constexpr std::array shapes{
    synthetic_shape{"test", 2, 256, 8, 4, 32, 512, 512, 512, 1e4f, false, false},
    synthetic_shape{"llama-134m", 12, 768, 12, 12, 64, 2048, 32000, 2048, 1e4f, false, false},
    synthetic_shape{"tinyllama-1.1b", 22, 2048, 32, 4, 64, 5632, 32000, 2048, 1e4f, false, false},
    synthetic_shape{"llama-3.2-1b", 16, 2048, 32, 8, 64, 8192, 128256, 131072, 5e5f, true, true},
    synthetic_shape{"llama-3.2-3b", 28, 3072, 24, 8, 128, 8192, 128256, 131072, 5e5f, true, true},
    synthetic_shape{"llama-2-7b", 32, 4096, 32, 32, 128, 11008, 32000, 4096, 1e4f, false, false},
    synthetic_shape{"llama-3.1-8b", 32, 4096, 32, 8, 128, 14336, 128256, 131072, 5e5f, false,
                    true}};

struct planned_tensor {
  std::string name;
  dtype type;
  std::size_t columns;
  std::size_t rows;  // 0: a vector

  [[nodiscard]] std::size_t bytes() const {
    return bytes_of(type, columns) * std::max<std::size_t>(rows, 1);
  }
};

std::vector<planned_tensor> plan(const synthetic_kind& kind) {
  const synthetic_shape& s = *kind.shape;
  std::vector<planned_tensor> out;
  const auto matrix = [&](std::string name, std::size_t rows, std::size_t columns) {
    const bool divides = columns % info(kind.type).block_elements == 0;
    out.push_back({std::move(name) + ".weight", divides ? kind.type : dtype::f32, columns, rows});
  };
  const auto vector = [&](std::string name, std::size_t n) {
    out.push_back({std::move(name) + ".weight", dtype::f32, n, 0});
  };
  matrix("token_embd", s.vocab, s.model);
  if (s.rope_factors) vector("rope_freqs", s.dim / 2);
  for (std::size_t i = 0; i < s.layers; ++i) {
    const std::string b = message("blk.", i, ".");
    vector(b + "attn_norm", s.model);
    matrix(b + "attn_q", s.heads * s.dim, s.model);
    matrix(b + "attn_k", s.kv_heads * s.dim, s.model);
    matrix(b + "attn_v", s.kv_heads * s.dim, s.model);
    matrix(b + "attn_output", s.model, s.heads * s.dim);
    vector(b + "ffn_norm", s.model);
    matrix(b + "ffn_gate", s.ff, s.model);
    matrix(b + "ffn_up", s.ff, s.model);
    matrix(b + "ffn_down", s.model, s.ff);
  }
  vector("output_norm", s.model);
  if (!s.tied) matrix("output", s.vocab, s.model);
  return out;
}

void set_shape(gguf::writer& out, const synthetic_kind& kind) {
  const synthetic_shape& s = *kind.shape;
  const auto number = [&](std::string_view key, std::size_t n) {
    out.set(message("llama.", key), static_cast<std::uint32_t>(n));
  };
  out.set("general.architecture", "llama");
  out.set("general.name", message(s.name, ", random weights"));
  number("block_count", s.layers);
  number("context_length", s.context);
  number("embedding_length", s.model);
  number("feed_forward_length", s.ff);
  number("attention.head_count", s.heads);
  number("attention.head_count_kv", s.kv_heads);
  number("rope.dimension_count", s.dim);
  number("vocab_size", s.vocab);
  out.set("llama.rope.freq_base", s.rope_base);
  out.set("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  if (const auto type = gguf::file_type_of(kind.type)) out.set(gguf::file_type_key, *type);
  if (is_quantized(kind.type)) out.set(gguf::quantization_version_key, gguf::quantization_version);
}

result<void> set_byte_vocabulary(gguf::writer& out, std::size_t size) {
  const auto made = text::byte_vocabulary(size);
  if (!made) return std::unexpected(made.error());
  std::vector<std::string_view> tokens;
  std::vector<std::int32_t> types;
  for (std::size_t i = 0; i < size; ++i) {
    tokens.push_back(made->tokens[i]);
    types.push_back(static_cast<std::int32_t>(made->types[i]));
  }
  out.set("tokenizer.ggml.model", made->model);
  out.set("tokenizer.ggml.pre", made->pre);
  out.set("tokenizer.ggml.tokens", tokens);
  out.set("tokenizer.ggml.scores", made->scores);
  out.set("tokenizer.ggml.token_type", types);
  out.set("tokenizer.ggml.bos_token_id", static_cast<std::uint32_t>(made->bos));
  out.set("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(made->eos));
  out.set("tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(made->unknown));
  out.set("tokenizer.ggml.add_bos_token", true);
  out.set("tokenizer.ggml.add_eos_token", false);
  out.set("tokenizer.ggml.add_space_prefix", false);
  return {};
}

result<void> copy_vocabulary(gguf::writer& out, const gguf::file& from, std::size_t size) {
  const auto tokens = from.get<gguf::string_array>("tokenizer.ggml.tokens");
  if (!tokens) return std::unexpected(tokens.error());
  if (tokens->size() != size)
    return fail(errc::shape, message(from.source(), ": its vocabulary has ", tokens->size(),
                                     " tokens, the shape takes ", size));
  for (const auto& [key, value] : from.metadata())
    if (key.starts_with("tokenizer.")) out.set(key, value);
  return {};
}

/// What Llama 3.1 and later divide the frequencies by: 32 or 8 for wavelengths beyond what the
/// model saw, 1 for short ones, smooth between (the `rope_scaling` of their configurations).
std::vector<float> rope_factors(const synthetic_shape& s) {
  const float stretch = s.name.starts_with("llama-3.1") ? 8.0f : 32.0f;
  constexpr float seen = 8192.0f, low = 1.0f, high = 4.0f;
  std::vector<float> out(s.dim / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float exponent = 2.0f * static_cast<float>(i) / static_cast<float>(s.dim);
    const float wavelength = 2.0f * std::numbers::pi_v<float> * std::pow(s.rope_base, exponent);
    const float smooth = (seen / wavelength - low) / (high - low);
    out[i] = wavelength < seen / high  ? 1.0f
             : wavelength > seen / low ? stretch
                                       : 1.0f / ((1.0f - smooth) / stretch + smooth);
  }
  return out;
}

/// Blocks of a matrix are shared among the threads; vectors are small.
void fill(const planned_tensor& t, const synthetic_shape& s, std::uint64_t seed,
          std::span<std::byte> data, platform::thread_pool& pool) {
  if (t.rows == 0) {
    const std::vector<float> numbers =
        t.name == "rope_freqs.weight" ? rope_factors(s) : std::vector<float>(t.columns, 1.0f);
    std::memcpy(data.data(), numbers.data(), data.size());
    return;
  }
  const random_weights weights(t.type, 1.0f / std::sqrt(static_cast<float>(t.columns)));
  const std::size_t block = info(t.type).block_bytes;
  pool.parallel([&](std::size_t thread, std::size_t threads) {
    const auto mine = platform::split(data.size() / block, 1, thread, threads);
    weights.fill(data.subspan(mine.first * block, mine.size() * block), seed, mine.first);
  });
}

}  // namespace

std::span<const synthetic_shape> synthetic_shapes() { return shapes; }

result<synthetic_kind> parse_synthetic(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view name = text.substr(0, colon);
  const std::string_view type_name = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const synthetic_shape* shape = nullptr;
  std::string shape_names, type_names;
  for (const synthetic_shape& s : shapes) {
    if (s.name == name) shape = &s;
    shape_names += message(shape_names.empty() ? "" : ", ", s.name);
  }
  for (std::size_t i = 0; i < dtype_count; ++i)
    if (const auto t = static_cast<dtype>(i); is_weight(t))
      type_names += message(type_names.empty() ? "" : ", ", qx::name(t));
  if (shape == nullptr)
    return fail(errc::argument, message("there is no shape '", name,
                                        "' (SHAPE:TYPE); the shapes are ", shape_names));
  const auto type = dtype_from_name(type_name);
  if (!type || !is_weight(*type))
    return fail(errc::argument, message("there is no type '", type_name,
                                        "' of weights (SHAPE:TYPE); the types are ", type_names));
  return synthetic_kind{shape, *type};
}

result<platform::huge_buffer>
make_synthetic(const synthetic_kind& kind, const gguf::file* vocabulary,
               platform::thread_pool& pool,
               const std::function<void(std::size_t, std::size_t)>& progress) {
  gguf::writer header;
  set_shape(header, kind);
  auto named = vocabulary != nullptr ? copy_vocabulary(header, *vocabulary, kind.shape->vocab)
                                     : set_byte_vocabulary(header, kind.shape->vocab);
  if (!named) return std::unexpected(named.error());
  const std::vector<planned_tensor> tensors = plan(kind);
  std::size_t total = 0;
  for (const planned_tensor& t : tensors) {
    const std::array dims{t.columns, t.rows};
    if (auto added = header.add(t.name, t.type, std::span(dims).first(t.rows == 0 ? 1 : 2),
                                std::span<const std::byte>());
        !added)
      return std::unexpected(added.error());
    total += gguf::padded(t.bytes(), gguf::default_alignment);
  }
  const auto head = header.head();
  if (!head) return std::unexpected(head.error());
  auto image = platform::huge_buffer::create(head->size() + total);
  if (!image) return image;
  std::memcpy(image->data(), head->data(), head->size());
  std::size_t at = head->size();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    fill(tensors[i], *kind.shape, i + 1, image->bytes().subspan(at, tensors[i].bytes()), pool);
    at += gguf::padded(tensors[i].bytes(), gguf::default_alignment);
    if (progress) progress(at - head->size(), total);
  }
  return image;
}

}  // namespace qx::llama
