// SPDX-License-Identifier: MIT
#include "rtmp_session.hpp"

#include "rtmp_replies.hpp"

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t kWindow = 2'500'000;
constexpr std::uint32_t kMinWindow = 4096;  // so that a peer cannot ask for an acknowledgement of every byte
constexpr std::size_t kChunkSize = 4096;
constexpr std::size_t kMaxCommandBytes = 64u << 10;  // what a stranger may make us keep
constexpr std::uint32_t kMaxStreams = 16;
constexpr unsigned kCanReconnect = 1;  // of capsEx
constexpr std::uint8_t kControlChunks = 2;
constexpr std::uint8_t kCommandChunks = 3;
constexpr std::uint8_t kStatusChunks = 5;

// User control events (7.1.7).
constexpr std::uint16_t kStreamBegin = 0;
constexpr std::uint16_t kPingRequest = 6;
constexpr std::uint16_t kPingResponse = 7;

std::uint32_t big_endian(Bytes bytes) {
  return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8) | bytes[3];
}

// The next text among the arguments; the command object before it is null and passed over.
std::string next_text(AmfReader& arguments) {
  while (!arguments.at_end()) {
    auto value = arguments.next();
    if (!value) break;
    if (const std::string* text = value->text()) return *text;
  }
  return {};
}

}  // namespace

RtmpSession::RtmpSession(std::size_t max_message_bytes, std::uint64_t seed, RtmpSessionOwner& owner)
    : owner_(owner),
      max_message_bytes_(max_message_bytes),
      handshake_(seed),
      reader_({.max_message_bytes = std::min(max_message_bytes, kMaxCommandBytes)}),
      window_(kWindow) {}

Status RtmpSession::feed(Bytes bytes) {
  acknowledge(bytes.size());
  if (!handshake_.done()) {
    GRANDSTAND_TRY(const std::size_t taken, handshake_.feed(bytes, output_));
    bytes = bytes.subspan(taken);
  }
  if (bytes.empty() || finished_) return success();
  return reader_.feed(bytes, [this](RtmpMessage message) { return on_message(std::move(message)); });
}

void RtmpSession::acknowledge(std::size_t received) {
  received_ += static_cast<std::uint32_t>(received);
  if (!connected_ || received_ - acknowledged_ < window_) return;
  acknowledged_ = received_;
  send(kControlChunks, rtmp_reply::control(rtmp_type::kAcknowledgement, received_));
}

Status RtmpSession::on_message(RtmpMessage message) {
  if (finished_) return success();
  const Bytes payload(message.payload);
  switch (message.type) {
    case rtmp_type::kWindowAckSize:
      if (payload.size() >= 4) window_ = std::max(big_endian(payload), kMinWindow);
      return success();
    case rtmp_type::kUserControl:
      on_user_control(payload);
      return success();
    case rtmp_type::kAudio:
    case rtmp_type::kVideo:
      if (publishing_) owner_.on_media(std::move(message));
      return success();
    case rtmp_type::kAmf3Command:
      // Encoders that say AMF3 send a zero byte and then AMF0.
      return on_command(payload[0] == 0 ? payload.subspan(1) : payload, message.stream);
    case rtmp_type::kAmf0Command:
      return on_command(payload, message.stream);
    default:
      return success();  // metadata is not trusted, shared objects are not served
  }
}

void RtmpSession::on_user_control(Bytes payload) {
  if (payload.size() < 6) return;
  const auto event = static_cast<std::uint16_t>((payload[0] << 8) | payload[1]);
  if (event == kPingRequest) {
    send(kControlChunks, rtmp_reply::user_control(kPingResponse, big_endian(payload.subspan(2))));
  }
}

Status RtmpSession::on_command(Bytes payload, std::uint32_t stream) {
  AmfReader arguments(payload);
  GRANDSTAND_TRY(const AmfValue name_value, arguments.next());
  if (!name_value.text()) return Error{ErrorCode::kInvalidArgument, "an RTMP command without a name"};
  const std::string& name = *name_value.text();
  double transaction = 0;
  if (!arguments.at_end()) {
    GRANDSTAND_TRY(const AmfValue value, arguments.next());
    if (const double* number = value.number()) transaction = *number;
  }
  if (name == "connect") {
    connect(transaction, arguments);
  } else if (!connected_) {
    return Error{ErrorCode::kInvalidArgument, "an RTMP command before connect"};
  } else if (name == "createStream") {
    create_stream(transaction);
  } else if (name == "publish") {
    publish(stream, arguments);
  } else if (name == "play" || name == "play2") {
    owner_.on_publish_refused();
    refuse(stream, "NetStream.Play.Failed",
           "This server takes publishers; it plays over HTTP: /live/<channel>/index.m3u8");
  } else if (name == "FCUnpublish") {
    unpublish(stream);
    fc_status("onFCUnpublish", "NetStream.Unpublish.Success", "Stopped publishing.");
  } else if (name == "deleteStream" || name == "closeStream") {
    unpublish(stream);
  } else if (name == "releaseStream" || name == "FCPublish" || name == "_checkbw") {
    announces_publish_ = announces_publish_ || name == "FCPublish";
    send(kCommandChunks, rtmp_reply::result(transaction, AmfValue()));
  } else if (name == "getStreamLength") {
    send(kCommandChunks, rtmp_reply::result(transaction, AmfValue(0.0)));
  }
  return success();
}

