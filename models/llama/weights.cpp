// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>

#include <models/llama/weights.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qx::llama {

namespace {

/// A matrix that will be packed: where it comes from and where its panels go.
struct packing {
  const gguf::tensor_info* source;
  const std::byte** panels;
  std::size_t offset;
  std::size_t rows;
  std::size_t k;
};

/// Finds tensors, checks their shapes, and remembers what is to be packed and the first error.
class loader {
 public:
  loader(const gguf::file& file, const kernel::table& kernels) : file_(file), kernels_(kernels) {}

  template <auto... As>
  void matrix(std::string name, weight<As...>& w, const std::array<std::size_t, sizeof...(As)>& sizes,
              std::size_t row_rank, bool pack = true) {
    std::size_t rows = 1;
    std::size_t k = 1;
    for (std::size_t i = 0; i < sizes.size(); ++i) (i < row_rank ? rows : k) *= sizes[i];
    const gguf::tensor_info* t = find(name, {k, rows});
    if (t == nullptr) return;
    if (!is_weight(t->type)) return refuse(errc::unsupported, message("tensor '", name, "' has type ", qx::name(t->type), ", which no matmul serves"));
    w.type = t->type;
    w.rows = t->data.data();
    w.shape = extents<axes<As...>>(sizes);
    if (pack) add_packing(*t, w.panels, rows, k);
  }

  /// A list of numbers, read as floats.
  std::vector<float> numbers(const std::string& name, std::size_t n) {
    const gguf::tensor_info* t = find(name, {n, 1});
    if (t == nullptr) return {};
    if (!is_weight(t->type) || is_quantized(t->type)) {
      refuse(errc::unsupported, message("tensor '", name, "' has type ", qx::name(t->type), " and must be f32, f16 or bf16"));
      return {};
    }
    std::vector<float> out(n);
    kernels_.matmul[static_cast<std::size_t>(t->type)].decode(t->data.data(), n, out.data());
    return out;
  }
  void vector(const std::string& name, tensor<float, model>& v, std::size_t n) {
    const std::vector<float> values = numbers(name, n);
    v = tensor<float, model>(model(values.size()));
    std::copy(values.begin(), values.end(), v.data());
  }

  [[nodiscard]] bool has(const std::string& name) const { return file_.find_tensor(name) != nullptr; }
  [[nodiscard]] std::optional<error>& failed() { return error_; }
  [[nodiscard]] std::size_t packed_bytes() const { return packed_bytes_; }
  [[nodiscard]] const std::vector<packing>& packings() const { return packings_; }
  [[nodiscard]] const kernel::matmul_ops& ops(dtype t) const { return kernels_.matmul[static_cast<std::size_t>(t)]; }

 private:
  const gguf::tensor_info* find(const std::string& name, std::array<std::size_t, 2> want) {
    const gguf::tensor_info* t = file_.find_tensor(name);
    if (t == nullptr) {
      refuse(errc::missing, message("there is no tensor '", name, "'"));
      return nullptr;
    }
    if (t->row_elements() == want[0] && t->rows() == want[1]) return t;
    refuse(errc::shape, message("tensor '", name, "' is ", t->rows(), " × ", t->row_elements(), "; the header asks for ",
                                want[1], " × ", want[0], " (rows × columns)"));
    return nullptr;
  }
  void refuse(errc code, std::string text) {
    if (!error_) error_ = error{code, message(file_.source(), ": ", text)};
  }
  void add_packing(const gguf::tensor_info& t, const std::byte*& panels, std::size_t rows, std::size_t k) {
    const std::size_t count = (rows + kernel::panel_rows - 1) / kernel::panel_rows;
    packings_.push_back({&t, &panels, packed_bytes_, rows, k});
    packed_bytes_ += count * ops(t.type).panel_bytes(k);
  }

  const gguf::file& file_;
  const kernel::table& kernels_;
  std::vector<packing> packings_;
  std::size_t packed_bytes_ = 0;
  std::optional<error> error_;
};

void name_layer(loader& l, const config& c, layer_weights& w, std::size_t index) {
  const std::string b = message("blk.", index, ".");
  l.vector(b + "attn_norm.weight", w.attn_norm, c.model);
  l.matrix(b + "attn_q.weight", w.q, {c.heads, c.dim, c.model}, 2);
  l.matrix(b + "attn_k.weight", w.k, {c.kv_heads, c.dim, c.model}, 2);
  l.matrix(b + "attn_v.weight", w.v, {c.kv_heads, c.dim, c.model}, 2);
  l.matrix(b + "attn_output.weight", w.o, {c.model, c.heads, c.dim}, 1);
  l.vector(b + "ffn_norm.weight", w.ffn_norm, c.model);
  l.matrix(b + "ffn_gate.weight", w.gate, {c.ff, c.model}, 1);
  l.matrix(b + "ffn_up.weight", w.up, {c.ff, c.model}, 1);
  l.matrix(b + "ffn_down.weight", w.down, {c.model, c.ff}, 1);
}

/// Packs the panels of one matrix, all threads together.
void pack(const loader& l, const packing& p, std::byte* target, platform::thread_pool* pool) {
  const kernel::matmul_ops& ops = l.ops(p.source->type);
  const std::size_t panel = ops.panel_bytes(p.k);
  const std::size_t row_bytes = p.source->row_bytes();
  const std::size_t panels = (p.rows + kernel::panel_rows - 1) / kernel::panel_rows;
  const auto part = [&](std::size_t thread, std::size_t threads) {
    const platform::index_range range = platform::split(panels, 1, thread, threads);
    for (std::size_t i = range.first; i < range.last; ++i) {
      const std::size_t row = i * kernel::panel_rows;
      const std::size_t rows = std::min(kernel::panel_rows, p.rows - row);
      ops.pack(p.source->data.data() + row * row_bytes, row_bytes, rows, p.k, target + i * panel);
    }
  };
  if (pool != nullptr)
    pool->parallel(part);
  else
    part(0, 1);
}

}  // namespace

result<weights> load_weights(const gguf::file& file, const config& c, const kernel::table& kernels,
                             platform::thread_pool* pool, const progress_function& progress) {
  loader l(file, kernels);
  weights w;
  const bool tied = !l.has("output.weight");
  l.matrix("token_embd.weight", w.token_embd, {c.vocab, c.model}, 1, tied);
  if (!tied) l.matrix("output.weight", w.output, {c.vocab, c.model}, 1);
  l.vector("output_norm.weight", w.output_norm, c.model);
  if (l.has("rope_freqs.weight")) w.rope_factors = l.numbers("rope_freqs.weight", c.rope.rotated / 2);
  // A header may claim layers that the file does not have; pointers into the list must last.
  w.layers.reserve(std::min(c.layers, file.tensors().size()));
  for (std::size_t i = 0; i < c.layers && !l.failed(); ++i) name_layer(l, c, w.layers.emplace_back(), i);
  if (l.failed()) return std::unexpected(*std::move(l.failed()));

  auto memory = platform::huge_buffer::create(l.packed_bytes());
  if (!memory) return std::unexpected(std::move(memory.error()));
  w.packed = std::move(*memory);
  std::size_t done = 0;
  for (const packing& p : l.packings()) {
    pack(l, p, w.packed.data() + p.offset, pool);
    *p.panels = w.packed.data() + p.offset;
    done += (p.rows + kernel::panel_rows - 1) / kernel::panel_rows * l.ops(p.source->type).panel_bytes(p.k);
    if (progress) progress(done, l.packed_bytes());
  }
  if (tied) w.output = w.token_embd;
  return w;
}

}  // namespace qx::llama
