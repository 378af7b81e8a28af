// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/platform/arena.hpp>

namespace qx::platform {

std::unexpected<error> arena::refuse(std::size_t count, std::size_t size) const {
  return fail(errc::memory, message("an arena of ", capacity(), " bytes has ", available(),
                                    " left, too few for ", count, " elements of ", size, " bytes"));
}

}  // namespace qx::platform
