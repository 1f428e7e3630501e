// SPDX-License-Identifier: MIT
#pragma once

#include "amf_value.hpp"
#include "rtmp_message.hpp"

#include <cstdint>
#include <string_view>

namespace grandstand::ingest {

// The messages that a server sends (RTMP 1.0 7.2; NetConnection and NetStream status objects).
namespace rtmp_reply {

RtmpMessage control(std::uint8_t type, std::uint32_t value);
RtmpMessage peer_bandwidth(std::uint32_t bytes);  // limit type: dynamic
RtmpMessage user_control(std::uint16_t event, std::uint32_t value);

RtmpMessage command(std::uint32_t stream, std::initializer_list<AmfValue> values);
RtmpMessage connected(double transaction, bool enhanced);
RtmpMessage result(double transaction, AmfValue value);
RtmpMessage status(std::uint32_t stream, std::string_view level, std::string_view code, std::string_view description);

}  // namespace rtmp_reply

}  // namespace grandstand::ingest