void RtmpSession::connect(double transaction, AmfReader& arguments) {
  bool enhanced = false;
  if (!arguments.at_end()) {
    const auto object = arguments.next();
    if (object) {
      app_ = object.value().text_of("app");
      tc_url_ = object.value().text_of("tcUrl");
      const AmfValue* caps = object.value().find("capsEx");
      const double* bits = caps ? caps->number() : nullptr;
      enhanced = object.value().find("fourCcList") || object.value().find("videoFourCcInfoMap") || caps;
      reconnects_ = bits && *bits >= 0 && *bits < 256 && (static_cast<unsigned>(*bits) & kCanReconnect) != 0;
    }
  }
  connected_ = true;
  send(kControlChunks, rtmp_reply::control(rtmp_type::kWindowAckSize, kWindow));
  send(kControlChunks, rtmp_reply::peer_bandwidth(kWindow));
  send(kControlChunks, rtmp_reply::control(rtmp_type::kSetChunkSize, kChunkSize));
  writer_.set_chunk_size(kChunkSize);
  send(kCommandChunks, rtmp_reply::connected(transaction, enhanced));
}

void RtmpSession::create_stream(double transaction) {
  send(kCommandChunks, rtmp_reply::result(transaction, AmfValue(static_cast<double>(next_stream_))));
  if (next_stream_ < kMaxStreams) ++next_stream_;
}

void RtmpSession::publish(std::uint32_t stream, AmfReader& arguments) {
  if (publishing_ || pending_) return refuse(stream, "NetStream.Publish.BadName", "This connection publishes already.");
  const auto name = parse_publish_name(app_, tc_url_, next_text(arguments));
  if (!name) {
    owner_.on_publish_refused();
    return refuse(stream, "NetStream.Publish.Rejected", name.error().message);
  }
  const auto answer = owner_.on_publish(name.value());
  if (answer.pending) {
    pending_ = stream;
  } else {
    conclude_publish(stream, answer);
  }
}

void RtmpSession::answer_publish(const RtmpPublishAnswer& answer) {
  if (pending_ && !finished_) conclude_publish(*std::exchange(pending_, std::nullopt), answer);
}

void RtmpSession::conclude_publish(std::uint32_t stream, const RtmpPublishAnswer& answer) {
  if (!answer.accepted) return refuse(stream, answer.code, answer.description);
  publishing_ = true;
  reader_.set_max_message_bytes(max_message_bytes_);
  send(kControlChunks, rtmp_reply::user_control(kStreamBegin, stream));
  if (announces_publish_) fc_status("onFCPublish", "NetStream.Publish.Start", "Started publishing.");
  send(kStatusChunks, rtmp_reply::status(stream, "status", "NetStream.Publish.Start", "Started publishing."));
}

// What Flash Media Encoder waits for.
void RtmpSession::fc_status(const char* name, const char* code, const char* description) {
  AmfValue::Object status{{"code", AmfValue(code)}, {"description", AmfValue(description)}};
  send(kCommandChunks,
       rtmp_reply::command(0, {AmfValue(name), AmfValue(0.0), AmfValue(), AmfValue(std::move(status))}));
}

bool RtmpSession::request_reconnect(std::string_view why) {
  if (!reconnects_ || finished_) return false;
  send(kCommandChunks, rtmp_reply::status(0, "status", "NetConnection.Connect.ReconnectRequest", why));
  return true;
}

void RtmpSession::refuse(std::uint32_t stream, std::string_view code, std::string_view description) {
  send(kStatusChunks, rtmp_reply::status(stream, "error", code, description));
  finished_ = true;
  if (std::exchange(publishing_, false)) owner_.on_unpublish();
}

void RtmpSession::unpublish(std::uint32_t stream) {
  if (!std::exchange(publishing_, false)) return;
  send(kStatusChunks, rtmp_reply::status(stream, "status", "NetStream.Unpublish.Success", "Stopped publishing."));
  owner_.on_unpublish();
}

void RtmpSession::send(std::uint8_t chunk_stream, const RtmpMessage& message) {
  writer_.append(output_, chunk_stream, message);
}

}  // namespace grandstand::ingest
