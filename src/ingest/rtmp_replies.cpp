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
  if (enhanced) {  // enhanced RTMP v2: FourCCs that we take on (4: can forward)
    information.push_back(
        {"videoFourCcInfoMap", AmfValue(AmfValue::Object{{"avc1", AmfValue(4.0)}, {"hvc1", AmfValue(4.0)}})});
    information.push_back({"audioFourCcInfoMap", AmfValue(AmfValue::Object{{"mp4a", AmfValue(4.0)}})});
    information.push_back({"capsEx", AmfValue(0.0)});
  }
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
