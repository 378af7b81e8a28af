// SPDX-License-Identifier: MIT
#include <src/text/chat_tables.hpp>

namespace qx::text {

namespace {

constexpr built_in_chat all_chats[] = {
    {"llama-3", "<|start_header_id|> <|end_header_id|> <|eot_id|>",
     "{{ bos_token }}"
     "{% for m in messages %}"
     "<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>"
     "{% endfor %}"
     "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"},

    {"chatml", "<|im_start|> <|im_end|>",
     "{% for m in messages %}"
     "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{{ '\\n' }}"
     "{% endfor %}"
     "{% if add_generation_prompt %}<|im_start|>assistant{{ '\\n' }}{% endif %}"},

    // The system's words go before the first of the user.
    {"gemma", "<start_of_turn> <end_of_turn>",
     "{{ bos_token }}"
     "{% set ns = namespace(system='') %}"
     "{% for m in messages %}"
     "{% if m.role == 'system' %}{% set ns.system = m.content | trim ~ '\\n\\n' %}"
     "{% else %}"
     "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n"
     "{{ ns.system if m.role == 'user' }}{{ m.content | trim }}<end_of_turn>{{ '\\n' }}"
     "{% if m.role == 'user' %}{% set ns.system = '' %}{% endif %}"
     "{% endif %}{% endfor %}"
     "{% if add_generation_prompt %}<start_of_turn>model{{ '\\n' }}{% endif %}"},

    {"phi-3", "<|user|> <|assistant|> <|end|>",
     "{% for m in messages %}"
     "<|{{ m.role }}|>\n{{ m.content }}<|end|>{{ '\\n' }}"
     "{% endfor %}"
     "{% if add_generation_prompt %}<|assistant|>{{ '\\n' }}{% endif %}"},

    {"mistral-v7", "[SYSTEM_PROMPT] [/SYSTEM_PROMPT] [INST] [/INST]",
     "{{ bos_token }}"
     "{% for m in messages %}"
     "{% if m.role == 'system' %}[SYSTEM_PROMPT] {{ m.content }}[/SYSTEM_PROMPT]"
     "{% elif m.role == 'user' %}[INST] {{ m.content }}[/INST]"
     "{% else %} {{ m.content }}{{ eos_token }}{% endif %}"
     "{% endfor %}"},

    {"mistral-v3", "[INST] [/INST]",
     "{{ bos_token }}"
     "{% set ns = namespace(system='') %}"
     "{% for m in messages %}"
     "{% if m.role == 'system' %}{% set ns.system = m.content ~ '\\n\\n' %}"
     "{% elif m.role == 'user' %}[INST] {{ ns.system }}{{ m.content }}[/INST]"
     "{% set ns.system = '' %}"
     "{% else %} {{ m.content }}{{ eos_token }}{% endif %}"
     "{% endfor %}"},

    {"mistral-v7-tekken", "",
     "{{ bos_token }}"
     "{% for m in messages %}"
     "{% if m.role == 'system' %}[SYSTEM_PROMPT]{{ m.content }}[/SYSTEM_PROMPT]"
     "{% elif m.role == 'user' %}[INST]{{ m.content }}[/INST]"
     "{% else %}{{ m.content }}{{ eos_token }}{% endif %}"
     "{% endfor %}"},

    {"mistral-v1", "",
     "{{ bos_token }}"
     "{% set ns = namespace(system='') %}"
     "{% for m in messages %}"
     "{% if m.role == 'system' %}{% set ns.system = m.content ~ '\\n\\n' %}"
     "{% elif m.role == 'user' %} [INST] {{ ns.system }}{{ m.content }} [/INST]"
     "{% set ns.system = '' %}"
     "{% else %} {{ m.content }}{{ eos_token }}{% endif %}"
     "{% endfor %}"},

    {"llama-2", "",
     "{% set ns = namespace(system='') %}"
     "{% for m in messages %}"
     "{% if m.role == 'system' %}"
     "{% set ns.system = '<<SYS>>\\n' ~ m.content | trim ~ '\\n<</SYS>>\\n\\n' %}"
     "{% elif m.role == 'user' %}"
     "{{ bos_token }}[INST] {{ ns.system }}{{ m.content | trim }} [/INST]"
     "{% set ns.system = '' %}"
     "{% else %} {{ m.content | trim }} {{ eos_token }}{% endif %}"
     "{% endfor %}"},

    {"zephyr", "<|user|> <|assistant|> <|system|>",
     "{% for m in messages %}"
     "<|{{ m.role }}|>\n{{ m.content }}{{ eos_token }}{{ '\\n' }}"
     "{% endfor %}"
     "{% if add_generation_prompt %}<|assistant|>{{ '\\n' }}{% endif %}"},

    // For models that only go on from a text: what is typed is the text, and the model goes on.
    {"plain", "",
     "{{ bos_token }}"
     "{% for m in messages if m.role != 'system' %}"
     "{{ m.content if m.role == 'assistant' else m.content | trim }}"
     "{% if m.role == 'assistant' and not loop.last %} {% endif %}"
     "{% endfor %}"},
};

}  // namespace

std::span<const built_in_chat> built_in_chats() { return all_chats; }

}  // namespace qx::text
