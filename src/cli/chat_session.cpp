// SPDX-License-Identifier: MIT
#include "chat_session.hpp"

#include <qx/core/message.hpp>
#include <qx/text/encode_marked.hpp>
#include <qx/text/stream_decoder.hpp>

#include <algorithm>
#include <utility>

namespace qx::cli {

std::vector<text::chat_message> chat_session::messages() const {
  std::vector<text::chat_message> out;
  if (!system_.empty()) out.push_back({"system", system_});
  out.insert(out.end(), messages_.begin(), messages_.end());
  return out;
}

void chat_session::set_messages(std::vector<text::chat_message> messages) {
  system_.clear();
  if (!messages.empty() && messages[0].role == "system") {
    system_ = std::move(messages[0].content);
    messages.erase(messages.begin());
  }
  messages_ = std::move(messages);
}

/// Where the text goes on from what was said, only the rest is new, and the answer keeps the very
/// tokens that the model chose: a text can often be spelt in several ways.
std::vector<token_id> chat_session::tokens_of(const text::marked_text& text) const {
  const text::tokenizer& words = parts_.words;
  if (!text_.empty() && text.text().starts_with(text_)) {
    std::vector<token_id> out = tokens_;
    const auto rest = encode(words, text.from(text_.size()),
                             {.add_bos = false, .add_eos = false, .continues = true});
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }
  const auto foreign = text.foreign();
  const bool has_bos = !context_.bos.empty() && text.text().starts_with(context_.bos) &&
                       (foreign.empty() || foreign[0].begin >= context_.bos.size());
  return encode(words, text, {.add_bos = !has_bos, .add_eos = false});
}

/// Drops from the model what differs, and gives how many tokens it still holds of these.
result<std::size_t> chat_session::rewind(const std::vector<token_id>& tokens) {
  const std::size_t room = context();
  if (tokens.size() >= room)
    return fail(errc::range, message("the conversation is ", tokens.size(),
                                     " tokens long and the context holds ", room,
                                     ": /reset begins anew, --ctx N asks for more"));
  const std::size_t held = std::min(held_tokens(), tokens_.size());
  const auto same =
      std::mismatch(tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(held),
                    tokens.begin(), tokens.end());
  // One token at least is computed: the answer begins from its logits.
  const std::size_t kept =
      std::min(static_cast<std::size_t>(same.first - tokens_.begin()), tokens.size() - 1);
  parts_.model.truncate(0, kept);
  return kept;
}

/// The rules hear the conversation as it now is: here what the model holds of it, in `generate` the
/// rest.
void chat_session::hear_again(std::span<const token_id> held) {
  parts_.draws.forget();
  for (const token_id token : held)
    parts_.draws.accept(token);
}

result<generate_stats> chat_session::ask(const std::string& question, const listener& hear) {
  messages_.push_back({"user", question});
  const auto take_back = [&](const error& why) {
    messages_.pop_back();
    return std::unexpected(why);
  };
  const auto text = parts_.style.render(messages(), context_);
  if (!text) return take_back(text.error());
  std::vector<token_id> tokens = tokens_of(*text);
  if (tokens.empty())
    return take_back({errc::argument, "there is nothing that the model could go on from"});
  const auto kept = rewind(tokens);
  if (!kept) return take_back(kept.error());

  if (parts_.grammar != nullptr) parts_.grammar->restart();
  hear_again(std::span(tokens).first(*kept));
  std::string answer;
  text::stream_decoder decoder(parts_.words, {.strip_space_prefix = false});
  const std::span<const token_id> fresh = std::span(tokens).subspan(*kept);
  std::vector<token_id> said;
  const auto stats = generate(
      parts_.model, parts_.draws, fresh, {.max_tokens = most_tokens_},
      [&](token_id token) {
        said.push_back(token);
        const std::string_view piece = decoder.push(token);
        answer += piece;
        // Where a grammar has come to its end there is nothing more to say.
        return hear(piece) && !(parts_.grammar != nullptr && parts_.grammar->finished());
      },
      [&](token_id token) { return parts_.words.is_end_of_generation(token); });
  const std::string rest = decoder.finish();
  answer += rest;
  if (!rest.empty()) hear(rest);
  tokens.insert(tokens.end(), said.begin(), said.end());
  tokens_ = std::move(tokens);
  text_ = text->text() + answer;
  if (!stats && said.empty()) return take_back(stats.error());
  messages_.push_back({"assistant", std::move(answer)});
  return stats;
}

}  // namespace qx::cli
