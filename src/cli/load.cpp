// SPDX-License-Identifier: MIT
#include "load.hpp"
#include "progress.hpp"
#include "units.hpp"
#include "utf8.hpp"

#include <qx/core/message.hpp>
#include <qx/text/load.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

namespace qx::cli {
namespace {

constexpr std::string_view beside_the_model = "beside the model";

}  // namespace

void pack_cache_option::declare(options& o) {
  o.flag_or_text(
      {"--pack-cache", "[=PATH]", "keep packed weights (beside the model) and map them next time"},
      given_, beside_the_model);
}

std::filesystem::path pack_cache_option::path(const gguf::file& file) const {
  return given_ == beside_the_model ? pack_cache_path(file) : std::filesystem::path(given_);
}

result<any_model> load_any(const gguf::file& file, load_options wanted, const settings& with,
                           const pack_cache_option& cache) {
  progress_bar bar("loading");
  wanted.threads = with.threads;
  wanted.kernels = with.kernels;
  wanted.pin = with.pin;
  wanted.packing = {
      .cache = cache.path(file),
      .progress = [&bar](std::size_t done, std::size_t total) { bar.show(done, total); },
      .note =
          [](std::string_view sentence) {
            const std::string line = message("qx: ", sentence, '\n');
            std::fputs(line.c_str(), stderr);
          }};
  return load_model(file, wanted);
}

result<text::tokenizer> load_words(const gguf::file& file) {
  auto words = text::load_tokenizer(file);
  if (words && !words->warning().empty()) {
    const std::string line = message("qx: warning: ", escaped(words->warning(), quoting::terminal),
                                     " (", escaped(file.source(), quoting::terminal), ")\n");
    std::fputs(line.c_str(), stderr);
  }
  return words;
}

dtype main_type(const gguf::file& file) {
  std::array<std::size_t, dtype_count> elements{};
  for (const gguf::tensor_info& t : file.tensors())
    elements[static_cast<std::size_t>(t.type)] += t.elements();
  return static_cast<dtype>(std::ranges::max_element(elements) - elements.begin());
}

std::size_t parameters_of(const gguf::file& file) {
  std::size_t out = 0;
  for (const gguf::tensor_info& t : file.tensors())
    out += t.elements();
  return out;
}

std::string title_of(const gguf::file& file) {
  std::string name = file.get_or<std::string>("general.name", "").value_or("");
  if (name.empty()) name = std::filesystem::path(file.source()).filename().string();
  return message(escaped(name, quoting::terminal), ", ", qx::name(main_type(file)), ", ",
                 count_text(parameters_of(file)), " parameters");
}

}  // namespace qx::cli
