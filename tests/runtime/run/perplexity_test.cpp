// SPDX-License-Identifier: MIT
#include <qx/model/model.hpp>
#include <qx/run/logit_file.hpp>
#include <qx/run/perplexity.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace qx;

namespace {

constexpr std::size_t vocabulary = 10;

constexpr float likely = 8.0f;

/// After token t comes t + 1 with the logit `likely`, all others have 0.
class counting_model {
 public:
  [[nodiscard]] model_limits limits() const {
    return {.vocabulary = vocabulary, .context = 16, .sequences = 1, .batch = 5};
  }
  [[nodiscard]] std::size_t length(std::int32_t) const { return held_; }
  void truncate(std::int32_t, std::size_t n) { held_ = std::min(held_, n); }
  [[nodiscard]] result<logits_view> forward(const batch& b) {
    if (++steps == fails_at) return fail(errc::memory, "the model gave up");
    if (b.tokens.size() > 5 || static_cast<std::size_t>(b.positions[0]) != held_)
      return fail(errc::range, "a batch that does not continue");
    held_ += b.tokens.size();
    logits_.assign(b.outputs.size() * vocabulary, 0.0f);
    for (std::size_t row = 0; row < b.outputs.size(); ++row) {
      const auto token =
          static_cast<std::size_t>(b.tokens[static_cast<std::size_t>(b.outputs[row])]);
      logits_[row * vocabulary + (token + 1) % vocabulary] = likely;
    }
    return logits_view(logits_.data(),
                       extents<logits_view::axes_type>({b.outputs.size(), vocabulary}));
  }
  std::size_t steps = 0, fails_at = 0;

 private:
  std::size_t held_ = 0;
  std::vector<float> logits_{};
};
static_assert(Model<counting_model>);

std::vector<token_id> counting(std::size_t n) {
  std::vector<token_id> out(n);
  for (std::size_t i = 0; i < n; ++i)
    out[i] = static_cast<token_id>(i % vocabulary);
  return out;
}

const auto nothing = [](std::span<const float>, token_id, double) { return result<void>(); };
const auto silent = [](std::size_t, std::size_t) {};

}  // namespace

TEST_CASE("perplexity scores the second half of each chunk, from the very logits") {
  counting_model model;
  const auto stats = perplexity(model, counting(35), {.chunk = 16}, nothing, silent);
  REQUIRE(stats.has_value());
  CHECK(stats->chunks == 2);
  CHECK(stats->surprise.count == 2 * (16 - 8 - 1));
  // The logit of what comes against nine times 0.
  CHECK(stats->perplexity() == doctest::Approx(1 + 9 * std::exp(-likely)).epsilon(1e-6));
  std::vector<token_id> surprising = counting(16);
  surprising[12] = 7;  // was 2: a surprise before it and one after it
  const auto worse = perplexity(model, surprising, {.chunk = 16}, nothing, silent);
  REQUIRE(worse.has_value());
  CHECK(worse->surprise.sum == doctest::Approx(2 * likely + 7 * std::log1p(9 * std::exp(-likely))));
  CHECK(worse->standard_error() > 0);
}

TEST_CASE("perplexity refuses what makes no sense, and hands errors on") {
  counting_model model;
  const auto code = [&](std::size_t n, const perplexity_options& options) {
    const auto stats = perplexity(model, counting(n), options, nothing, silent);
    return stats ? errc{} : stats.error().code;
  };
  CHECK(code(15, {.chunk = 16}) == errc::argument);
  CHECK(code(40, {.chunk = 17}) == errc::range);
  CHECK(code(40, {.chunk = 3}) == errc::range);
  model.fails_at = model.steps + 3;
  CHECK(code(40, {.chunk = 16}) == errc::memory);
}

TEST_CASE("kept logits: what is read is what was written, and compares as no difference") {
  const auto path = std::filesystem::temp_directory_path() / "qx-logits-test";
  counting_model model;
  auto writer = logit_writer::create(path, 16, vocabulary, counting(32));
  REQUIRE(writer.has_value());
  const auto keep = [&](std::span<const float> row, token_id, double) { return writer->add(row); };
  REQUIRE(perplexity(model, counting(32), {.chunk = 16}, keep, silent).has_value());
  REQUIRE(writer->commit().has_value());

  auto reader = logit_reader::open(path);
  REQUIRE_MESSAGE(reader.has_value(), reader.error().message);
  CHECK(reader->tokens() == counting(32));
  const auto compare = [&](std::span<const float> row, token_id next,
                           double surprise) -> result<void> {
    const auto found = reader->compare(row, next);
    if (!found) return std::unexpected(found.error());
    // 16 bits over a span of 16: steps of 1/4096.
    CHECK(std::abs(found->file_surprise - surprise) < 1.0 / 4096);
    CHECK(std::abs(found->divergence) < 1e-4);
    CHECK(found->same_top);
    return {};
  };
  CHECK(perplexity(model, counting(32), {.chunk = 16}, compare, silent).has_value());
  CHECK(reader->compare(std::vector<float>(vocabulary), 0).error().code == errc::range);

  std::ofstream(path, std::ios::app) << "more";
  CHECK(logit_reader::open(path).error().code == errc::format);
  std::ofstream(path) << "_logits_";
  CHECK(logit_reader::open(path).error().code == errc::format);
  std::filesystem::remove(path);
}
