// SPDX-License-Identifier: MIT
#include <qx/core/tensor.hpp>
#include <qx/fuse/context.hpp>
#include <qx/platform/cpu.hpp>

#include <utility>

namespace qx {

void context::release::operator()(std::byte* memory) const noexcept { free_aligned(memory); }

context::context(std::size_t threads, const kernel::table& kernels, platform::pool_options pool)
    : kernels_(&kernels), threads_(threads == 0 ? platform::hardware_threads() : threads),
      private_(std::make_unique<block[]>(threads_)) {
  if (threads_ > 1) pool_ = std::make_unique<platform::thread_pool>(threads_, pool);
}

context::~context() = default;
context::context(context&&) noexcept = default;
context& context::operator=(context&&) noexcept = default;

std::byte* context::shared(std::size_t bytes) {
  if (bytes > shared_bytes_) {
    shared_.reset();
    shared_.reset(static_cast<std::byte*>(allocate_aligned(bytes)));
    shared_bytes_ = bytes;
  }
  return shared_.get();
}

std::byte* context::stored(std::size_t bytes) {
  if (bytes > stored_bytes_) {
    stored_.reset();
    stored_.reset(static_cast<std::byte*>(allocate_aligned(bytes)));
    stored_bytes_ = bytes;
  }
  return stored_.get();
}

void context::reserve_private(std::size_t bytes) {
  if (bytes <= private_bytes_) return;
  for (std::size_t thread = 0; thread < threads_; ++thread) {
    private_[thread].reset();
    private_[thread].reset(static_cast<std::byte*>(allocate_aligned(bytes)));
  }
  private_bytes_ = bytes;
}

context& default_context() {
  thread_local context local(1);
  return local;
}

}  // namespace qx
