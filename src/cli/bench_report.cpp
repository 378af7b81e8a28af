// SPDX-License-Identifier: MIT
/// \file
/// What `qx bench` measured, for people and for programs.
#include "bench.hpp"
#include "json.hpp"
#include "load.hpp"
#include "units.hpp"

#include <qx/core/message.hpp>

#include <algorithm>

namespace qx::cli {
namespace {

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}
std::string percent(double share) { return fixed(100.0 * share, share < 0.0995 ? 1 : 0) + " %"; }

/// "  prefill   256      128     126 –  129   …".
std::string speed_row(std::string_view what, std::size_t tokens, const spread& s,
                      const std::string& share) {
  return message("  ", what, padded(std::to_string(tokens), 7), padded(short_number(s.median), 12),
                 padded(short_number(s.min), 10), " – ", padded(short_number(s.max), 6), "   ",
                 share, '\n');
}

void put_spread(json_writer& out, const spread& s) {
  out.key("tokens_per_s");
  out.open_object();
  out.member("min", s.min);
  out.member("median", s.median);
  out.member("max", s.max);
  out.close_object();
}

void put_machine(json_writer& out, const bench_findings& f) {
  out.key("machine");
  out.open_object();
  out.member("arch", f.with->kernels->name);
  out.member("threads", f.with->threads);
  out.member("read_bytes_per_s", f.machine.read_bytes_per_second);
  out.member("int8_macs_per_s", f.machine.int8_macs_per_second);
  out.member("f32_macs_per_s", f.machine.f32_macs_per_second);
  out.close_object();
}

void put_model(json_writer& out, const bench_findings& f) {
  out.key("model");
  out.open_object();
  out.member("name", f.file->get_or<std::string>("general.name", "").value_or(""));
  out.member("source", f.file->source());
  out.member("type", name(main_type(*f.file)));
  out.member("parameters", parameters_of(*f.file));
  out.member("bytes", f.file->bytes().size());
  out.close_object();
}

void put_memory(json_writer& out, const bench_findings& f) {
  out.key("memory");
  out.open_object();
  out.member("weights", f.memory.weights);
  out.member("cache", f.memory.cache);
  out.member("buffers", f.memory.buffers);
  out.member("total", f.memory.weights + f.memory.cache + f.memory.buffers);
  out.close_object();
}

/// Tokens, speed, what a token costs and how near the machine's limits that comes.
void put_part(json_writer& out, const bench_findings& f, std::string_view key, std::size_t tokens,
              const spread& s, const token_cost& cost) {
  out.key(key);
  out.open_object();
  out.member("tokens", tokens);
  put_spread(out, s);
  out.member("macs_per_token", cost.macs());
  out.member("share_of_mac_peak", f.share_of_macs(cost, s.median));
  if (cost.bytes > 0) {
    out.member("bytes_per_token", cost.bytes);
    out.member("share_of_read_bandwidth", f.share_of_bandwidth(cost, s.median));
  }
  out.close_object();
}

}  // namespace

double bench_findings::share_of_macs(const token_cost& cost, double tokens_per_s) const {
  if (machine.int8_macs_per_second <= 0 || machine.f32_macs_per_second <= 0) return 0;
  return tokens_per_s * (cost.int8_macs / machine.int8_macs_per_second +
                         cost.f32_macs / machine.f32_macs_per_second);
}

double bench_findings::share_of_bandwidth(const token_cost& cost, double tokens_per_s) const {
  return machine.read_bytes_per_second <= 0
             ? 0
             : tokens_per_s * cost.bytes / machine.read_bytes_per_second;
}

std::string as_text(const bench_findings& f) {
  std::string out = message(
      title_of(*f.file), ", ", f.with->threads, f.with->threads == 1 ? " thread, " : " threads, ",
      f.with->kernels->name, "\n\n           tokens    tokens/s       min –    max\n");
  if (f.options.prefill != 0) {
    const bool integers = f.prefill.int8_macs > f.prefill.f32_macs;
    const double peak = integers ? f.machine.int8_macs_per_second : f.machine.f32_macs_per_second;
    out += speed_row("prefill", f.options.prefill, f.speed.prefill,
                     message(percent(f.share_of_macs(f.prefill, f.speed.prefill.median)), " of ",
                             short_number(peak * 1e-9), integers ? " G int8" : " G f32",
                             " multiply-adds/s"));
  }
  if (f.options.decode != 0)
    out += speed_row("decode ", f.options.decode, f.speed.decode,
                     message(percent(f.share_of_bandwidth(f.decode, f.speed.decode.median)), " of ",
                             short_number(f.machine.read_bytes_per_second * 1e-9), " GB/s, ",
                             bytes_text(static_cast<std::size_t>(f.decode.bytes)), " a token"));
  out += message("\n  median of ", f.options.repetitions,
                 f.options.depth == 0 ? "" : message(" at depth ", f.options.depth), "; loaded in ",
                 time_text(f.load_seconds), "; weights ", bytes_text(f.memory.weights),
                 ", keys and values ", bytes_text(f.memory.cache), ", buffers ",
                 bytes_text(f.memory.buffers), '\n');
  return out;
}

std::string as_json(const bench_findings& f) {
  json_writer out;
  out.open_object();
  put_model(out, f);
  put_machine(out, f);
  put_memory(out, f);
  out.member("load_s", f.load_seconds);
  out.member("depth", f.options.depth);
  out.member("repetitions", f.options.repetitions);
  if (f.options.prefill != 0)
    put_part(out, f, "prefill", f.options.prefill, f.speed.prefill, f.prefill);
  if (f.options.decode != 0) put_part(out, f, "decode", f.options.decode, f.speed.decode, f.decode);
  out.close_object();
  return out.text() + '\n';
}

}  // namespace qx::cli
