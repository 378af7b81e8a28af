// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/platform/output_file.hpp>
#include <qx/platform/system_error.hpp>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace qx::platform {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10;
constexpr int attempts = 100;

}  // namespace

output_file::output_file(std::filesystem::path path, std::filesystem::path temporary,
                         int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {
  pending_.reserve(buffer_bytes);
}

result<output_file> output_file::create(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::path target = path;
  if (std::filesystem::is_symlink(path, code)) {
    target = std::filesystem::weakly_canonical(path, code);
    if (code) return fail_os("write", path, code.value());
  }
  const auto kind = std::filesystem::status(target, code).type();
  if (kind == std::filesystem::file_type::directory) return fail_os("write", path, EISDIR);
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular)
    return fail(errc::io, message("cannot write '", path.string(),
                                  "': there is something that is not a regular file"));
  // The name is nobody's secret; O_EXCL keeps two writers, or a link put there, apart.
  for (int i = 0; i < attempts; ++i) {
    std::filesystem::path temporary = target;
    temporary += message(".", ::getpid(), "-", i, ".part");
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return output_file(std::move(target), std::move(temporary), descriptor);
    if (errno != EEXIST) return fail_os("write", path, errno);
  }
  return fail_os("write", path, EEXIST);
}

output_file::output_file(output_file&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_),
      pending_(std::move(other.pending_)) {}

output_file::~output_file() {
  if (descriptor_ < 0) return;
  close();
  ::unlink(temporary_.c_str());
}

void output_file::close() noexcept { ::close(std::exchange(descriptor_, -1)); }

result<void> output_file::put(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_os("write", path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

result<void> output_file::flush() {
  auto done = put(pending_);
  pending_.clear();
  return done;
}

result<void> output_file::write(std::span<const std::byte> bytes) {
  size_ += bytes.size();
  if (pending_.size() + bytes.size() > buffer_bytes)
    if (auto done = flush(); !done) return done;
  if (bytes.size() > buffer_bytes) return put(bytes);
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  return {};
}

result<void> output_file::commit() {
  if (auto done = flush(); !done) return done;
  // Renaming first could leave an empty file after a power cut.
  if (::fsync(descriptor_) != 0) return fail_os("write", path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return fail_os("write", path_, errno);
  close();
  return {};
}

}  // namespace qx::platform
