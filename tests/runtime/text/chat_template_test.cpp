// SPDX-License-Identifier: MIT
#include <qx/text/chat_template.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace qx;
using namespace qx::text;

namespace {

const std::vector<chat_message> conversation{
    {"system", "Be brief."}, {"user", "Hi"}, {"assistant", "Hello!"}, {"user", "2+2?"}};
const chat_context context{.bos = "<s>", .eos = "</s>"};

std::string shown(const result<chat_template>& made,
                  const std::vector<chat_message>& messages = conversation) {
  REQUIRE_MESSAGE(made.has_value(), made.error().message);
  const auto text = made->render(messages, context);
  return text ? text->text() : "error: " + text.error().message;
}

struct published {
  const char *name, *source, *text;
};

/// Templates as models publish them, and what they say of the conversation above.
const published models[] = {
    {"ChatML",
     "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] "
     "+ "
     "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' "
     "}}"
     "{% endif %}",
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
     "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n"
     "<|im_start|>assistant\n"},
    {"Zephyr",
     "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + "
     "message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' "
     "+ "
     "message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n"
     "{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and "
     "add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}",
     "<|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello!</s>\n<|user|>\n2+2?</s>\n"
     "<|assistant|>\n"},
    {"Llama 3",
     "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
     "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim "
     "+ "
     "'<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}"
     "{{ content }}{% endfor %}{% if add_generation_prompt %}{{ "
     "'<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
     "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
     "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
     "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
     "<|start_header_id|>user<|end_header_id|>\n\n2+2?<|eot_id|>"
     "<|start_header_id|>assistant<|end_header_id|>\n\n"},
    {"Llama 2",
     "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set "
     "system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set "
     "system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] "
     "== "
     "'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate "
     "user/assistant/user/assistant/...') }}{% endif %}{% if loop.index0 == 0 and system_message "
     "!= "
     "false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + "
     "message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if "
     "message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% "
     "elif "
     "message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}"
     "{% endfor %}",
     "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello! </s><s>[INST] 2+2? [/INST]"},
    {"Mistral 7B v0.3, with the system's words before the last question",
     "{%- if messages[0]['role'] == 'system' -%}{%- set system_message = messages[0]['content'] -%}"
     "{%- set loop_messages = messages[1:] -%}{%- else -%}{%- set loop_messages = messages -%}"
     "{%- endif -%}{{- bos_token }}{%- for message in loop_messages -%}{%- if (message['role'] == "
     "'user') != (loop.index0 % 2 == 0) -%}{{- raise_exception('roles must alternate') -}}{%- "
     "endif "
     "-%}{%- if message['role'] == 'user' -%}{%- if loop.last and system_message is defined -%}"
     "{{- '[INST] ' + system_message + '\\n\\n' + message['content'] + '[/INST]' -}}{%- else -%}"
     "{{- '[INST] ' + message['content'] + '[/INST]' -}}{%- endif -%}{%- elif message['role'] == "
     "'assistant' -%}{{- ' ' + message['content'] + eos_token -}}{%- endif -%}{%- endfor -%}",
     "<s>[INST] Hi[/INST] Hello!</s>[INST] Be brief.\n\n2+2?[/INST]"},
    {"Phi-3",
     "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}"
     "{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}"
     "{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}"
     "{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}{% if "
     "add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}",
     "<|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\nHello!<|end|>\n<|user|>\n"
     "2+2?<|end|>\n<|assistant|>\n"},
    {"DeepSeek",
     "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif "
     "%}"
     "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ 'User: ' + "
     "message['content'] + '\n\n' }}{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + "
     "message['content'] + eos_token }}{% elif message['role'] == 'system' %}{{ message['content'] "
     "+ "
     "'\n\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
     "<s>Be brief.\n\nUser: Hi\n\nAssistant: Hello!</s>User: 2+2?\n\nAssistant:"},
    {"Command R",
     "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
     "{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}"
     "{% set system_message = false %}{% endif %}{% if system_message != false %}{{ "
     "'<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>' + system_message + '<|END_OF_TURN_TOKEN|>' }}"
     "{% endif %}{% for message in loop_messages %}{% set content = message['content'] %}{% if "
     "message['role'] == 'user' %}{{ '<|START_OF_TURN_TOKEN|><|USER_TOKEN|>' + content.strip() + "
     "'<|END_OF_TURN_TOKEN|>' }}{% elif message['role'] == 'assistant' %}{{ "
     "'<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>'  + content.strip() + '<|END_OF_TURN_TOKEN|>' }}"
     "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ "
     "'<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>' }}{% endif %}",
     "<s><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be brief.<|END_OF_TURN_TOKEN|>"
     "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Hi<|END_OF_TURN_TOKEN|>"
     "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>Hello!<|END_OF_TURN_TOKEN|>"
     "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>2+2?<|END_OF_TURN_TOKEN|>"
     "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"},
    {"Qwen 2.5, without tools",
     "{%- if tools %}\n    {{- '<|im_start|>system\\n' }}\n{%- else %}\n    {%- if "
     "messages[0]['role'] "
     "== 'system' %}\n        {{- '<|im_start|>system\\n' + messages[0]['content'] + "
     "'<|im_end|>\\n' "
     "}}\n    {%- else %}\n        {{- '<|im_start|>system\\nYou are Qwen.<|im_end|>\\n' }}\n    "
     "{%- "
     "endif %}\n{%- endif %}\n{%- for message in messages %}\n    {%- if (message.role == "
     "\"user\") or "
     "(message.role == \"system\" and not loop.first) or (message.role == \"assistant\" and not "
     "message.tool_calls) %}\n        {{- '<|im_start|>' + message.role + '\\n' + message.content "
     "+ "
     "'<|im_end|>' + '\\n' }}\n    {%- endif %}\n{%- endfor %}\n{%- if add_generation_prompt %}\n  "
     "  "
     "{{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n",
     "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
     "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n"
     "<|im_start|>assistant\n"},
};

}  // namespace

