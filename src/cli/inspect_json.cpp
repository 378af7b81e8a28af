// SPDX-License-Identifier: MIT
/// \file
/// What `qx inspect` found, for programs.
#include "inspect.hpp"
#include "json.hpp"

#include <qx/core/message.hpp>

namespace qx::cli {
namespace {

/// Longer arrays are vocabularies: their type and size say enough.
constexpr std::size_t longest_array = 64;

void put(json_writer& out, const gguf::value& v) {
  if (v.is_array() && v.count() > longest_array) {
    out.open_object();
    out.member("array_of", gguf::name(v.element_type()));
    out.member("count", v.count());
    out.close_object();
    return;
  }
  v.visit([&]<class V>(const V& content) {
    if constexpr (requires { content.begin(); } && !std::convertible_to<V, std::string_view>) {
      out.open_array();
      for (const auto element : content)
        out.value(element);
      out.close_array();
    } else {
      out.value(content);
    }
  });
}

void put_memory(json_writer& out, const inspection& found) {
  out.key("memory");
  out.open_object();
  if (found.memory) {
    out.member("context", found.context);
    out.member("weights", found.memory->weights);
    out.member("cache", found.memory->cache);
    out.member("buffers", found.memory->buffers);
    out.member("total", found.memory->weights + found.memory->cache + found.memory->buffers);
  } else {
    out.member("unknown_because", found.memory.error().message);
  }
  out.close_object();
}

void put_types(json_writer& out, const inspection& found) {
  out.key("types");
  out.open_array();
  for (const type_share& share : found.types) {
    out.open_object();
    out.member("type", name(share.type));
    out.member("tensors", share.tensors);
    out.member("elements", share.elements);
    out.member("bytes", share.bytes);
    out.close_object();
  }
  out.close_array();
}

void put_tensors(json_writer& out, const gguf::file& file) {
  out.key("tensors");
  out.open_array();
  for (const gguf::tensor_info& t : file.tensors()) {
    out.open_object();
    out.member("name", t.name);
    out.member("type", name(t.type));
    out.key("dims");
    out.open_array();
    for (std::size_t i = 0; i < t.rank; ++i)
      out.value(t.dims[i]);
    out.close_array();
    out.member("bytes", t.data.size());
    out.member("offset", static_cast<std::size_t>(t.data.data() - file.bytes().data()));
    out.close_object();
  }
  out.close_array();
}

}  // namespace

std::string as_json(const inspection& found) {
  const gguf::file& file = *found.file;
  json_writer out;
  out.open_object();
  out.member("file", file.source());
  out.member("bytes", file.bytes().size());
  out.member("version", file.version());
  out.member("alignment", file.alignment());
  out.member("architecture", file.get_or<std::string>("general.architecture", "").value_or(""));
  out.member("runnable", found.shape.has_value());
  out.member("parameters", found.parameters);
  put_memory(out, found);
  put_types(out, found);
  out.key("metadata");
  out.open_object();
  for (const auto& [key, value] : file.metadata()) {
    out.key(key);
    put(out, value);
  }
  out.close_object();
  put_tensors(out, file);
  out.close_object();
  return out.text() + '\n';
}

}  // namespace qx::cli
