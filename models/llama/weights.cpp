// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>

#include <algorithm>
#include <array>
#include <models/llama/weights.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qx::llama {

namespace {

/// Where a matrix has to be told its panels once they are there.
struct panel_slot {
  const std::byte** panels;
  std::size_t offset;
};

/// Finds tensors, checks their shapes, and remembers what is to be packed and the first error.
class loader {
 public:
  loader(const gguf::file& file, const kernel::table& kernels) : file_(file), plan_(kernels) {}

  template <auto... As>
  void matrix(std::string name, weight<As...>& w,
              const std::array<std::size_t, sizeof...(As)>& sizes, std::size_t row_rank,
              bool pack = true) {
    std::size_t rows = 1;
    std::size_t k = 1;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      (i < row_rank ? rows : k) *= sizes[i];
    const gguf::tensor_info* t = find(name, {k, rows});
    if (t == nullptr) return;
    if (!is_weight(t->type))
      return refuse(errc::unsupported, message("tensor '", name, "' has type ", qx::name(t->type),
                                               ", which no matmul serves"));
    w.type = t->type;
    w.rows = t->data.data();
    w.shape = extents<axes<As...>>(sizes);
    if (pack) slots_.push_back({&w.panels, plan_.add(*t)});
  }

  /// A list of numbers, read as floats.
  std::vector<float> numbers(const std::string& name, std::size_t n) {
    const gguf::tensor_info* t = find(name, {n, 1});
    if (t == nullptr) return {};
    if (!is_weight(t->type) || is_quantized(t->type)) {
      refuse(errc::unsupported, message("tensor '", name, "' has type ", qx::name(t->type),
                                        " and must be f32, f16 or bf16"));
      return {};
    }
    std::vector<float> out(n);
    plan_.kernels().matmul[static_cast<std::size_t>(t->type)].decode(t->data.data(), n, out.data());
    return out;
  }
  void vector(const std::string& name, tensor<float, model>& v, std::size_t n) {
    const std::vector<float> values = numbers(name, n);
    v = tensor<float, model>(model(values.size()));
    std::copy(values.begin(), values.end(), v.data());
  }

  [[nodiscard]] bool has(const std::string& name) const {
    return file_.find_tensor(name) != nullptr;
  }
  [[nodiscard]] std::optional<error>& failed() { return error_; }
  [[nodiscard]] packing_plan& plan() { return plan_; }
  void tell_panels(const std::byte* image) const {
    for (const panel_slot& slot : slots_)
      *slot.panels = image + slot.offset;
  }

 private:
  const gguf::tensor_info* find(const std::string& name, std::array<std::size_t, 2> want) {
    const gguf::tensor_info* t = file_.find_tensor(name);
    if (t == nullptr) {
      refuse(errc::missing, message("there is no tensor '", name, "'"));
      return nullptr;
    }
    if (t->row_elements() == want[0] && t->rows() == want[1]) return t;
    refuse(errc::shape,
           message("tensor '", name, "' is ", t->rows(), " × ", t->row_elements(),
                   "; the header asks for ", want[1], " × ", want[0], " (rows × columns)"));
    return nullptr;
  }
  void refuse(errc code, std::string text) {
    if (!error_) error_ = error{code, message(file_.source(), ": ", text)};
  }

  const gguf::file& file_;
  packing_plan plan_;
  std::vector<panel_slot> slots_;
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

/// Finds everything in the file; whether it is fit to be used is in `l.failed()`.
/// `w` must stay where it is until the panels are told.
void name_all(loader& l, const gguf::file& file, const config& c, weights& w) {
  const bool tied = !l.has("output.weight");
  l.matrix("token_embd.weight", w.token_embd, {c.vocab, c.model}, 1, tied);
  if (!tied) l.matrix("output.weight", w.output, {c.vocab, c.model}, 1);
  l.vector("output_norm.weight", w.output_norm, c.model);
  if (l.has("rope_freqs.weight"))
    w.rope_factors = l.numbers("rope_freqs.weight", c.rope.rotated / 2);
  // A header may claim layers that the file does not have; pointers into the list must last.
  w.layers.reserve(std::min(c.layers, file.tensors().size()));
  for (std::size_t i = 0; i < c.layers && !l.failed(); ++i)
    name_layer(l, c, w.layers.emplace_back(), i);
}

}  // namespace

result<packing_plan> plan_packing(const gguf::file& file, const config& c,
                                  const kernel::table& kernels) {
  loader l(file, kernels);
  weights ignored;
  name_all(l, file, c, ignored);
  if (l.failed()) return std::unexpected(*std::move(l.failed()));
  return std::move(l.plan());
}

result<weights> load_weights(const gguf::file& file, const config& c, const kernel::table& kernels,
                             platform::thread_pool* pool, const packing_options& options) {
  loader l(file, kernels);
  weights w;
  name_all(l, file, c, w);
  if (l.failed()) return std::unexpected(*std::move(l.failed()));
  auto packed = pack_or_map(file, l.plan(), pool, options);
  if (!packed) return std::unexpected(std::move(packed.error()));
  w.packed = std::move(*packed);
  l.tell_panels(w.packed.panels().data());
  if (!l.has("output.weight")) w.output = w.token_embd;
  return w;
}

}  // namespace qx::llama
