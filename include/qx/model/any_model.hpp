// SPDX-License-Identifier: MIT
/// \file
/// A model of any architecture behind one type, and lists of architectures to choose from when a
/// file is opened. A list is an array of `model_kind`: a user's own stands beside the ones that come
/// with qx (`models/known.hpp`).
#pragma once

#include <qx/model/graph_model.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace qx {

/// Satisfies `Model`: one call through a pointer for each step.
class any_model {
 public:
  template <Architecture A>
  explicit any_model(graph_model<A> model)
      : held_(std::make_unique<holder<A>>(std::move(model))) {}

  [[nodiscard]] model_limits limits() const { return held_->limits(); }
  [[nodiscard]] result<logits_view> forward(const batch& b) { return held_->forward(b); }
  [[nodiscard]] std::size_t length(std::int32_t sequence) const { return held_->length(sequence); }
  void truncate(std::int32_t sequence, std::size_t length) { held_->truncate(sequence, length); }

  [[nodiscard]] const model_shape& configuration() const { return held_->configuration(); }
  [[nodiscard]] memory_report memory() const { return held_->memory(); }
  [[nodiscard]] context& runtime() { return held_->runtime(); }

 private:
  struct interface {
    virtual ~interface() = default;
    [[nodiscard]] virtual model_limits limits() const = 0;
    [[nodiscard]] virtual result<logits_view> forward(const batch& b) = 0;
    [[nodiscard]] virtual std::size_t length(std::int32_t sequence) const = 0;
    virtual void truncate(std::int32_t sequence, std::size_t length) = 0;
    [[nodiscard]] virtual const model_shape& configuration() const = 0;
    [[nodiscard]] virtual memory_report memory() const = 0;
    [[nodiscard]] virtual context& runtime() = 0;
  };
  template <class A>
  struct holder final : interface {
    explicit holder(graph_model<A> m) : model(std::move(m)) {}
    model_limits limits() const override { return model.limits(); }
    result<logits_view> forward(const batch& b) override { return model.forward(b); }
    std::size_t length(std::int32_t sequence) const override { return model.length(sequence); }
    void truncate(std::int32_t sequence, std::size_t length) override {
      model.truncate(sequence, length);
    }
    const model_shape& configuration() const override { return model.configuration(); }
    memory_report memory() const override { return model.memory(); }
    context& runtime() override { return model.runtime(); }
    graph_model<A> model;
  };
  std::unique_ptr<interface> held_;
};
static_assert(Model<any_model>);

/// What can be done with files of one architecture; see `graph_model` for each.
struct model_kind {
  std::string_view architecture;  ///< what `general.architecture` says
  result<model_shape> (*shape)(const gguf::file& file);
  result<memory_report> (*memory_needed)(const gguf::file& file, const load_options& options);
  result<packing_plan> (*packing)(const gguf::file& file, const kernel::table& kernels);
  result<any_model> (*load)(const gguf::file& file, const load_options& options);
};

/// `kind_of<my::architecture>("mine")`: a line of such a list.
template <Architecture A>
[[nodiscard]] constexpr model_kind kind_of(std::string_view architecture) {
  return {.architecture = architecture,
          .shape = [](const gguf::file& file) -> result<model_shape> {
            auto c = A::read(file);
            if (!c) return std::unexpected(std::move(c.error()));
            return model_shape(*std::move(c));
          },
          .memory_needed = &graph_model<A>::memory_needed,
          .packing = &graph_model<A>::packing,
          .load = [](const gguf::file& file, const load_options& options) -> result<any_model> {
            auto m = graph_model<A>::load(file, options);
            if (!m) return std::unexpected(std::move(m.error()));
            return any_model(*std::move(m));
          }};
}

/// The kind of a file. errc::unsupported, with the architectures that there are, where the list has
/// none for it; errc::missing where the file names none.
[[nodiscard]] result<const model_kind*> find_kind(const gguf::file& file,
                                                  std::span<const model_kind> known);

}  // namespace qx
