// SPDX-License-Identifier: MIT
#include "srt_input.hpp"

#include <array>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kMaxMessage = 1'456;  // SRT's in live mode

}  // namespace

int SrtInput::interrupted(void* self) {
  auto& input = *static_cast<SrtInput*>(self);
  return input.settings_.stopped() || input.settings_.now() > input.deadline_ ? 1 : 0;
}

Error SrtInput::failed(const std::string& what, const std::string& reason) const {
  if (settings_.stopped()) return {ErrorCode::kCancelled, what + ": stopped"};
  if (settings_.now() > deadline_) {
    return {ErrorCode::kTimeout, what + ": no answer for " + std::to_string(settings_.timeout.count()) + " ms"};
  }
  return {ErrorCode::kUnavailable, what + ": " + reason};
}

Result<std::unique_ptr<SrtInput>> SrtInput::open(Settings settings) {
  std::unique_ptr<SrtInput> input(new SrtInput(std::move(settings)));
  input->arm();
  const AVIOInterruptCB interrupt{&SrtInput::interrupted, input.get()};
  AVIOContext* transport = nullptr;
  const int code = avio_open2(&transport, input->settings_.url.c_str(), AVIO_FLAG_READ, &interrupt, nullptr);
  if (code < 0) {
    if (code != AVERROR(EIO)) return input->failed("opening", av_error_text(code));
    // libsrt knows which of these it is, and libavformat does not pass it on.
    return input->failed("opening", "no SRT connection: nobody answers, or refuses the passphrase or the stream id");
  }
  input->transport_.reset(transport);
  return input;
}

Result<SharedBytes> SrtInput::read() {
  arm();
  std::array<std::uint8_t, kMaxMessage> message;
  const int size = avio_read_partial(transport_.get(), message.data(), static_cast<int>(message.size()));
  if (size > 0) return SharedBytes::copy_of(std::span(message).first(static_cast<std::size_t>(size)));
  if (size == 0 || size == AVERROR_EOF) return failed("reading", "it ended");
  return failed("reading", size == AVERROR(EIO) ? "the SRT connection is lost" : av_error_text(size));
}

}  // namespace grandstand::ingest
