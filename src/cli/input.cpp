// SPDX-License-Identifier: MIT
#include "input.hpp"
#include "options.hpp"
#include "utf8.hpp"

#include <qx/core/message.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace qx::cli {
namespace {

namespace fs = std::filesystem;

/// Beside the program where it was installed or unpacked, in its data folder, in the source tree.
std::vector<fs::path> places_of_bundled_model() {
  std::vector<fs::path> out;
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path prefix = program.parent_path().parent_path();
    out.push_back(prefix / "share/qx/tiny.gguf");
    out.push_back(prefix / "models/tiny/tiny.gguf");
  }
  out.push_back(fs::path(QX_DATA_DIR) / "tiny.gguf");
  out.push_back(fs::path(QX_SOURCE_ROOT) / "models/tiny/tiny.gguf");
  return out;
}

result<fs::path> bundled_model() {
  std::string looked;
  for (const fs::path& place : places_of_bundled_model()) {
    std::error_code problem;
    if (fs::is_regular_file(place, problem)) return place;
    looked += message(looked.empty() ? "" : ", ", place.string());
  }
  return fail(errc::missing, message("the model that comes with qx is not there (looked for ",
                                     looked, "): name a GGUF file with -m FILE"));
}

}  // namespace

result<gguf::file> open_model(const std::optional<std::string>& path) {
  if (path) return gguf::file::open(*path);
  const auto found = bundled_model();
  if (!found) return std::unexpected(found.error());
  return gguf::file::open(*found);
}

result<std::string> read_input() {
  std::string out;
  std::array<char, 65536> part{};
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), stdin))
    out.append(part.data(), count);
  if (std::ferror(stdin) != 0) return fail(errc::io, "cannot read the standard input");
  return out;
}

result<std::vector<token_id>> parse_ids(std::string_view text, std::size_t vocabulary) {
  constexpr std::string_view between = " \t\r\n,";
  std::vector<token_id> out;
  while (true) {
    const std::size_t first = text.find_first_not_of(between);
    if (first == std::string_view::npos) return out;
    text.remove_prefix(first);
    const std::string_view word = text.substr(0, text.find_first_of(between));
    const auto id = parse_whole(word, {});
    if (!id)
      return fail(errc::argument, message("token ", out.size(), " is '",
                                          shortened(escaped(word, quoting::terminal), 20),
                                          "': ids are whole numbers with spaces between them"));
    if (*id >= vocabulary)
      return fail(errc::range, message("token ", out.size(), " is ", *id,
                                       ": ids of this model are 0 to ", vocabulary - 1));
    out.push_back(static_cast<token_id>(*id));
    text.remove_prefix(word.size());
  }
}

}  // namespace qx::cli
