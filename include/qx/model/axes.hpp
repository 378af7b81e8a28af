// SPDX-License-Identifier: MIT
/// \file
/// The axes that model graphs share.
#pragma once

#include <qx/core/axis.hpp>

namespace qx::axis_names {

inline constexpr axis<"token"> token;      ///< tokens of a batch
inline constexpr axis<"output"> output;    ///< tokens of a batch whose logits are wanted
inline constexpr axis<"model"> model;      ///< the residual stream
inline constexpr axis<"head"> head;        ///< query heads
inline constexpr axis<"kv_head"> kv_head;  ///< key/value heads, each shared by a group of query heads
inline constexpr axis<"dim"> dim;          ///< one head
inline constexpr axis<"ff"> ff;            ///< hidden layer of the feed-forward network
inline constexpr axis<"expert"> expert;    ///< feed-forward networks that a token may go to
inline constexpr axis<"pair"> pair;        ///< a token and one of the experts that it goes to
inline constexpr axis<"position"> position;  ///< positions that have an embedding of their own
inline constexpr axis<"vocab"> vocab;      ///< tokens that can be predicted
inline constexpr axis<"slot"> slot;        ///< cached positions

}  // namespace qx::axis_names
