// SPDX-License-Identifier: MIT
#pragma once

#include "amf_codec.hpp"
#include "rtmp_chunk_reader.hpp"
#include "rtmp_chunk_writer.hpp"
#include "rtmp_handshake.hpp"
#include "rtmp_publish_name.hpp"

#include <grandstand/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::ingest {

// What a publisher is told.
struct RtmpPublishAnswer {
  bool accepted = false;
  std::string code;         // "NetStream.Publish.BadName"; when refused
  std::string description;  // for the person at the encoder; holds no key
  bool pending = false;     // neither yet: RtmpSession::answer_publish() tells
};

// What an RTMP session asks and tells its owner.
class RtmpSessionOwner {
 public:
  virtual ~RtmpSessionOwner() = default;
  // Decides before the peer hears anything.
  virtual RtmpPublishAnswer on_publish(const RtmpPublishName& name) = 0;
  virtual void on_publish_refused() = 0;           // malformed names and playing, which on_publish does not see
  virtual void on_media(RtmpMessage message) = 0;  // audio and video of the accepted publication
  virtual void on_unpublish() = 0;
};

// The server's side of one RTMP connection without its socket: bytes in, bytes out.
//
// Owner: the connection.   Runs on: its owner's loop.   Pure.
class RtmpSession {
 public:
  // `max_message_bytes` holds for accepted publishers; before, messages are small. `seed` only varies the handshake.
  RtmpSession(std::size_t max_message_bytes, std::uint64_t seed, RtmpSessionOwner& owner);

  // After an error the connection is to be closed. Bytes after finished() are ignored.
  Status feed(std::span<const std::uint8_t> bytes);

  // The answer to a publication that was left pending.
  void answer_publish(const RtmpPublishAnswer& answer);

  // What is to be sent; moved out.
  std::vector<std::uint8_t> take_output() { return std::exchange(output_, {}); }

  // Asks a publisher that can (enhanced RTMP v2, capsEx) to connect anew; false when this one cannot.
  bool request_reconnect(std::string_view why);

  bool publishing() const { return publishing_; }
  // The peer was refused or is done: close when the output is sent.
  bool finished() const { return finished_; }

 private:
  Status on_message(RtmpMessage message);
  Status on_command(std::span<const std::uint8_t> payload, std::uint32_t stream);
  void on_user_control(std::span<const std::uint8_t> payload);
  void connect(double transaction, AmfReader& arguments);
  void create_stream(double transaction);
  void publish(std::uint32_t stream, AmfReader& arguments);
  void conclude_publish(std::uint32_t stream, const RtmpPublishAnswer& answer);
  void fc_status(const char* name, const char* code, const char* description);
  void refuse(std::uint32_t stream, std::string_view code, std::string_view description);
  void unpublish(std::uint32_t stream);
  void acknowledge(std::size_t received);
  void send(std::uint8_t chunk_stream, const RtmpMessage& message);

  RtmpSessionOwner& owner_;
  std::size_t max_message_bytes_;
  RtmpHandshake handshake_;
  RtmpChunkReader reader_;
  RtmpChunkWriter writer_;
  std::vector<std::uint8_t> output_;
  std::string app_;
  std::string tc_url_;
  bool connected_ = false;
  bool announces_publish_ = false;        // FCPublish was seen: its sender waits for onFCPublish
  bool reconnects_ = false;               // it said that it understands ReconnectRequest
  std::optional<std::uint32_t> pending_;  // the stream whose publication is not decided yet
  bool publishing_ = false;
  bool finished_ = false;
  std::uint32_t next_stream_ = 1;
  std::uint32_t received_ = 0;  // wraps, as the protocol has it (5.4.3)
  std::uint32_t acknowledged_ = 0;
  std::uint32_t window_;
};

}  // namespace grandstand::ingest
