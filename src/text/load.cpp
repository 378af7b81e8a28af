// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/text/load.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace qx::text {

namespace {

std::size_t text_bytes(const gguf::string_array& strings) {
  return strings.byte_size() - sizeof(std::uint64_t) * strings.size();
}

void copy(const gguf::string_array& from, string_list& into) {
  into.reserve(from.size(), text_bytes(from));
  for (const std::string_view item : from)
    into.push_back(item);
}

/// Reads keys until one is wrong; after that does nothing more.
class key_reader {
 public:
  explicit key_reader(const gguf::file& file) : file_(file) {}

  /// The merges stay in the file.
  result<vocab_data> read() {
    vocab_data data;
    required("tokenizer.ggml.model", data.model);
    optional("tokenizer.ggml.pre", data.pre);
    copy(strings("tokenizer.ggml.tokens"), data.tokens);
    if (!failed_ && file_.find("tokenizer.ggml.tokens") == nullptr) {
      failed_ =
          error{errc::missing, message(file_.source(), ": there is no tokenizer.ggml.tokens")};
    }
    data.file_merges = strings("tokenizer.ggml.merges");
    gguf::array_view<float> scores;
    gguf::array_view<std::int32_t> types;
    optional("tokenizer.ggml.scores", scores);
    optional("tokenizer.ggml.token_type", types);
    data.scores = scores.to_vector();
    data.types.reserve(types.size());
    for (const std::int32_t type : types)
      data.types.push_back(static_cast<token_type>(type));
    read_ids(data);
    flag("tokenizer.ggml.add_bos_token", data.add_bos);
    flag("tokenizer.ggml.add_eos_token", data.add_eos);
    flag("tokenizer.ggml.add_space_prefix", data.add_space_prefix);
    std::string name;
    optional("general.name", name);
    if (failed_) return std::unexpected(*failed_);
    if (is_phi3(name)) strip_after_specials(data);
    return data;
  }

 private:
  template <class T>
  void keep(result<T> value, T& into) {
    if (value)
      into = std::move(*value);
    else
      failed_ = value.error();
  }
  template <class T>
  void required(std::string_view key, T& into) {
    if (!failed_) keep(file_.get<T>(key), into);
  }
  template <class T>
  void optional(std::string_view key, T& into) {
    if (!failed_) keep(file_.get_or<T>(key, std::move(into)), into);
  }

  void flag(std::string_view key, std::optional<bool>& into) {
    bool value = false;
    optional(key, value);
    if (file_.find(key) != nullptr) into = value;
  }

  /// None where something is wrong.
  gguf::string_array strings(std::string_view key) {
    gguf::string_array found;
    optional(key, found);
    if (failed_ || string_list().fits(text_bytes(found))) return found;
    failed_ = error{errc::range, message(file_.source(), ": ", key, " has ", text_bytes(found),
                                         " bytes of text, 4 GiB or more")};
    return {};
  }

  /// Some writers say "none" with all bits set.
  void id(std::string_view key, token_id& into) {
    std::int64_t value = into;
    optional(key, value);
    if (failed_) return;
    if (value == UINT32_MAX) value = no_token;
    if (value > INT32_MAX || value < no_token) {
      failed_ = error{errc::range, message(file_.source(), ": ", key, " is ", value,
                                           ", which is no id of a token")};
      return;
    }
    into = static_cast<token_id>(value);
  }

  void read_ids(vocab_data& data) {
    if (data.model == "llama" && data.tokens.size() > 2) {
      data.unknown = 0;
      data.bos = 1;
      data.eos = 2;
    }
    id("tokenizer.ggml.bos_token_id", data.bos);
    id("tokenizer.ggml.eos_token_id", data.eos);
    id("tokenizer.ggml.eot_token_id", data.eot);
    id("tokenizer.ggml.eom_token_id", data.eom);
    id("tokenizer.ggml.unknown_token_id", data.unknown);
    id("tokenizer.ggml.seperator_token_id", data.separator);  // spelt so in files
    id("tokenizer.ggml.padding_token_id", data.padding);
    id("tokenizer.ggml.fim_pad_token_id", data.fim_pad);
    id("tokenizer.ggml.fim_rep_token_id", data.fim_repo);
    id("tokenizer.ggml.fim_sep_token_id", data.fim_separator);
  }

  static bool is_phi3(std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return name.find("phi-3") != std::string::npos || name.find("phi3") != std::string::npos;
  }

  static void strip_after_specials(vocab_data& data) {
    constexpr std::array<std::string_view, 3> spared{"<unk>", "<s>", "<|endoftext|>"};
    const std::size_t count = std::min(data.tokens.size(), data.types.size());
    for (std::size_t i = 0; i < count; ++i) {
      const token_type type = data.types[i];
      const bool special = type == token_type::control || type == token_type::user_defined ||
                           type == token_type::unknown || data.tokens[i] == "</s>";
      if (special && std::ranges::count(spared, data.tokens[i]) == 0) {
        data.strip_right.push_back(static_cast<token_id>(i));
      }
    }
  }

  const gguf::file& file_;
  std::optional<error> failed_;
};

}  // namespace

result<vocab_data> read_vocab_data(const gguf::file& file) {
  result<vocab_data> data = key_reader(file).read();
  if (data) copy(std::exchange(data->file_merges, {}), data->merges);
  return data;
}

result<tokenizer> load_tokenizer(const gguf::file& file) {
  const result<vocab_data> data = key_reader(file).read();
  if (!data) return std::unexpected(data.error());
  result<tokenizer> made = tokenizer::make(*data);
  if (!made) return fail(made.error().code, message(file.source(), ": ", made.error().message));
  return made;
}

}  // namespace qx::text
