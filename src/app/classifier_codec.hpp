// SPDX-License-Identifier: MIT
// What a classifier behind HTTP is asked and answers (docs/operations.md).
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/room/classifier.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace grandstand::app {

std::string encode_question(const std::vector<room::Utterance>& utterances);

// The worst category of each of the `count` messages. kUnavailable: it cannot be read, or one of them is missing.
Result<std::vector<room::Classification>> decode_answer(std::string_view body, std::size_t count);

}  // namespace grandstand::app
