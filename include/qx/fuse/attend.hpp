// SPDX-License-Identifier: MIT
/// \file
/// The driver of attention: one unit of work is a few consecutive tokens and a key/value head, with
/// all the query heads that share it. Tokens of one sequence go to the kernel together. Where that
/// makes too few units for the threads, each piece of a span is one, and whoever finishes the last
/// piece joins them: the same bits, and no barrier more.
#pragma once

#include <qx/fuse/rows.hpp>
#include <qx/kernel/activations.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace qx::inline QX_ARCH {

template <class Target, class Expr>
class attention_stage {
  static_assert(is_attention<Expr>);
  using query_axes = typename Expr::axes_type;
  static_assert(std::is_same_v<Target, basic_view<float, typename Target::axes_type>> &&
                    std::is_same_v<typename Target::axes_type, query_axes>,
                "qx: attention is stored to a float tensor with the axes of its queries; evaluate "
                "what follows it in another stage");
  static_assert(
      requires(const Expr& e) { e.query.view.data(); },
      "qx: attention reads its queries from memory: evaluate them in an earlier stage");

 public:
  QX_INLINE attention_stage(const Target& target, const Expr& e) : target_(target), expr_(&e) {
    (void)join_extents<query_axes>(target.shape(), e.shape());
    const auto& q = e.shape();
    const auto& kv = e.keys.shape();
    if (e.keys.type() != e.values.type() ||
        (e.keys.type() != dtype::f32 && e.keys.type() != dtype::f16))
      throw_shape_error("attention: keys and values must both be f32 or both f16");
    if (kv != e.values.shape())
      throw_shape_error("attention: keys and values have different shapes");
    if (q[2] != kv[2]) throw_extent_mismatch(query_axes::names[2], q[2], kv[2]);
    if (kv[1] == 0 || q[1] % kv[1] != 0) throw_extent_mismatch(query_axes::names[1], q[1], kv[1]);
    if (e.spans.size() != q[0]) throw_extent_mismatch(query_axes::names[0], q[0], e.spans.size());
    if (e.query.view.steps()[2] != 1 || target.steps()[2] != 1 || e.keys.steps()[2] != 1 ||
        !same_steps(e.values.steps(), e.keys.steps()))
      throw_shape_error("attention: heads must be contiguous, keys and values laid out alike");
    for (const attention_span& s : e.spans) {
      if (s.count == 0 || s.first > kv[0] || s.count > kv[0] - s.first)
        throw_out_of_range("slot", s.first, s.first + s.count, kv[0]);
      longest_ = std::max(longest_, s.count);
    }
  }

  [[nodiscard]] QX_INLINE std::size_t units() const { return wholes() * pieces_; }
  /// Keys and values: two multiply-adds for each element of them.
  [[nodiscard]] QX_INLINE std::size_t price() const {
    return 4 * expr_->shape().count() * std::max<std::size_t>(longest_, 1);
  }
  [[nodiscard]] QX_INLINE std::size_t scratch(const kernel::table& kernels) const {
    return kernels.attention_scratch(std::min(unit_tokens(), tokens()) * group(),
                                     expr_->shape()[2]) *
           sizeof(float);
  }
  /// Decides whether spans are cut for this many threads, and returns how many bytes of memory that
  /// all threads see it takes: as many for a longer span, so that a growing one allocates once.
  [[nodiscard]] QX_INLINE std::size_t share(const kernel::table& kernels, std::size_t threads) {
    if (threads == 1 || wholes() >= units_per_thread * threads) return 0;
    row_floats_ = kernels.attention_state(expr_->shape()[2]);
    const std::size_t piece = wholes() * unit_rows_of() * row_floats_ * sizeof(float);
    const std::size_t most = std::max<std::size_t>(most_shared / std::max<std::size_t>(piece, 1), 1);
    const std::size_t wanted = pieces_in(longest_);
    if (wanted <= most) pieces_ = std::max<std::size_t>(wanted, 1);
    return counter_bytes() + std::min(most, pieces_in(expr_->keys.shape()[0])) * piece;
  }
  /// `memory`: as many bytes as share() asked for, before the threads begin.
  QX_INLINE void use(std::byte* memory) {
    shared_ = memory;
    for (std::size_t i = 0; pieces_ > 1 && i < wholes(); ++i)
      counters()[i] = 0;
  }

  QX_INLINE void run(const kernel::table& kernels, std::byte* memory, std::size_t first,
                     std::size_t last) const {
    for (std::size_t u = first; u < last; ++u) {
      const std::size_t whole = u / pieces_, piece = u % pieces_;
      if (pieces_ == 1) {
        each_group(whole, memory, [&](const auto& args, float*) { kernels.attention(args); });
        continue;
      }
      each_group(whole, memory, [&](const auto& args, float* states) {
        if (piece < pieces_in(args.spans[args.tokens - 1].count))
          kernels.attention_gather(args, piece, states + piece * piece_floats());
      });
      if (__atomic_add_fetch(&counters()[whole], 1u, __ATOMIC_ACQ_REL) == pieces_)
        each_group(whole, memory, [&](const auto& args, float* states) {
          kernels.attention_join(args, states, piece_floats());
        });
    }
  }

