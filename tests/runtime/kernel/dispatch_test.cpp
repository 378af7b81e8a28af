// SPDX-License-Identifier: MIT
/// \file
/// The choice of the table.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace {

using namespace qx::kernel;

/// QX_ARCH for the life of this object, then what it was before.
struct forced_arch {
  std::optional<std::string> before;
  explicit forced_arch(const char* name) {
    if (const char* old = std::getenv("QX_ARCH")) before = old;
    setenv("QX_ARCH", name, 1);
  }
  ~forced_arch() {
    if (before)
      setenv("QX_ARCH", before->c_str(), 1);
    else
      unsetenv("QX_ARCH");
  }
};

}  // namespace

TEST_CASE("the baseline comes first and always runs") {
  REQUIRE(!tables().empty());
  if (find_table("baseline") == nullptr) return;  // left out of this build by its options
  CHECK(tables().front()->name == "baseline");
  CHECK(runs_here(*tables().front()));
}

TEST_CASE("tables are found by name") {
  for (const table* t : tables())
    CHECK(find_table(t->name) == t);
  CHECK(find_table("itanium") == nullptr);
}

TEST_CASE("QX_ARCH forces a table that runs here and is ignored otherwise") {
  for (const table* t : qx::kernel::test::runnable_tables()) {
    const forced_arch forced(std::string(t->name).c_str());
    CHECK(&best_table() == t);
  }
  const table* widest = qx::kernel::test::runnable_tables().back();
  for (const char* nonsense : {"itanium", ""}) {
    const forced_arch forced(nonsense);
    CHECK(&best_table() == widest);
  }
}
