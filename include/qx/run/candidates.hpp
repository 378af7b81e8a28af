// SPDX-License-Identifier: MIT
/// \file
/// The tokens that are still in the draw. Rules of a sampler narrow them down or edit their logits.
///
/// At first they are the whole vocabulary and the logits stay where the model wrote them; the first
/// rule that removes tokens copies the survivors, in the order of their ids, to memory that was
/// allocated once. Nothing is sorted: a rule finds a threshold, and `keep` applies it.
#pragma once

#include <qx/core/error.hpp>
#include <qx/core/tensor_view.hpp>
#include <qx/core/token.hpp>
#include <qx/kernel/table.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qx::axis_names {
inline constexpr axis<"candidate"> candidate;  ///< tokens that are still in the draw
}

namespace qx::sampling {

struct vector_ops;
struct mass;

/// A logit and how many of the candidates with exactly this logit are meant, lowest ids first.
struct cut {
  float logit;
  std::size_t ties;
};

class candidates {
 public:
  using const_view = tensor_view<const float, axis_names::candidate>;
  using view = tensor_view<float, axis_names::candidate>;

  /// Logits per block of `block_largest` and `block_weights`.
  static constexpr std::size_t block = 1024;

  /// Memory for `vocabulary` tokens. Throws std::bad_alloc.
  candidates(std::size_t vocabulary, const kernel::table& kernels);

  /// Begins anew with all tokens. One sweep over the logits, which must outlive the draw. Fails
  /// where there is no draw to be made: NaN or +infinity among the logits, all of them -infinity,
  /// or another number of them than the vocabulary has (errc::range, errc::shape).
  [[nodiscard]] result<void> begin(std::span<const float> logits);
  /// The same checks after a rule has edited or removed; cheap when nothing happened.
  [[nodiscard]] result<void> settle();

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Tokens that there were at first.
  [[nodiscard]] std::size_t vocabulary() const { return vocabulary_; }
  /// Ascending: `id(i) < id(i + 1)`.
  [[nodiscard]] token_id id(std::size_t i) const {
    return all_ ? static_cast<token_id>(i) : ids_[i];
  }
  /// [size()], not yet divided by the temperature.
  [[nodiscard]] const_view logits() const;
  /// [size()], divided by the temperature and free to be changed; copies them when they are still
  /// the model's. -infinity takes a token out of the draw.
  [[nodiscard]] view edit();

  /// The largest logit.
  [[nodiscard]] float largest() const { return largest_; }
  /// The largest logit of each `block` candidates: what a rule looks at first, so that most blocks
  /// need not be looked at.
  [[nodiscard]] std::span<const float> block_largest();
  /// The k-th largest logit, 1 <= k <= size(), in time linear in size().
  [[nodiscard]] cut kth_largest(std::size_t k);
  /// The cut of the fewest most likely candidates that together have at least this weight and are
  /// at least `count`; all of them lie at or above `least`. Bisects: a few sweeps over what is left
  /// of the candidates from `least` on, no sorting but of the last few.
  [[nodiscard]] cut fewest(double weight, std::size_t count, float least);
  /// What all the candidates weigh together.
  [[nodiscard]] double total_weight();
  /// The logit whose weight is `weight`.
  [[nodiscard]] float logit_of_weight(double weight) const;
  /// Candidates whose logit is not -infinity.
  [[nodiscard]] std::size_t drawable() const;
  /// The standard deviation of the finite logits.
  [[nodiscard]] double deviation() const;
  /// Positions of the logits of at least `least`, ascending; valid until the next call of anything
  /// else.
  [[nodiscard]] std::span<token_id> at_least(float least);
  /// All positions, the likeliest first and of equals the lower id: a radix sort, for rules that
  /// cannot do without. Allocates the first time. Valid until the next call of it.
  [[nodiscard]] std::span<const token_id> order();
  /// Where the candidate with this id is; size() where there is none.
  [[nodiscard]] std::size_t find(token_id id) const;

  /// Divides the logits by a temperature above 0. Only remembered: what asks for weights applies
  /// it.
  void divide(float temperature);
  /// What logits are to be multiplied by, 1 / temperature.
  [[nodiscard]] float scale() const { return scale_; }
  /// exp((logit - largest()) * scale()) of each candidate, in [0, 1]; valid until the next call
  /// of anything else.
  [[nodiscard]] std::span<const float> weights();
  /// The sums of `block` weights each, without storing them; valid until the candidates change.
  [[nodiscard]] std::span<const float> block_weights();
  /// The weights of one block.
  [[nodiscard]] std::span<const float> weights_of_block(std::size_t index);

  /// Keeps logits above `at.logit`, and of those equal to it the first `at.ties`.
  void keep(cut at);
  /// Keeps logits of at least `least`.
  void keep_from(float least) { keep({least, size_}); }
  /// Keeps the candidates at these ascending positions.
  void keep_at(std::span<const token_id> positions);

  /// [size()] numbers to work with, valid until the next call of anything else.
  [[nodiscard]] std::span<token_id> scratch() { return std::span(scratch_).first(size_); }

 private:
  [[nodiscard]] const float* values() const {
    return borrowed_ != nullptr ? borrowed_ : values_.data();
  }
  [[nodiscard]] result<void> check();
  void own();
  [[nodiscard]] std::size_t gather(float least);
  [[nodiscard]] std::size_t drop_ties(std::size_t n, cut at);
  void narrowed_to(std::size_t n);
  [[nodiscard]] cut walk(std::size_t n, mass above, double weight, std::size_t count);

  const vector_ops* ops_;
  const float* borrowed_ = nullptr;  ///< the model's logits, until something is changed
  std::vector<float> values_;
  std::vector<token_id> ids_;
  std::vector<float> weights_;
  std::vector<token_id> scratch_;
  std::vector<float> active_;          ///< logits in which a cut is being looked for
  std::vector<float> active_weights_;  ///< theirs
  std::vector<float> block_largest_;
  std::vector<float> block_weights_;
  std::vector<std::uint64_t> keys_[2];  ///< of `order`
  std::vector<token_id> order_;
  std::size_t vocabulary_;
  std::size_t size_ = 0;
  float largest_ = 0.0f;
  float scale_ = 1.0f;
  bool all_ = true;      ///< every token is a candidate; ids_ is not in use
  bool edited_ = false;  ///< logits may have become NaN
  bool blocks_known_ = false;
};

}  // namespace qx::sampling
