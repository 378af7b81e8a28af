// SPDX-License-Identifier: MIT
/// \file
/// What `qx inspect` found, for people.
#include "inspect.hpp"
#include "units.hpp"
#include "utf8.hpp"

#include <qx/core/message.hpp>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <type_traits>

namespace qx::cli {
namespace {

constexpr std::size_t indent = 2, label_width = 14;

std::string left(std::string text, std::size_t width) {
  text.append(width - std::min(width, length_of(text)), ' ');
  return text;
}
std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, length_of(text)), ' ') + text;
}
std::string row(std::string_view label, std::string_view text) {
  return message(std::string(indent, ' '), left(std::string(label), label_width), text, '\n');
}

/// Without the file's name, which stands above it.
std::string reason(const inspection& found, const error& why) {
  const std::string prefix = found.file->source() + ": ";
  const std::string& text = why.message;
  return escaped(text.starts_with(prefix) ? text.substr(prefix.size()) : text, quoting::terminal);
}

std::string shape_text(const inspection& found) {
  if (!found.shape) return row("cannot run", reason(found, found.shape.error()));
  const model_shape& c = *found.shape;
  const std::string experts =
      c.experts == 0 ? std::string()
                     : message(", ", c.experts, " experts of which ", c.experts_used, " are used");
  return row("shape", message(c.layers, " layers, ", c.model, " wide, feed-forward ", c.ff,
                              experts)) +
         row("attention",
             message(c.heads, " heads of ", c.dim, ", ", c.kv_heads, " for keys and values")) +
         row("vocabulary", message(grouped(c.vocab), " tokens")) +
         row("context", message(grouped(c.context), " tokens"));
}

std::string memory_text(const inspection& found) {
  if (!found.memory)
    return found.shape ? row("memory", reason(found, found.memory.error())) : std::string();
  const memory_report& m = *found.memory;
  return row("memory", message(bytes_text(m.weights + m.cache + m.buffers),
                               " to run it: ", bytes_text(m.weights), " weights, ",
                               bytes_text(m.cache), " keys and values of ", grouped(found.context),
                               " tokens, ", bytes_text(m.buffers), " buffers"));
}

std::string types_text(const inspection& found) {
  std::string out;
  for (const type_share& share : found.types)
    out += row(out.empty() ? "types" : "",
               message(left(std::string(name(share.type)), 8), right(bytes_text(share.bytes), 8),
                       " in ", share.tensors, share.tensors == 1 ? " tensor" : " tensors"));
  return out;
}

std::string value_text(const gguf::value& v) {
  constexpr std::size_t most_shown = 60;
  if (v.is_array()) return gguf::describe(v);
  return v.visit([&]<class V>(const V& content) -> std::string {
    if constexpr (std::convertible_to<V, std::string_view>)
      return shortened(escaped(content, quoting::terminal), most_shown);
    else if constexpr (std::is_arithmetic_v<V>)
      return message(content);
    else
      return gguf::describe(v);
  });
}

/// Tensors of the same name in several layers, of one type and shape.
struct tensor_group {
  std::string name;  // "blk.*.attn_q.weight"
  const gguf::tensor_info* first;
  std::size_t count = 0;
};

std::string without_layer(std::string_view name) {
  constexpr std::string_view block = "blk.";
  if (!name.starts_with(block)) return escaped(name, quoting::terminal);
  const std::size_t dot = name.find('.', block.size());
  if (dot == std::string_view::npos) return escaped(name, quoting::terminal);
  return "blk.*" + escaped(name.substr(dot), quoting::terminal);
}

std::vector<tensor_group> groups_of(const gguf::file& file) {
  std::vector<tensor_group> out;
  for (const gguf::tensor_info& t : file.tensors()) {
    const std::string name = without_layer(t.name);
    auto at = std::ranges::find_if(out, [&](const tensor_group& g) {
      return g.name == name && g.first->type == t.type && g.first->dims == t.dims;
    });
    if (at == out.end()) at = out.insert(out.end(), {name, &t, 0});
    ++at->count;
  }
  return out;
}

/// Rows × columns, as a matrix is read.
std::string dims_text(const gguf::tensor_info& t) {
  std::string out;
  for (std::size_t i = t.rank; i-- > 0;)
    out += message(out.empty() ? "" : " × ", t.dims[i]);
  return out;
}

std::string tensors_text(const gguf::file& file) {
  const std::vector<tensor_group> groups = groups_of(file);
  std::size_t name_width = 0, dims_width = 0;
  for (const tensor_group& g : groups) {
    name_width = std::max(name_width, length_of(g.name));
    dims_width = std::max(dims_width, length_of(dims_text(*g.first)));
  }
  std::string out = message("\ntensors (", file.tensors().size(), ")\n");
  for (const tensor_group& g : groups)
    out += message(std::string(indent, ' '), left(g.name, name_width + 2),
                   left(std::string(name(g.first->type)), 8),
                   left(dims_text(*g.first), dims_width + 2),
                   right(bytes_text(g.first->data.size()), 8),
                   g.count > 1 ? message("  × ", g.count) : std::string(), '\n');
  return out;
}

std::string metadata_text(const gguf::file& file) {
  std::size_t width = 0;
  for (const auto& [key, value] : file.metadata())
    width = std::max(width, length_of(key));
  std::string out = message("\nmetadata (", file.metadata().size(), ")\n");
  for (const auto& [key, value] : file.metadata())
    out += message(std::string(indent, ' '), left(escaped(key, quoting::terminal), width + 2),
                   value_text(value), '\n');
  return out;
}

}  // namespace

std::string as_text(const inspection& found) {
  const gguf::file& file = *found.file;
  const std::string architecture =
      file.get_or<std::string>("general.architecture", "").value_or("");
  std::string name = file.get_or<std::string>("general.name", "").value_or("");
  name = shortened(escaped(name.empty() ? architecture : name, quoting::terminal), 60);
  std::string out =
      message(name, name.empty() ? "" : ", ", count_text(found.parameters), " parameters\n");
  out += row("file", message(file.source(), ", ", bytes_text(file.bytes().size()),
                             ", GGUF version ", file.version()));
  out += shape_text(found) + memory_text(found) + types_text(found);
  return out + metadata_text(file) + tensors_text(file);
}

}  // namespace qx::cli
