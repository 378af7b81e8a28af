// SPDX-License-Identifier: MIT
/// \file
/// Everything that is needed to write tensor mathematics: tensors, expressions, evaluation. What
/// says how an expression will run, as a table or a picture, is <qx/fuse/explain.hpp>.
#pragma once

#include <qx/core/reshape.hpp>
#include <qx/core/tensor.hpp>
#include <qx/core/tensor_ref.hpp>
#include <qx/expr/along.hpp>
#include <qx/expr/complex_parts.hpp>
#include <qx/expr/einsum.hpp>
#include <qx/expr/fold.hpp>
#include <qx/expr/operators.hpp>
#include <qx/expr/random.hpp>
#include <qx/expr/window.hpp>
#include <qx/fuse/dispatch.hpp>
#include <qx/fuse/evaluate.hpp>
#include <qx/fuse/plan.hpp>
