// SPDX-License-Identifier: MIT
/// \file
/// What the metadata of a GGUF file says of a model's shape, read key by key. A missing key, or a
/// number that makes no sense, is an error that names the key.
#pragma once

#include <qx/core/error.hpp>
#include <qx/gguf/reader.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace qx {

/// The sizes of a transformer: layers of attention and a feed-forward network around a residual
/// stream. A graph's own configuration derives from it.
struct model_shape {
  std::string name;              ///< may be empty
  std::size_t layers = 0;
  std::size_t model = 0;         ///< the residual stream
  std::size_t heads = 0;
  std::size_t kv_heads = 0;
  std::size_t dim = 0;           ///< of one head
  std::size_t ff = 0;            ///< of one expert where there are experts
  std::size_t vocab = 0;
  std::size_t context = 0;       ///< positions that the model was trained on
  bool positions_end = false;    ///< positions were learned one by one: there are no more
  std::size_t experts = 0;       ///< 0 where each layer has one feed-forward network
  std::size_t experts_used = 0;  ///< by a token
  float epsilon = 1e-5f;         ///< of the norms
};

/// Reads keys one after another and keeps the first error. Keys are named without the architecture
/// that stands before them in the file: "block_count" for "llama.block_count".
class hyperparameters {
 public:
  /// No axis of a model is longer.
  static constexpr std::size_t most = std::size_t{1} << 24;

  explicit hyperparameters(const gguf::file& file);

  [[nodiscard]] const gguf::file& source() const { return file_; }
  /// What `general.architecture` says.
  [[nodiscard]] const std::string& architecture() const { return architecture_; }

  template <class T>
  T required(std::string_view key) {
    return take(file_.get<T>(named(key)));
  }
  template <class T>
  T optional(std::string_view key, T otherwise) {
    return take(file_.get_or<T>(named(key), std::move(otherwise)));
  }
  /// A whole number from 1 to `largest`; a key that is missing gives `otherwise`, where there is one.
  std::size_t count(std::string_view key, std::optional<std::size_t> otherwise = {},
                    std::size_t largest = most);
  /// A positive, finite number.
  float positive(std::string_view key, std::optional<float> otherwise = {});

  /// Keeps an error, unless there is one.
  void refuse(errc code, const std::string& text);
  [[nodiscard]] bool ok() const { return !error_; }
  /// The value that was read, or the first error.
  template <class Config>
  [[nodiscard]] result<Config> finish(Config c) const {
    if (error_) return std::unexpected(*error_);
    return c;
  }

 private:
  [[nodiscard]] std::string named(std::string_view key) const;
  template <class T>
  T take(result<T> r) {
    if (r) return *std::move(r);
    if (!error_) error_ = std::move(r.error());
    return T{};
  }

  const gguf::file& file_;
  std::optional<error> error_;
  std::string architecture_;
};

/// What all architectures call by the same keys. Not read: the epsilon of the norms, whose key names
/// the kind of norm.
[[nodiscard]] model_shape read_shape(hyperparameters& keys);

}  // namespace qx
