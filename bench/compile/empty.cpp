// SPDX-License-Identifier: MIT
/// \file
/// What the compiler costs by itself.
int main() {}
