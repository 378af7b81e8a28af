// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/gguf/file_type.hpp>
#include <qx/gguf/writer.hpp>
#include <qx/quant/codec.hpp>
#include <qx/quant/finite.hpp>
#include <qx/run/quantize.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace qx {
namespace {

struct unfit_place {
  std::size_t row, column;
};

/// The weights of all elements of a row, for each matrix of a tensor. A column that saw nothing on
/// the text that was measured may see something on another: none counts for less than 1/1024 of
/// the mean.
std::vector<float> weights_of(std::span<const float> measured, std::size_t columns) {
  std::vector<float> out(measured.begin(), measured.end());
  for (std::size_t first = 0; first < out.size(); first += columns) {
    const std::span<float> matrix = std::span(out).subspan(first, columns);
    double sum = 0.0;
    for (const float w : matrix)
      sum += static_cast<double>(w);
    const auto least = static_cast<float>(sum / static_cast<double>(columns) / 1024.0);
    for (float& w : matrix)
      w = std::max(w, least);
  }
  return out;
}

class job {
 public:
  job(const gguf::file& in, const recipe& kind, const quantize_options& options,
      platform::thread_pool& pool)
      : in_(in), options_(options), pool_(pool), rows_(pool.size()), bad_(pool.size()) {
    recipe_facts facts = facts_of(in);
    facts.weighted = options.importance != nullptr;
    facts.pure = options.pure;
    plan_ = plan_types(in.tensors(), kind, facts);
    for (const gguf::tensor_info& t : in.tensors())
      total_ += t.elements();
  }

  [[nodiscard]] result<void> check() const {
    if (options_.importance != nullptr)
      if (auto same = check_importance(*options_.importance); !same) return same;
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      const gguf::tensor_info& t = in_.tensors()[i];
      if (plan_[i].type == t.type || plan_[i].type == dtype::f32) continue;
      if (is_quantized(t.type) && !options_.requantize)
        return fail(errc::unsupported,
                    message(in_.source(), ": tensor '", t.name, "' is ", name(t.type),
                            " already, and encoding again loses twice: start from a file in f32, "
                            "f16 or bf16, or ask for it with --requantize"));
    }
    return {};
  }

