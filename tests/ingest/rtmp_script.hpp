// SPDX-License-Identifier: MIT
#pragma once

#include "amf_codec.hpp"
#include "rtmp_chunk_reader.hpp"
#include "rtmp_chunk_writer.hpp"
#include "rtmp_handshake.hpp"
#include "rtmp_replies.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace grandstand::ingest {

using ByteList = std::vector<std::uint8_t>;

inline void append(ByteList& to, std::span<const std::uint8_t> more) {
  to.insert(to.end(), more.begin(), more.end());
}

// C0, C1 (version 0) and C2.
inline ByteList client_handshake() {
  ByteList bytes(1 + 2 * RtmpHandshake::kBlockSize, 0x55);
  bytes[0] = 3;
  for (std::size_t i = 1; i <= 8; ++i) bytes[i] = 0;
  return bytes;
}

inline ByteList chunks(const RtmpMessage& message, std::uint8_t chunk_stream = 3) {
  ByteList bytes;
  RtmpChunkWriter().append(bytes, chunk_stream, message);
  return bytes;
}

inline ByteList command(std::initializer_list<AmfValue> values, std::uint32_t stream = 0) {
  return chunks(rtmp_reply::command(stream, values));
}

inline ByteList connect(const std::string& app, const std::string& tc_url = "rtmp://127.0.0.1/live") {
  return command({AmfValue("connect"), AmfValue(1.0),
                  AmfValue(AmfValue::Object{{"app", AmfValue(app)},
                                            {"type", AmfValue("nonprivate")},
                                            {"flashVer", AmfValue("FMLE/3.0 (compatible; Lavf)")},
                                            {"tcUrl", AmfValue(tc_url)}})});
}

inline ByteList publish(const std::string& name, std::uint32_t stream = 1) {
  return command({AmfValue("publish"), AmfValue(5.0), AmfValue(), AmfValue(name), AmfValue("live")}, stream);
}

// What a publisher of FFmpeg's kind says up to publish.
inline ByteList publish_dialogue(const std::string& app, const std::string& name) {
  ByteList bytes = client_handshake();
  append(bytes, connect(app));
  append(bytes, command({AmfValue("releaseStream"), AmfValue(2.0), AmfValue(), AmfValue(name)}));
  append(bytes, command({AmfValue("FCPublish"), AmfValue(3.0), AmfValue(), AmfValue(name)}));
  append(bytes, command({AmfValue("createStream"), AmfValue(4.0), AmfValue()}));
  append(bytes, publish(name));
  return bytes;
}

// The messages in a server's output after its handshake.
inline std::vector<RtmpMessage> server_messages(std::span<const std::uint8_t> output) {
  std::vector<RtmpMessage> messages;
  const std::size_t handshake = 1 + 2 * RtmpHandshake::kBlockSize;
  if (output.size() <= handshake) return messages;
  RtmpChunkReader reader({});
  const auto collect = [&](RtmpMessage message) {
    messages.push_back(std::move(message));
    return success();
  };
  (void)reader.feed(output.subspan(handshake), collect);
  return messages;
}

// The command names, with the status code where there is one: "_result", "onStatus NetStream.Publish.Start".
inline std::vector<std::string> server_commands(std::span<const std::uint8_t> output) {
  std::vector<std::string> commands;
  for (const RtmpMessage& message : server_messages(output)) {
    if (message.type != rtmp_type::kAmf0Command) continue;
    AmfReader reader(message.payload);
    std::string line;
    while (!reader.at_end()) {
      const auto value = reader.next();
      if (!value) break;
      if (value.value().text()) line = *value.value().text();
      const std::string_view code = value.value().text_of("code");
      if (!code.empty()) line += " " + std::string(code);
    }
    commands.push_back(line);
  }
  return commands;
}

}  // namespace grandstand::ingest
