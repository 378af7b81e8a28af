// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/platform/cpu.hpp>
#include <qx/platform/huge_buffer.hpp>

#include <cstdint>
#include <sys/mman.h>
#include <utility>

namespace qx::platform {
namespace {

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

/// What the mapping really takes; munmap needs it again.
std::size_t mapped_bytes(std::size_t bytes) { return round_up(bytes, page_bytes()); }

}  // namespace

result<huge_buffer> huge_buffer::create(std::size_t bytes) {
  if (bytes == 0) return huge_buffer();
  const auto refuse = [bytes] {
    return fail(errc::memory, message("cannot get ", bytes, " bytes of memory from the system"));
  };
  if (bytes > static_cast<std::size_t>(PTRDIFF_MAX) - 2 * huge_page) return refuse();
  const bool huge = bytes >= huge_page;
  const std::size_t wanted = mapped_bytes(bytes);
  const std::size_t mapped = huge ? wanted + huge_page : wanted;
  void* memory =
      ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return refuse();
  auto* first = static_cast<std::byte*>(memory);
  if (huge) {  // keep the aligned middle, give the ends back
    const std::size_t address = reinterpret_cast<std::uintptr_t>(memory);
    const std::size_t before = round_up(address, huge_page) - address;
    if (before != 0) ::munmap(first, before);
    ::munmap(first + before + wanted, huge_page - before);
    first += before;
#if defined(MADV_HUGEPAGE)
    ::madvise(first, wanted, MADV_HUGEPAGE);
#endif
  }
  return huge_buffer({first, bytes});
}

huge_buffer::~huge_buffer() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), mapped_bytes(bytes_.size()));
}

huge_buffer::huge_buffer(huge_buffer&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

huge_buffer& huge_buffer::operator=(huge_buffer&& other) noexcept {
  huge_buffer old(std::move(*this));
  bytes_ = std::exchange(other.bytes_, {});
  return *this;
}

}  // namespace qx::platform
