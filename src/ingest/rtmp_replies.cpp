// SPDX-License-Identifier: MIT
#include "rtmp_replies.hpp"

#include "amf_codec.hpp"

namespace grandstand::ingest::rtmp_reply {

namespace {

void append_number(std::vector<std::uint8_t>& out, std::uint32_t value, unsigned byte_count) {
  while (byte_count-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * byte_count)));
}

AmfValue status_object(std::string_view level, std::string_view code, std::string_view description) {
  return AmfValue(AmfValue::Object{{"level", AmfValue(std::string(level))},
                                   {"code", AmfValue(std::string(code))},
                                   {"description", AmfValue(std::string(description))}});
}

// Enhanced RTMP v2, "Enhancing NetConnection connect Command": what we take on.
void append_enhanced(AmfValue::Object& information) {
  constexpr double kCanForward = 4;
  constexpr double kReconnect = 1;
  constexpr double kMultitrack = 2;
  constexpr double kModEx = 4;
  constexpr double kTimestampNanoOffset = 8;
  AmfValue::Array list;
  const auto map_of = [&](std::initializer_list<const char*> names) {
    AmfValue::Object map;
    for (const char* name : names) {
      list.push_back(AmfValue(name));
      map.push_back({name, AmfValue(kCanForward)});
    }
    return AmfValue(std::move(map));
  };
  AmfValue video = map_of({"avc1", "hvc1", "av01"});
  AmfValue audio = map_of({"mp4a", "Opus", "ac-3", "ec-3"});
  information.push_back({"fourCcList", AmfValue(std::move(list))});
  information.push_back({"videoFourCcInfoMap", std::move(video)});
  information.push_back({"audioFourCcInfoMap", std::move(audio)});
  information.push_back({"capsEx", AmfValue(kReconnect + kMultitrack + kModEx + kTimestampNanoOffset)});
}

}  // namespace

RtmpMessage control(std::uint8_t type, std::uint32_t value) {
  RtmpMessage message;
  message.type = type;
  append_number(message.payload, value, 4);
  return message;
}

RtmpMessage peer_bandwidth(std::uint32_t bytes) {
  constexpr std::uint8_t kDynamic = 2;
  RtmpMessage message = control(rtmp_type::kSetPeerBandwidth, bytes);
  message.payload.push_back(kDynamic);
  return message;
}

RtmpMessage user_control(std::uint16_t event, std::uint32_t value) {
  RtmpMessage message;
  message.type = rtmp_type::kUserControl;
  append_number(message.payload, event, 2);
  append_number(message.payload, value, 4);
  return message;
}

RtmpMessage command(std::uint32_t stream, std::initializer_list<AmfValue> values) {
  RtmpMessage message;
  message.type = rtmp_type::kAmf0Command;
  message.stream = stream;
  for (const AmfValue& value : values) append_amf(message.payload, value);
  return message;
}

RtmpMessage connected(double transaction, bool enhanced) {
  AmfValue::Object properties{{"fmsVer", AmfValue("FMS/3,5,7,7009")}, {"capabilities", AmfValue(31.0)}};
  AmfValue::Object information{{"level", AmfValue("status")},
                               {"code", AmfValue("NetConnection.Connect.Success")},
                               {"description", AmfValue("Connection succeeded.")},
                               {"objectEncoding", AmfValue(0.0)}};
  if (enhanced) append_enhanced(information);
  return command(0, {AmfValue("_result"), AmfValue(transaction), AmfValue(std::move(properties)),
                     AmfValue(std::move(information))});
}

RtmpMessage result(double transaction, AmfValue value) {
  return command(0, {AmfValue("_result"), AmfValue(transaction), AmfValue(), std::move(value)});
}

RtmpMessage status(std::uint32_t stream, std::string_view level, std::string_view code, std::string_view description) {
  return command(stream, {AmfValue("onStatus"), AmfValue(0.0), AmfValue(), status_object(level, code, description)});
}

}  // namespace grandstand::ingest::rtmp_reply
