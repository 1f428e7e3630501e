// SPDX-License-Identifier: MIT
#include "hook_codec.hpp"

#include <nlohmann/json.hpp>

namespace grandstand::access {

std::string encode_question(const HookQuestion& question) {
  using Json = nlohmann::ordered_json;
  return Json{{"user", question.user},         {"password", question.password},
              {"token", question.token},       {"ip", question.ip},
              {"action", question.action},     {"path", question.path},
              {"protocol", question.protocol}, {"id", question.id},
              {"query", question.query},       {"userAgent", question.user_agent}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace grandstand::access
