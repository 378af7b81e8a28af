// SPDX-License-Identifier: MIT
/// \file
/// `qx quantize`: a GGUF file with its matrices in another type.
#include "command.hpp"
#include "progress.hpp"
#include "units.hpp"

#include <qx/core/message.hpp>
#include <qx/gguf/file_type.hpp>
#include <qx/gguf/reader.hpp>
#include <qx/gguf/writer.hpp>
#include <qx/platform/thread_pool.hpp>
#include <qx/quant/codec.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

namespace qx::cli {
namespace {

struct choices {
  std::string in, out, type;
};

/// Norms and routers have as many elements as rows, and every one of them matters.
bool stays(const gguf::tensor_info& t, dtype target) {
  return t.rank < 2 || t.row_elements() % info(target).block_elements != 0 || !is_weight(t.type) ||
         t.type == target || t.name.ends_with("_norm.weight") ||
         t.name.ends_with("ffn_gate_inp.weight");
}

/// Encodes tensors row by row, all threads together, in pieces that fit the cache of a machine.
class encoder {
 public:
  encoder(dtype target, std::size_t threads, std::size_t total)
      : target_(target), pool_(threads), total_(total), rows_(pool_.size()) {}

  result<void> write(const gguf::tensor_info& t, gguf::tensor_sink& sink) {
    constexpr std::size_t piece_elements = std::size_t{1} << 22;
    const std::size_t k = t.row_elements(), out_bytes = bytes_of(target_, k);
    const std::size_t step = std::max<std::size_t>(1, piece_elements / k);
    piece_.resize(std::min(step, t.rows()) * out_bytes);
    for (std::vector<float>& row : rows_)
      row.resize(k);
    for (std::size_t first = 0; first < t.rows(); first += step) {
      const std::size_t count = std::min(step, t.rows() - first);
      pool_.parallel([&](std::size_t thread, std::size_t threads) {
        const auto mine = platform::split(count, 1, thread, threads);
        float* const row = rows_[thread].data();
        for (std::size_t i = mine.first; i < mine.last; ++i) {
          quant::decode_row(t.type, t.data.data() + (first + i) * t.row_bytes(), k, row);
          // Cannot fail: the encoder exists and the row divides into blocks.
          static_cast<void>(quant::encode_row(target_, row, k, piece_.data() + i * out_bytes));
        }
      });
      if (auto done = sink.write(std::span(piece_).first(count * out_bytes)); !done) return done;
      bar_.show(done_ += count * k, total_);
    }
    return {};
  }

 private:
  dtype target_;
  platform::thread_pool pool_;
  std::size_t total_, done_ = 0;          // elements
  std::vector<std::vector<float>> rows_;  // [thread]
  std::vector<std::byte> piece_;
  progress_bar bar_{"quantizing"};
};

result<dtype> target_type(const std::string& name) {
  const auto type = dtype_from_name(name);
  if (type && quant::has_encoder(*type)) return *type;
  std::string known;
  for (std::size_t i = 0; i < dtype_count; ++i)
    if (const auto t = static_cast<dtype>(i); quant::has_encoder(t))
      known += message(known.empty() ? "" : ", ", qx::name(t));
  return fail(errc::argument, message("TYPE is '", name, "', which ",
                                      type ? "qx can read but not write yet" : "is none",
                                      "; it must be one of ", known));
}

/// What is quantised must hold more than the result can: encoding twice loses twice.
result<void> check_source(const gguf::file& file, dtype target) {
  if (target == dtype::f32) return {};
  for (const gguf::tensor_info& t : file.tensors())
    if (is_quantized(t.type) && !stays(t, target))
      return fail(errc::unsupported,
                  message(file.source(), ": tensor '", t.name, "' is ", name(t.type),
                          " already: start from a file in f32, f16 or bf16"));
  return {};
}

void set_type_keys(gguf::writer& out, dtype target) {
  if (const auto number = gguf::file_type_of(target)) out.set(gguf::file_type_key, *number);
  if (is_quantized(target)) out.set(gguf::quantization_version_key, gguf::quantization_version);
}

void report(const choices& c, const gguf::file& file, std::size_t changed, double seconds) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(c.out, problem);
  if (problem) return;
  const std::string line = message(
      c.out, ": ", bytes_text(size), ", ",
      fixed(100.0 * static_cast<double>(size) / static_cast<double>(file.bytes().size()), 0),
      " % of ", bytes_text(file.bytes().size()), "; ", changed, " of ", file.tensors().size(),
      " tensors are ", c.type, " now, ", time_text(seconds), '\n');
  std::fputs(line.c_str(), stderr);
}

result<void> quantize(const choices& c, std::size_t threads) {
  const auto begin = std::chrono::steady_clock::now();
  const auto target = target_type(c.type);
  if (!target) return std::unexpected(target.error());
  const auto file = gguf::file::open(c.in);
  if (!file) return std::unexpected(file.error());
  if (auto fit = check_source(*file, *target); !fit) return fit;

  std::size_t total = 0, changed = 0;
  for (const gguf::tensor_info& t : file->tensors())
    if (!stays(t, *target)) total += t.elements(), ++changed;
  encoder encode(*target, threads, total);
  gguf::writer out;
  out.copy_metadata(*file);
  set_type_keys(out, *target);
  for (const gguf::tensor_info& t : file->tensors()) {
    auto added = stays(t, *target)
                     ? out.add(t)
                     : out.add(t.name, *target, std::span(t.dims).first(t.rank),
                               [&](gguf::tensor_sink& sink) { return encode.write(t, sink); });
    if (!added) return added;
  }
  if (auto written = out.write(c.out); !written) return written;
  report(c, *file, changed,
         std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  return {};
}

action declare(options& o) {
  auto c = std::make_shared<choices>();
  o.required({"IN", "", "GGUF file in f32, f16 or bf16"}, c->in);
  o.required({"OUT", "", "file to write; it appears when it is complete"}, c->out);
  o.required({"TYPE", "", "q8_0, q4_0, q4_1, q5_0, q5_1, mxfp4, f16, bf16 or f32"}, c->type);
  return [c](const settings& with) { return quantize(*c, with.threads); };
}

}  // namespace

const command quantize_command{
    .name = "quantize",
    .summary = "write a model with smaller weights",
    .arguments = "IN OUT TYPE",
    .explanation =
        "Writes the matrices of a GGUF file in another type. Vectors, and matrices whose rows do\n"
        "not divide into blocks of the type, stay as they are; metadata is copied. q8_0 is\n"
        "all but lossless at 27 % of the size of f32, q4_0 takes 14 %.",
    .examples = "  qx quantize model-f32.gguf model-q4_0.gguf q4_0",
    .declare = declare,
};

}  // namespace qx::cli
