// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/packing.hpp>
#include <qx/quant/finite.hpp>

#include <algorithm>
#include <atomic>
#include <optional>

namespace qx {
namespace {

/// Bytes of the file between two looks at progress and memory: small beside a model, large beside
/// what a call to the system costs.
constexpr std::size_t piece_bytes = std::size_t{4} << 20;
/// A page fault brings in its neighbours within this distance, pages that were given back included.
constexpr std::size_t fault_reach = std::size_t{64} << 10;

/// A row that does not hold numbers.
struct bad_row {
  const gguf::tensor_info* tensor;
  std::size_t row;
};

/// What the threads of one packing share, and what each of them does.
class packer {
 public:
  packer(const gguf::file& file, const packing_plan& plan, std::byte* image, std::size_t threads,
         const progress_function& progress)
      : file_(file), plan_(plan), image_(image), progress_(progress), bad_(threads) {}

  void run(std::size_t thread, std::size_t threads) {
    const platform::index_range mine = platform::split(plan_.bytes(), 1, thread, threads);
    for (const packed_matrix& m : plan_.matrices()) {
      // A panel is packed by the thread in whose part it begins.
      const auto panel_at = [&m](std::size_t byte) {
        const std::size_t inside = byte > m.offset ? byte - m.offset : 0;
        return std::min(m.panels, (inside + m.panel_bytes - 1) / m.panel_bytes);
      };
      const std::size_t last = panel_at(mine.last);
      const std::size_t step =
          std::max<std::size_t>(1, piece_bytes / (kernel::panel_rows * m.source->row_bytes()));
      for (std::size_t first = panel_at(mine.first); first < last; first += step) {
        if (failed_.load(std::memory_order_relaxed)) return;
        piece(m, first, std::min(first + step, last), thread);
      }
    }
  }

  /// One of the bad rows, if there are any.
  [[nodiscard]] std::optional<bad_row> bad() const {
    const auto found = std::ranges::find_if(bad_, [](const auto& b) { return b.has_value(); });
    return found == bad_.end() ? std::nullopt : *found;
  }

 private:
  void piece(const packed_matrix& m, std::size_t first, std::size_t last, std::size_t thread) {
    for (std::size_t i = first; i < last; ++i) {
      // Here, and not in a sweep of its own, because packing reads the same bytes right away.
      if (!quant::all_finite(m.source->type, m.rows_of(i))) return refuse(m, i, thread);
      m.pack(i, image_ + m.offset + i * m.panel_bytes);
    }
    const std::byte* const end = m.rows_of(last - 1).data() + m.rows_of(last - 1).size();
    const std::byte* begin = m.rows_of(first).data();
    begin -= std::min<std::size_t>(fault_reach, begin - m.source->data.data());
    file_.mapping().done_with({begin, end});
    const std::size_t done = (last - first) * m.panel_bytes;
    const std::size_t before = done_.fetch_add(done, std::memory_order_relaxed);
    if (thread == 0 && progress_) progress_(before + done, plan_.bytes());
  }

  void refuse(const packed_matrix& m, std::size_t panel, std::size_t thread) {
    const std::size_t bytes = m.source->row_bytes();
    const std::span<const std::byte> rows = m.rows_of(panel);
    std::size_t row = 0;
    while (quant::all_finite(m.source->type, rows.subspan(row * bytes, bytes)))
      ++row;
    bad_[thread] = {m.source, m.first_row + panel * kernel::panel_rows + row};
    failed_.store(true, std::memory_order_relaxed);
  }

  const gguf::file& file_;
  const packing_plan& plan_;
  std::byte* image_;
  const progress_function& progress_;
  std::atomic<std::size_t> done_{0};
  std::atomic<bool> failed_{false};
  std::vector<std::optional<bad_row>> bad_;  // [thread]
};

}  // namespace

std::span<const std::byte> packed_matrix::rows_of(std::size_t index) const {
  const std::size_t first = index * kernel::panel_rows;
  const std::size_t count = std::min(kernel::panel_rows, rows - first);
  return source->data.subspan((first_row + first) * source->row_bytes(),
                              count * source->row_bytes());
}

void packed_matrix::pack(std::size_t index, std::byte* target) const {
  const std::span<const std::byte> bytes = rows_of(index);
  const std::size_t stride = source->row_bytes();
  ops->pack(bytes.data(), stride, bytes.size() / stride, source->row_elements(), target);
}

std::size_t packing_plan::add(const gguf::tensor_info& tensor, std::size_t first_row,
                              std::size_t rows) {
  const kernel::matmul_ops& ops = kernels_->matmul[static_cast<std::size_t>(tensor.type)];
  matrices_.push_back({.source = &tensor,
                       .first_row = first_row,
                       .rows = rows,
                       .ops = &ops,
                       .offset = bytes_,
                       .panels = kernel::panels_of(rows),
                       .panel_bytes = ops.panel_bytes(tensor.row_elements())});
  bytes_ += matrices_.back().bytes();
  return matrices_.back().offset;
}

result<platform::huge_buffer> pack(const gguf::file& file, const packing_plan& plan,
                                   platform::thread_pool* pool, const progress_function& progress) {
  auto image = platform::huge_buffer::create(plan.bytes());
  if (!image) return image;
  packer all(file, plan, image->data(), pool != nullptr ? pool->size() : 1, progress);
  if (pool != nullptr)
    pool->parallel([&](std::size_t thread, std::size_t threads) { all.run(thread, threads); });
  else
    all.run(0, 1);
  if (const auto bad = all.bad())
    return fail(errc::format,
                message(file.source(), ": tensor '", bad->tensor->name, "', row ", bad->row,
                        is_quantized(bad->tensor->type)
                            ? ": the scale of a block is infinite or not a number"
                            : ": an element is infinite or not a number"));
  if (progress && plan.bytes() != 0) progress(plan.bytes(), plan.bytes());
  return image;
}

}  // namespace qx
