// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/model/weight_loader.hpp>

namespace qx {

namespace {

/// "6 × 160 × 128": matrices, where there are several, rows and columns.
std::string shape_text(std::size_t matrices, std::size_t rows, std::size_t columns) {
  return message(matrices == 1 ? std::string() : message(matrices, " × "), rows, " × ", columns);
}

}  // namespace

void weight_loader::enter_layer(std::size_t index) { prefix_ = message("blk.", index, '.'); }

void weight_loader::refuse(errc code, const std::string& text) {
  if (!error_) error_ = error{code, message(file_.source(), ": ", text)};
}

const gguf::tensor_info* weight_loader::find(const std::string& name, const wanted_shape& want) {
  const gguf::tensor_info* t = file_.find_tensor(name);
  if (t == nullptr) {
    refuse(errc::missing, message("there is no tensor '", name, "'"));
    return nullptr;
  }
  used_[static_cast<std::size_t>(t - file_.tensors().data())] = true;
  const std::size_t rows = want.rows * want.of.of;
  const bool fits = t->row_elements() == want.columns && t->rows() == rows * want.matrices &&
                    (want.matrices == 1 || t->dims[1] == rows);
  if (fits) return t;
  const std::size_t matrices = t->dims[2] * t->dims[3];
  refuse(errc::shape, message("tensor '", name, "' is ",
                              shape_text(matrices, t->dims[1], t->row_elements()),
                              "; the header asks for ",
                              shape_text(want.matrices, rows, want.columns),
                              want.matrices == 1 && matrices == 1
                                  ? " (rows × columns)"
                                  : " (matrices × rows × columns)"));
  return nullptr;
}

std::optional<weight_loader::found_rows> weight_loader::find_matrix(std::string_view name,
                                                                    wanted_shape want) {
  const std::string full = prefix_ + std::string(name);
  const gguf::tensor_info* t = find(full, want);
  if (t == nullptr) return std::nullopt;
  if (!is_weight(t->type)) {
    refuse(errc::unsupported, message("tensor '", full, "' has type ", qx::name(t->type),
                                      ", which no matmul serves"));
    return std::nullopt;
  }
  return found_rows{t, want.of.index * want.rows, want.rows * want.matrices};
}

std::vector<float> weight_loader::numbers(std::string_view name, std::size_t n, row_part of) {
  const std::string full = prefix_ + std::string(name);
  // A vector is one row, so that the parts of it are parts of its elements.
  const gguf::tensor_info* t = find(full, {1, n * of.of, 1, {}});
  if (t == nullptr) return {};
  if (!is_weight(t->type) || is_quantized(t->type)) {
    refuse(errc::unsupported, message("tensor '", full, "' has type ", qx::name(t->type),
                                      " and must be f32, f16 or bf16"));
    return {};
  }
  std::vector<float> out(n);
  plan_.kernels().matmul[static_cast<std::size_t>(t->type)].decode(
      t->data.data() + of.index * bytes_of(t->type, n), n, out.data());
  return out;
}

result<packing_plan> weight_loader::plan() {
  for (std::size_t i = 0; i < used_.size(); ++i)
    if (const std::string_view name = file_.tensors()[i].name;
        !used_[i] && name.ends_with(".bias"))
      refuse(errc::unsupported, message("tensor '", name, "' is no part of this architecture's graph"));
  if (error_) return std::unexpected(*error_);
  return plan_;
}

void weight_loader::tell_panels(const std::byte* image) const {
  for (const panel_slot& slot : slots_)
    *slot.panels = image + slot.offset;
}

}  // namespace qx
