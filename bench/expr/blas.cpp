// SPDX-License-Identifier: MIT
/// \file
/// OpenBLAS, where it is installed.
#include "job.hpp"

#if defined(QX_BENCH_OPENBLAS)
#include <cblas.h>
#endif

qx::bench::contender qx::bench::blas_contender() {
  contender c{"OpenBLAS"};
#if defined(QX_BENCH_OPENBLAS)
  c[task::matmul] = [](const job& j) {
    const auto n = static_cast<blasint>(j.rows);
    openblas_set_num_threads(static_cast<int>(j.threads));
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0f, j.in[0], n, j.in[1], n,
                0.0f, j.out, n);
  };
#endif
  return c;
}
