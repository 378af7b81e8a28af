// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>

#include <models/llama/config.hpp>

#include <cmath>
#include <string_view>

namespace qx::llama {

namespace {

/// Reads keys one after another and keeps the first error.
class key_reader {
 public:
  explicit key_reader(const gguf::file& file) : file_(file) {}

  template <class T>
  T required(std::string_view key) {
    return take(file_.get<T>(key));
  }
  template <class T>
  T optional(std::string_view key, T otherwise) {
    return take(file_.get_or<T>(key, otherwise));
  }
  /// A count from 1 to `most`.
  std::size_t count(std::string_view key, std::size_t n, std::size_t most) {
    if (!error_ && (n == 0 || n > most))
      error_ = error{errc::range, message(file_.source(), ": '", key, "' is ", n, ", which is outside 1…", most)};
    return n;
  }
  /// A positive, finite number.
  float positive(std::string_view key, float value) {
    if (!error_ && !(value > 0.0f && std::isfinite(value)))
      error_ = error{errc::range, message(file_.source(), ": '", key, "' is ", value, " and must be a positive number")};
    return value;
  }
  void refuse(errc code, std::string text) {
    if (!error_) error_ = error{code, message(file_.source(), ": ", text)};
  }
  [[nodiscard]] std::optional<error>& failed() { return error_; }

 private:
  template <class T>
  T take(result<T> r) {
    if (r) return *std::move(r);
    if (!error_) error_ = std::move(r.error());
    return T{};
  }
  const gguf::file& file_;
  std::optional<error> error_;
};

constexpr std::size_t most_elements = std::size_t{1} << 24;  // no axis of a llama is longer
constexpr std::size_t most_layers = 4096;

void read_scaling(key_reader& keys, rope_config& rope, std::size_t context) {
  const float old_factor = keys.optional<float>("llama.rope.scale_linear", 1.0f);
  const auto kind = keys.optional<std::string>("llama.rope.scaling.type", old_factor != 1.0f ? "linear" : "none");
  rope.factor = keys.positive("llama.rope.scaling.factor", keys.optional<float>("llama.rope.scaling.factor", old_factor));
  if (kind == "linear") {
    rope.scaling = rope_scaling::linear;
  } else if (kind == "yarn") {
    rope.scaling = rope_scaling::yarn;
    rope.original_context = keys.count(
        "llama.rope.scaling.original_context_length",
        keys.optional<std::size_t>("llama.rope.scaling.original_context_length", context), most_elements);
    rope.attention_factor = keys.optional<float>("llama.rope.scaling.attn_factor", 1.0f);
    rope.beta_fast = keys.positive("llama.rope.scaling.yarn_beta_fast", keys.optional<float>("llama.rope.scaling.yarn_beta_fast", 32.0f));
    rope.beta_slow = keys.positive("llama.rope.scaling.yarn_beta_slow", keys.optional<float>("llama.rope.scaling.yarn_beta_slow", 1.0f));
  } else if (kind != "none" && kind != "longrope") {
    keys.refuse(errc::unsupported, message("rope scaling '", kind, "' is not none, linear or yarn"));
  }
}

void read_heads(key_reader& keys, const gguf::file& file, config& c) {
  c.heads = keys.count("llama.attention.head_count", keys.required<std::size_t>("llama.attention.head_count"), most_elements);
  const gguf::value* kv = file.find("llama.attention.head_count_kv");
  if (kv != nullptr && kv->is_array())
    keys.refuse(errc::unsupported, "'llama.attention.head_count_kv' differs from layer to layer");
  else
    c.kv_heads = keys.count("llama.attention.head_count_kv",
                            keys.optional<std::size_t>("llama.attention.head_count_kv", c.heads), most_elements);
  const std::size_t derived = c.heads == 0 ? 0 : c.model / c.heads;
  c.dim = keys.count("llama.attention.key_length", keys.optional<std::size_t>("llama.attention.key_length", derived), most_elements);
  const auto value_dim = keys.optional<std::size_t>("llama.attention.value_length", c.dim);
  if (value_dim != c.dim)
    keys.refuse(errc::unsupported, message("values of ", value_dim, " elements with keys of ", c.dim, " are not supported"));
  if (c.kv_heads != 0 && c.heads % c.kv_heads != 0)
    keys.refuse(errc::shape, message(c.heads, " query heads do not divide among ", c.kv_heads, " key/value heads"));
}

}  // namespace

result<config> read_config(const gguf::file& file) {
  key_reader keys(file);
  config c;
  const auto architecture = keys.required<std::string>("general.architecture");
  if (!keys.failed() && architecture != "llama")
    keys.refuse(errc::unsupported, message("architecture '", architecture, "' is not llama, the only one supported"));
  if (keys.failed()) return std::unexpected(*keys.failed());

  c.name = keys.optional<std::string>("general.name", "");
  c.layers = keys.count("llama.block_count", keys.required<std::size_t>("llama.block_count"), most_layers);
  c.model = keys.count("llama.embedding_length", keys.required<std::size_t>("llama.embedding_length"), most_elements);
  c.ff = keys.count("llama.feed_forward_length", keys.required<std::size_t>("llama.feed_forward_length"), most_elements);
  c.context = keys.count("llama.context_length", keys.optional<std::size_t>("llama.context_length", 2048), most_elements);
  c.rms_epsilon = keys.positive("llama.attention.layer_norm_rms_epsilon",
                                keys.required<float>("llama.attention.layer_norm_rms_epsilon"));
  if (keys.optional<std::size_t>("llama.expert_count", 0) != 0)
    keys.refuse(errc::unsupported, "a mixture of experts is not supported");
  read_heads(keys, file, c);

  c.rope.base = keys.positive("llama.rope.freq_base", keys.optional<float>("llama.rope.freq_base", 10000.0f));
  c.rope.rotated = keys.count("llama.rope.dimension_count",
                              keys.optional<std::size_t>("llama.rope.dimension_count", c.dim), most_elements);
  if (c.rope.rotated > c.dim || c.rope.rotated % 2 != 0)
    keys.refuse(errc::shape, message("'llama.rope.dimension_count' is ", c.rope.rotated, "; it must be even and at most ", c.dim));
  read_scaling(keys, c.rope, c.context);

  const gguf::tensor_info* embedding = file.find_tensor("token_embd.weight");
  if (embedding == nullptr)
    keys.refuse(errc::missing, "there is no tensor 'token_embd.weight'");
  else
    c.vocab = keys.count("token_embd.weight rows", embedding->rows(), most_elements);
  if (keys.failed()) return std::unexpected(*keys.failed());
  return c;
}

}  // namespace qx::llama
