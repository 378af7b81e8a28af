// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/platform/cpu.hpp>
#include <qx/platform/mapped_file.hpp>
#include <qx/platform/system_error.hpp>

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <functional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace qx::platform {
namespace {

/// A mapping outlives its descriptor, so that this is only needed while opening.
struct descriptor {
  explicit descriptor(int opened) : number(opened) {}
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  int number;
};

/// Forgetting memory that is not a file's would lose what it holds: parts of anything but `map` are
/// left alone.
void advise(std::span<const std::byte> map, std::span<const std::byte> part, int advice,
            bool whole_pages_only) {
  const std::less_equal<> ordered;
  if (part.empty() || !ordered(map.data(), part.data()) ||
      !ordered(part.data() + part.size(), map.data() + map.size()))
    return;
  const std::uintptr_t mask = page_bytes() - 1;
  std::uintptr_t first = reinterpret_cast<std::uintptr_t>(part.data());
  std::uintptr_t last = first + part.size();
  first = whole_pages_only ? (first + mask) & ~mask : first & ~mask;
  if (whole_pages_only) last &= ~mask;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, advice);
}

std::int64_t modified_of(const struct stat& status) {
#if defined(__APPLE__)
  const timespec& when = status.st_mtimespec;
#else
  const timespec& when = status.st_mtim;
#endif
  return static_cast<std::int64_t>(when.tv_sec) * 1'000'000'000 + when.tv_nsec;
}

}  // namespace

result<mapped_file> mapped_file::open(const std::filesystem::path& path) {
  // Without O_NONBLOCK, opening a pipe would wait for its other end.
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number < 0) return fail_os("open", path, errno);
  struct stat status{};
  if (::fstat(file.number, &status) != 0) return fail_os("read the size of", path, errno);
  if (S_ISDIR(status.st_mode)) return fail_os("open", path, EISDIR);
  if (!S_ISREG(status.st_mode))
    return fail(errc::io, message("cannot map '", path.string(),
                                  "': it is not a regular file (a pipe or a device?)"));
  const auto size = static_cast<std::uintmax_t>(status.st_size);
  if (size == 0) return mapped_file({}, modified_of(status));
  if (size > static_cast<std::size_t>(PTRDIFF_MAX)) return fail_os("map", path, EFBIG);
  void* memory =
      ::mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_PRIVATE, file.number, 0);
  if (memory == MAP_FAILED) return fail_os("map", path, errno);
  return mapped_file({static_cast<const std::byte*>(memory), static_cast<std::size_t>(size)},
                     modified_of(status));
}

mapped_file::~mapped_file() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

mapped_file::mapped_file(mapped_file&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), modified_(other.modified_) {}

mapped_file& mapped_file::operator=(mapped_file&& other) noexcept {
  mapped_file old(std::move(*this));
  bytes_ = std::exchange(other.bytes_, {});
  modified_ = other.modified_;
  return *this;
}

void mapped_file::will_need(std::span<const std::byte> part) const {
  advise(bytes_, part, MADV_WILLNEED, false);
}

void mapped_file::done_with(std::span<const std::byte> part) const {
  advise(bytes_, part, MADV_DONTNEED, true);
}

}  // namespace qx::platform
