// SPDX-License-Identifier: MIT
/// \file
/// The two limits that tell how fast a stage can be at best (Williams et al. 2009).
#pragma once

namespace qx {

/// What a machine can do at best; `measure_machine` (run/machine.hpp) gives both.
struct roofline {
  double bytes_per_second = 20e9;
  double flops_per_second = 100e9;
};

}  // namespace qx