TEST_CASE("templates of models give the strings that their makers specify") {
  for (const published& p : models) {
    CAPTURE(p.name);
    CHECK(shown(chat_template::parse(p.source, p.name)) == p.text);
  }
}

TEST_CASE("Gemma refuses a system message and calls the assistant a model") {
  const auto gemma = chat_template::parse(
      "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not "
      "supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != "
      "(loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate "
      "user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') "
      "%}{% "
      "set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ "
      "'<start_of_turn>' "
      "+ role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if "
      "add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
      "gemma");
  CHECK(shown(gemma) ==
        "error: chat template gemma: line 1 of the template: System role not supported");
  CHECK(shown(gemma, {conversation.begin() + 1, conversation.end()}) ==
        "<s><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nHello!<end_of_turn>\n"
        "<start_of_turn>user\n2+2?<end_of_turn>\n<start_of_turn>model\n");
}

TEST_CASE("the built-in templates") {
  const std::pair<const char*, const char*> expected[] = {
      {"llama-2",
       "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello! </s><s>[INST] 2+2? [/INST]"},
      {"llama-3", "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
                  "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                  "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
                  "<|start_header_id|>user<|end_header_id|>\n\n2+2?<|eot_id|>"
                  "<|start_header_id|>assistant<|end_header_id|>\n\n"},
      {"chatml", models[0].text},
      {"mistral-v1", "<s> [INST] Be brief.\n\nHi [/INST] Hello!</s> [INST] 2+2? [/INST]"},
      {"mistral-v3", "<s>[INST] Be brief.\n\nHi[/INST] Hello!</s>[INST] 2+2?[/INST]"},
      {"mistral-v7",
       "<s>[SYSTEM_PROMPT] Be brief.[/SYSTEM_PROMPT][INST] Hi[/INST] Hello!</s>[INST] 2+2?[/INST]"},
      {"mistral-v7-tekken",
       "<s>[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT][INST]Hi[/INST]Hello!</s>[INST]2+2?[/INST]"},
      {"gemma", "<s><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello!"
                "<end_of_turn>\n<start_of_turn>user\n2+2?<end_of_turn>\n<start_of_turn>model\n"},
      {"phi-3",
       "<|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\nHello!<|end|>\n<|user|>\n"
       "2+2?<|end|>\n<|assistant|>\n"},
      {"zephyr", "<|system|>\nBe "
                 "brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello!</s>\n<|user|>\n2+2?</s>\n"
                 "<|assistant|>\n"},
      {"plain", "<s>HiHello! 2+2?"},
  };
  CHECK(chat_template::names().size() == std::size(expected));
  for (const auto& [name, text] : expected) {
    CAPTURE(name);
    CHECK(shown(chat_template::built_in(name)) == text);
  }
  CHECK_FALSE(chat_template::built_in("made-up").has_value());
}
