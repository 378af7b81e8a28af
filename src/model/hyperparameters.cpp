// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/hyperparameters.hpp>

#include <cmath>

namespace qx {

namespace {

constexpr std::size_t most_layers = 4096;  // a few times what anybody has trained

void read_heads(hyperparameters& keys, model_shape& s) {
  s.heads = keys.count("attention.head_count");
  const std::string kv_key = message(keys.architecture(), ".attention.head_count_kv");
  const gguf::value* kv = keys.source().find(kv_key);
  if (kv != nullptr && kv->is_array())
    keys.refuse(errc::unsupported, message("'", kv_key, "' differs from layer to layer"));
  else
    s.kv_heads = keys.count("attention.head_count_kv", s.heads);
  s.dim = keys.count("attention.key_length", s.heads == 0 ? 0 : s.model / s.heads);
  const auto value_dim = keys.optional<std::size_t>("attention.value_length", s.dim);
  if (value_dim != s.dim)
    keys.refuse(errc::unsupported, message("values of ", value_dim, " elements with keys of ",
                                           s.dim, " are not supported"));
  if (s.kv_heads != 0 && s.heads % s.kv_heads != 0)
    keys.refuse(errc::shape, message(s.heads, " query heads do not divide among ", s.kv_heads,
                                     " key/value heads"));
}

void read_experts(hyperparameters& keys, model_shape& s) {
  s.experts = keys.optional<std::size_t>("expert_count", 0);
  if (s.experts == 0) return;
  s.experts = keys.count("expert_count");
  s.experts_used = keys.count("expert_used_count", std::nullopt, s.experts);
}

}  // namespace

hyperparameters::hyperparameters(const gguf::file& file)
    : file_(file), architecture_(take(file.get<std::string>("general.architecture"))) {}

std::string hyperparameters::named(std::string_view key) const {
  return message(architecture_, '.', key);
}

std::size_t hyperparameters::count(std::string_view key, std::optional<std::size_t> otherwise,
                                   std::size_t largest) {
  const auto n = otherwise ? optional<std::size_t>(key, *otherwise) : required<std::size_t>(key);
  if (n == 0 || n > largest)
    refuse(errc::range, message("'", named(key), "' is ", n, ", which is outside 1…", largest));
  return n;
}

float hyperparameters::positive(std::string_view key, std::optional<float> otherwise) {
  const float x = otherwise ? optional<float>(key, *otherwise) : required<float>(key);
  if (!(x > 0.0f && std::isfinite(x)))
    refuse(errc::range, message("'", named(key), "' is ", x, " and must be a positive number"));
  return x;
}

void hyperparameters::refuse(errc code, const std::string& text) {
  if (!error_) error_ = error{code, message(file_.source(), ": ", text)};
}

model_shape read_shape(hyperparameters& keys) {
  model_shape s;
  if (!keys.ok()) return s;  // without an architecture there are no other keys
  const gguf::file& file = keys.source();
  s.name = file.get_or<std::string>("general.name", "").value_or("");
  s.layers = keys.count("block_count", std::nullopt, most_layers);
  s.model = keys.count("embedding_length");
  s.ff = keys.count("feed_forward_length");
  s.context = keys.count("context_length", 2048);
  read_heads(keys, s);
  read_experts(keys, s);
  if (const gguf::tensor_info* embedding = file.find_tensor("token_embd.weight")) {
    s.vocab = embedding->rows();
    if (s.vocab > hyperparameters::most)
      keys.refuse(errc::range, message("tensor 'token_embd.weight' has ", s.vocab,
                                       " rows, more than ", hyperparameters::most));
  } else {
    keys.refuse(errc::missing, "there is no tensor 'token_embd.weight'");
  }
  return s;
}

}  // namespace qx
