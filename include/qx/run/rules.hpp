// SPDX-License-Identifier: MIT
/// \file
/// All the rules that come with the library.
#pragma once

#include <qx/run/rules/constrained.hpp>
#include <qx/run/rules/dry.hpp>
#include <qx/run/rules/dynamic_temperature.hpp>
#include <qx/run/rules/greedy.hpp>
#include <qx/run/rules/logit_bias.hpp>
#include <qx/run/rules/min_p.hpp>
#include <qx/run/rules/mirostat.hpp>
#include <qx/run/rules/penalties.hpp>
#include <qx/run/rules/recorder.hpp>
#include <qx/run/rules/temperature.hpp>
#include <qx/run/rules/top_k.hpp>
#include <qx/run/rules/top_n_sigma.hpp>
#include <qx/run/rules/top_p.hpp>
#include <qx/run/rules/typical.hpp>
#include <qx/run/rules/xtc.hpp>
