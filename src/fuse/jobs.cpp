// SPDX-License-Identifier: MIT
#include <qx/fuse/jobs.hpp>
#include <qx/kernel/activations.hpp>

#include <algorithm>
#include <span>

namespace qx {
namespace {

class joint_run {
 public:
  joint_run(context& ctx, std::span<const stage_job> stages, std::span<prologue_job> prologues,
            bool common_rows)
      : ctx_(ctx), stages_(stages), prologues_(prologues) {
    std::size_t bytes = 0, columns = 0, scratch = 0;
    for (std::size_t i = 0; i < prologues.size(); ++i) {
      prologue_job& p = prologues[i];
      if (p.owner != i) {
        p.offset = prologues[p.owner].offset;
        continue;
      }
      p.offset = bytes;
      bytes += p.columns * p.row_bytes;
      columns = std::max(columns, p.columns);
      scratch = std::max(scratch, p.scratch);
    }
    for (const stage_job& s : stages)
      scratch = std::max(scratch, s.scratch);
    // One column: each thread converts it for itself, which is cheaper than waiting.
    private_ = columns <= 1 && !common_rows;
    private_bytes_ = private_ ? bytes : 0;
    ctx.reserve_private(private_bytes_ + scratch);
    share(private_ ? 0 : kernel::round_up(bytes, kernel::line_bytes));
  }

  void run() {
    ++ctx_.counters().stages;
    if (ctx_.pool() == nullptr || !worth_threads()) {
      prologues(0, 1, 0);
      return work(0, {0, units()});
    }
    const bool waits = !prologues_.empty() && !private_;
    if (waits) ++ctx_.counters().barriers;
    platform::thread_pool& pool = *ctx_.pool();
    pool.deal(units());
    pool.parallel([this, waits, &pool](std::size_t thread, std::size_t count) {
      if (waits) {
        prologues(thread, count, thread);
        pool.barrier();
      } else {
        prologues(0, 1, thread);
      }
      platform::index_range taken;
      while (!(taken = pool.take(thread)).empty())
        work(thread, taken);
    });
  }

 private:
  /// Memory that all threads see: the activations' bytes, then what stages ask for.
  void share(std::size_t bytes) {
    std::size_t all = bytes;
    for (const stage_job& s : stages_)
      all += s.shared;
    if (all == 0) return;
    shared_ = ctx_.shared(all);
    for (const stage_job& s : stages_) {
      if (s.use != nullptr) s.use(s.stage, shared_ + bytes);
      bytes += s.shared;
    }
  }
  [[nodiscard]] bool worth_threads() const {
    std::size_t price = 0, multiply_adds = 0;
    for (const stage_job& s : stages_) {
      price += s.price;
      multiply_adds += s.multiply_adds;
    }
    return price >= parallel_price || multiply_adds >= parallel_multiply_adds;
  }
  [[nodiscard]] std::byte* activations(std::size_t thread) const {
    return private_ ? ctx_.private_block(thread) : shared_;
  }
  [[nodiscard]] std::byte* scratch(std::size_t thread) const {
    return ctx_.private_block(thread) + private_bytes_;
  }
  void prologues(std::size_t part, std::size_t parts, std::size_t thread) const {
    for (std::size_t i = 0; i < prologues_.size(); ++i) {
      const prologue_job& p = prologues_[i];
      if (p.owner != i) continue;
      p.run(p, ctx_.kernels(), scratch(thread), activations(thread) + p.offset,
            p.columns * part / parts, p.columns * (part + 1) / parts);
    }
  }
  [[nodiscard]] std::size_t units() const {
    std::size_t all = 0;
    for (const stage_job& s : stages_)
      all += s.units;
    return all;
  }
  /// Some of the units of all stages, which stand in one row.
  void work(std::size_t thread, platform::index_range units) const {
    std::size_t begin = 0;
    const prologue_job* own = prologues_.data();
    for (const stage_job& s : stages_) {
      const std::size_t from = std::clamp(units.first, begin, begin + s.units) - begin;
      const std::size_t to = std::clamp(units.last, begin, begin + s.units) - begin;
      if (from < to)
        s.run(s.stage, ctx_.kernels(), scratch(thread), own, activations(thread), from, to);
      begin += s.units;
      own += s.matmuls;
    }
  }

  context& ctx_;
  std::span<const stage_job> stages_;
  std::span<prologue_job> prologues_;
  std::byte* shared_ = nullptr;
  std::size_t private_bytes_ = 0;
  bool private_ = false;
};

}  // namespace

void run_jobs(context& ctx, const stage_job* stages, std::size_t stage_count,
              prologue_job* prologues, std::size_t prologue_count, bool common_rows) {
  joint_run(ctx, {stages, stage_count}, {prologues, prologue_count}, common_rows).run();
}

}  // namespace qx
