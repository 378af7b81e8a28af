// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <compare>
#include <span>
#include <src/text/end_of_generation.hpp>
#include <string_view>

namespace qx::text {

namespace {

using std::string_view_literals::operator""sv;

/// Ends of a turn, the likeliest first: the first in a vocabulary is its end of turn when the file
/// names none.
constexpr std::array turn_ends{
    "<|eot_id|>"sv,             // Llama 3
    "<|im_end|>"sv,             // ChatML, Qwen
    "<|end|>"sv,                // Phi-3
    "<end_of_turn>"sv,          // Gemma
    "<|endoftext|>"sv,          // GPT-2 and many after it
    "<|end_of_text|>"sv,        // Granite, Llama 3
    "<EOT>"sv,                  // CodeLlama
    "_<EOT>"sv,                 //
    "[EOT]"sv,                  // Kimi-K2
    "<｜end▁of▁sentence｜>"sv,  // DeepSeek
    "<end_of_utterance>"sv,     // SmolDocling
};

/// Other ends of a message, call or text.
constexpr std::array other_ends{
    "<|eom_id|>"sv,        // Llama 3.1
    "</s>"sv,              // SentencePiece
    "<eos>"sv,             // Gemma
    "[EOS]"sv,             // Kimi-K2
    "<|return|>"sv,        // gpt-oss
    "<|call|>"sv,          // gpt-oss
    "<|flush|>"sv,         // Solar
    "<|calls|>"sv,         // Solar
    "<turn|>"sv,           // Gemma 4
    "<|tool_response>"sv,  // Gemma 4
    "[e~["sv,              // MiniMax M2
};

/// Fill-in-the-middle tokens after which nothing of the answer comes.
constexpr std::array fill_ends{
    "<|fim_pad|>"sv, "<fim-pad>"sv,    "<fim_pad>"sv,    "<PAD>"sv,
    "[PAD]"sv,       "<|fim_repo|>"sv, "<fim-repo>"sv,   "<|repo_name|>"sv,
    "<REPO>"sv,      "<reponame>"sv,   "<|file_sep|>"sv,
};

/// gpt-oss writes these as text that a caller must see.
constexpr std::array always_shown{"<|channel|>"sv, "<|message|>"sv, "<|start|>"sv,
                                  "<|constrain|>"sv};

/// The known names of one vocabulary. Every known name begins with <, _ or [ and is short, so that
/// almost all of a vocabulary is passed over at its first byte.
class named_tokens {
public:
  explicit named_tokens(const string_list& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const std::string_view name = tokens[i];
      if (name.size() < 4 || name.size() > 40) continue;
      if (name[0] != '<' && name[0] != '_' && name[0] != '[') continue;
      named_.push_back({name, static_cast<token_id>(i)});
    }
    // The last of tokens spelt alike is the one in use.
    std::ranges::sort(named_);
  }

  [[nodiscard]] token_id find(std::string_view name) const {
    const auto after = std::ranges::upper_bound(named_, name, {}, &entry::name);
    if (after == named_.begin() || std::prev(after)->name != name) return no_token;
    return std::prev(after)->id;
  }

private:
  struct entry {
    std::string_view name;
    token_id id;
    auto operator<=>(const entry&) const = default;
  };
  std::vector<entry> named_;
};

struct end_set {
  const named_tokens& names;
  std::vector<token_type>& types;
  std::vector<token_id> ids;

  void add(token_id id) {
    if (id != no_token) ids.push_back(id);
  }

  /// A token that ends a generation by its name is a control token, whatever the file says.
  void add_named(std::span<const std::string_view> wanted) {
    for (const std::string_view name : wanted) {
      const token_id id = names.find(name);
      if (id == no_token) continue;
      add(id);
      types[static_cast<std::size_t>(id)] = token_type::control;
    }
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::count(ids, names.find(name)) > 0 && names.find(name) != no_token;
  }

  void remove(std::string_view name, token_type type_instead) {
    const token_id id = names.find(name);
    std::erase(ids, id);
    types[static_cast<std::size_t>(id)] = type_instead;
  }
};

}  // namespace

generation_ends find_generation_ends(const string_list& tokens, const named_ends& named,
                                     std::vector<token_type>& types) {
  const named_tokens names(tokens);
  end_set ends{names, types, {}};

  token_id eot = named.eot;
  for (const std::string_view name : turn_ends) {
    if (eot == no_token) eot = names.find(name);
  }
  for (const token_id id :
       {named.eos, eot, named.eom, named.fim_pad, named.fim_repo, named.fim_separator}) {
    ends.add(id);
  }
  ends.add_named(turn_ends);
  ends.add_named(other_ends);
  ends.add_named(fill_ends);
  for (const std::string_view name : always_shown) {
    const token_id id = names.find(name);
    if (id != no_token) types[static_cast<std::size_t>(id)] = token_type::user_defined;
  }

  // Two families use a name that ends elsewhere for something that goes on: <|end|> closes a part
  // of a gpt-oss or Solar answer, and </s> is plain text to Gemma 4.
  const bool harmony = ends.has("<|return|>") && (ends.has("<|call|>") || ends.has("<|calls|>"));
  const bool solar = ends.has("<|flush|>") && (ends.has("<|call|>") || ends.has("<|calls|>"));
  if ((harmony || solar) && ends.has("<|end|>")) ends.remove("<|end|>", token_type::user_defined);
  if (ends.has("<|tool_response>") && ends.has("</s>")) ends.remove("</s>", token_type::normal);

  std::ranges::sort(ends.ids);
  const auto repeated = std::ranges::unique(ends.ids);
  ends.ids.erase(repeated.begin(), repeated.end());
  return {std::move(ends.ids), eot};
}

}  // namespace qx::text