 private:
  /// Rows of a unit, a row being a query head of a token: enough to pay for laying out keys and
  /// values, few enough for queries and results to stay in a near cache.
  static constexpr std::size_t unit_rows = 64;
  static constexpr std::size_t most_tokens = 32;
  /// Fewer units than these leave threads waiting for the last one.
  static constexpr std::size_t units_per_thread = 4;
  /// Bytes of gathered pieces that are more than cutting is worth.
  static constexpr std::size_t most_shared = std::size_t{32} << 20;

  [[nodiscard]] QX_INLINE std::size_t tokens() const { return expr_->shape()[0]; }
  [[nodiscard]] QX_INLINE std::size_t group() const {
    return expr_->shape()[1] / expr_->keys.shape()[1];
  }
  [[nodiscard]] QX_INLINE std::size_t unit_tokens() const {
    return std::clamp<std::size_t>(unit_rows / std::max<std::size_t>(group(), 1), 1, most_tokens);
  }
  [[nodiscard]] QX_INLINE std::size_t blocks() const {
    return (tokens() + unit_tokens() - 1) / unit_tokens();
  }
  /// Units while spans are not cut.
  [[nodiscard]] QX_INLINE std::size_t wholes() const { return blocks() * expr_->keys.shape()[1]; }
  [[nodiscard]] QX_INLINE static std::size_t pieces_in(std::size_t positions) {
    return (positions + kernel::attention_piece - 1) / kernel::attention_piece;
  }
  [[nodiscard]] QX_INLINE std::size_t unit_rows_of() const {
    return std::min(unit_tokens(), tokens()) * group();
  }
  /// Between the states of one piece of a unit and those of the next.
  [[nodiscard]] QX_INLINE std::size_t piece_floats() const { return unit_rows_of() * row_floats_; }
  /// How many pieces of each unit are done, then the states: [unit, piece, row, row_floats_].
  [[nodiscard]] QX_INLINE std::size_t counter_bytes() const {
    return kernel::round_up(wholes() * sizeof(std::uint32_t), kernel::line_bytes);
  }
  [[nodiscard]] QX_INLINE std::uint32_t* counters() const {
    return reinterpret_cast<std::uint32_t*>(shared_);
  }
  [[nodiscard]] QX_INLINE float* states_of(std::size_t whole) const {
    return reinterpret_cast<float*>(shared_ + counter_bytes()) + whole * pieces_ * piece_floats();
  }
  /// First, last, second, last but one …: later tokens see more, and so equal parts cost the same.
  [[nodiscard]] QX_INLINE std::size_t balanced(std::size_t i) const {
    return i % 2 == 0 ? i / 2 : blocks() - 1 - i / 2;
  }
  /// Tokens from `t` on that are of one sequence, none of which sees less than the one before it.
  [[nodiscard]] QX_INLINE std::size_t together(std::size_t t, std::size_t end) const {
    const auto& spans = expr_->spans;
    std::size_t last = t + 1;
    while (last < end && spans[last].first == spans[t].first &&
           spans[last].count >= spans[last - 1].count)
      ++last;
    return last - t;
  }
  /// Calls f(args, states) for the tokens of a unit that go to the kernel together.
  template <class F>
  QX_INLINE void each_group(std::size_t whole, std::byte* memory, F f) const {
    const std::size_t begin = balanced(whole % blocks()) * unit_tokens();
    const std::size_t end = std::min(begin + unit_tokens(), tokens());
    for (std::size_t t = begin; t < end;) {
      const std::size_t n = together(t, end);
      f(args_of(memory, whole / blocks(), t, n),
        pieces_ == 1 ? nullptr : states_of(whole) + (t - begin) * group() * row_floats_);
      t += n;
    }
  }
  [[nodiscard]] QX_INLINE kernel::attention_args
  args_of(std::byte* memory, std::size_t kv_head, std::size_t token, std::size_t count) const {
    const attention_span* const spans = &expr_->spans[token];
    const auto& keys = expr_->keys;
    const std::size_t bytes = info(keys.type()).block_bytes;
    const auto slot_bytes = static_cast<std::size_t>(keys.steps()[0]) * bytes;
    const std::size_t offset =
        spans->first * slot_bytes + kv_head * static_cast<std::size_t>(keys.steps()[1]) * bytes;
    const auto& q = expr_->query.view;
    const std::size_t head = kv_head * group();
    const auto at = [&](const auto& v) QX_INLINE_LAMBDA {
      return v.data() + static_cast<std::ptrdiff_t>(token) * v.steps()[0] +
             static_cast<std::ptrdiff_t>(head) * v.steps()[1];
    };
    return {.query = at(q),
            .query_token_stride = static_cast<std::size_t>(q.steps()[0]),
            .query_head_stride = static_cast<std::size_t>(q.steps()[1]),
            .keys = keys.data() + offset,
            .values = expr_->values.data() + offset,
            .kv_stride = slot_bytes,
            .kv_type = keys.type(),
            .spans = spans,
            .tokens = count,
            .group = group(),
            .dim = q.shape()[2],
            .scale = expr_->scale,
            .out = at(target_),
            .out_token_stride = static_cast<std::size_t>(target_.steps()[0]),
            .out_head_stride = static_cast<std::size_t>(target_.steps()[1]),
            .scratch = reinterpret_cast<float*>(memory)};
  }

  Target target_;
  const Expr* expr_;
  std::size_t longest_ = 0;
  std::size_t pieces_ = 1;  ///< units that a span is cut into
  std::size_t row_floats_ = 0;
  std::byte* shared_ = nullptr;
};

}  // namespace qx::inline QX_ARCH
