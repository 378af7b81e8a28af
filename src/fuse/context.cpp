// SPDX-License-Identifier: MIT
#include <qx/fuse/context.hpp>

#include <limits>
#include <new>

namespace qx {

namespace {
/// At least `bytes` in each of `blocks`; what it held goes first, so that the two are never there
/// at once.
void grow(aligned_memory& memory, std::size_t& held, std::size_t bytes, std::size_t blocks = 1) {
  if (bytes <= held) return;
  held = 0;
  memory = aligned_memory();
  memory = aligned_memory(bytes * blocks);
  held = bytes;
}
}  // namespace

context::context(std::size_t threads, const kernel::table& kernels, platform::pool_options pool)
    : kernels_(&kernels), pool_(threads, pool) {}

std::byte* context::shared(std::size_t bytes) {
  grow(shared_, shared_bytes_, bytes);
  return static_cast<std::byte*>(shared_.get());
}

std::byte* context::stored(std::size_t bytes) {
  grow(stored_, stored_bytes_, bytes);
  return static_cast<std::byte*>(stored_.get());
}

void context::reserve_private(std::size_t bytes) {
  constexpr std::size_t pair = 128;  // processors fetch cache lines in pairs
  if (bytes <= private_bytes_) return;
  if (bytes > std::numeric_limits<std::size_t>::max() / threads() - pair) throw std::bad_alloc();
  grow(private_, private_bytes_, (bytes + pair - 1) / pair * pair, threads());
}

context& default_context() {
  thread_local context local(1);
  return local;
}

}  // namespace qx