  [[nodiscard]] result<void> add_to(gguf::writer& out) {
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      const gguf::tensor_info& t = in_.tensors()[i];
      auto added = out.add(t.name, plan_[i].type, std::span(t.dims).first(t.rank),
                           [this, i](gguf::tensor_sink& sink) { return write(i, sink); });
      if (!added) return added;
    }
    return {};
  }

  [[nodiscard]] quantize_report report() const {
    quantize_report out{.tensors = plan_.size()};
    double bits = 0.0;
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      const gguf::tensor_info& t = in_.tensors()[i];
      const bool changed = plan_[i].type != t.type;
      out.changed += changed;
      out.fallbacks += plan_[i].fallback;
      out.unweighted += options_.importance != nullptr && changed && is_quantized(plan_[i].type) &&
                        options_.importance->find(t.name).empty();
      bits += 8.0 * static_cast<double>(bytes_of(plan_[i].type, t.elements()));
    }
    out.bits = bits / static_cast<double>(std::max<std::size_t>(1, total_));
    return out;
  }

 private:
  /// Every entry of a layer must be a matrix of this model with as many columns, but for the
  /// embedding's, which is looked up and not multiplied; and some entry must be.
  [[nodiscard]] result<void> check_importance(const gguf::imatrix& importance) const {
    const auto foreign = [&](const auto&... parts) {
      return fail(errc::shape, message(importance.source(), " was made for another model than ",
                                       in_.source(), ": ", parts...));
    };
    bool any = false;
    for (const auto& [name, values] : importance.entries()) {
      const gguf::tensor_info* const t = in_.find_tensor(name);
      any |= t != nullptr;
      if (t == nullptr && name.starts_with("blk."))
        return foreign("there is no tensor '", name, "' in it");
      if (t == nullptr || name == "token_embd.weight") continue;
      const std::size_t wanted = t->row_elements() * t->dims[2] * t->dims[3];
      if (values.size() != wanted)
        return foreign("tensor '", name, "' has ", wanted, " columns, the importance matrix ",
                       values.size());
    }
    return any ? result<void>{} : foreign("none of its entries is a tensor of it");
  }

  [[nodiscard]] result<void> write(std::size_t index, gguf::tensor_sink& sink) {
    constexpr std::size_t piece_elements = std::size_t{1} << 22;
    const gguf::tensor_info& t = in_.tensors()[index];
    const dtype type = plan_[index].type;
    const std::size_t k = t.row_elements(), step = std::max<std::size_t>(1, piece_elements / k);
    weights_.clear();
    if (options_.importance != nullptr && is_quantized(type))
      if (const auto found = options_.importance->find(t.name);
          found.size() == k * t.dims[2] * t.dims[3])
        weights_ = weights_of(found, k);
    for (std::size_t first = 0; first < t.rows(); first += step) {
      const std::size_t count = std::min(step, t.rows() - first);
      const auto source = t.data.subspan(first * t.row_bytes(), count * t.row_bytes());
      const auto made = convert(t, type, first, count);
      if (!made) return std::unexpected(made.error());
      if (auto done = sink.write(*made); !done) return done;
      if (in_.mapping().size() != 0) in_.mapping().done_with(source);
      if (options_.progress) options_.progress(done_ += count * k, total_);
    }
    return {};
  }

  /// Rows [first, first + count) of a tensor in its new type, valid until the next call.
  [[nodiscard]] result<std::span<const std::byte>> convert(const gguf::tensor_info& t, dtype type,
                                                           std::size_t first, std::size_t count) {
    const std::size_t k = t.row_elements(), out_bytes = bytes_of(type, k);
    const bool same = t.type == type;
    const auto source = t.data.subspan(first * t.row_bytes(), count * t.row_bytes());
    if (same && (is_quantized(type) || !is_weight(type))) return source;
    piece_.resize(same ? 0 : count * out_bytes);
    pool_.parallel([&](std::size_t thread, std::size_t threads) {
      const auto mine = platform::split(count, 1, thread, threads);
      std::vector<float>& row = rows_[thread];
      row.resize(k);
      bad_[thread].reset();
      for (std::size_t i = mine.first; i < mine.last && !bad_[thread]; ++i) {
        quant::decode_row(t.type, source.data() + i * t.row_bytes(), k, row.data());
        if (const auto at = quant::first_unfit(type, row))
          bad_[thread] = unfit_place{first + i, *at};
        if (same || bad_[thread]) continue;
        const float* const weights =
            weights_.empty() ? nullptr : weights_.data() + (first + i) / t.dims[1] * k;
        // Cannot fail: there is an encoder, and the row divides into blocks.
        static_cast<void>(
            quant::encode_row(type, row.data(), k, piece_.data() + i * out_bytes, weights));
      }
    });
    for (const auto& found : bad_)  // in the order of rows
      if (found) return unfit(t, type, *found);
    return same ? source : std::span<const std::byte>(piece_);
  }

  [[nodiscard]] std::unexpected<error> unfit(const gguf::tensor_info& t, dtype type,
                                             unfit_place at) const {
    std::vector<float> row(t.row_elements());
    quant::decode_row(t.type, t.data.data() + at.row * t.row_bytes(), row.size(), row.data());
    return fail(errc::range, message(in_.source(), ": tensor '", t.name, "' has ",
                                     quant::complaint_of_unfit(type, row[at.column]), " in row ",
                                     at.row, ", column ", at.column));
  }

  const gguf::file& in_;
  const quantize_options& options_;
  platform::thread_pool& pool_;
  std::vector<planned_type> plan_;
  std::size_t total_ = 0, done_ = 0;      // elements
  std::vector<float> weights_;            // [matrix, column] of the tensor that is written
  std::vector<std::vector<float>> rows_;  // [thread]
  std::vector<std::optional<unfit_place>>
      bad_;  // [thread]: the first element that cannot be written
  std::vector<std::byte> piece_;
};

void set_keys(gguf::writer& out, const recipe& kind, const gguf::imatrix* importance) {
  out.set(gguf::file_type_key, kind.file_type);
  if (is_quantized(kind.base)) out.set(gguf::quantization_version_key, gguf::quantization_version);
  if (importance == nullptr) return;
  const std::filesystem::path path(importance->source());
  out.set("quantize.imatrix.file", std::string_view(path.filename().string()));
  if (!importance->dataset().empty())
    out.set("quantize.imatrix.dataset", std::string_view(importance->dataset()));
  out.set("quantize.imatrix.entries_count",
          static_cast<std::uint32_t>(importance->entries().size()));
  if (importance->chunks() != 0) out.set("quantize.imatrix.chunks_count", importance->chunks());
}

}  // namespace

result<quantize_report> quantize(const gguf::file& in, const std::filesystem::path& out,
                                 const recipe& kind, const quantize_options& options,
                                 platform::thread_pool& pool) {
  job work(in, kind, options, pool);
  if (auto fit = work.check(); !fit) return std::unexpected(fit.error());
  gguf::writer file;
  file.copy_metadata(in);
  set_keys(file, kind, options.importance);
  if (auto added = work.add_to(file); !added) return std::unexpected(added.error());
  if (auto written = file.write(out); !written) return std::unexpected(written.error());
  return work.report();
}

}  // namespace qx
