// SPDX-License-Identifier: MIT
#include "srt_input.hpp"

#include <array>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kMaxMessage = 1'456;  // SRT's in live mode

}  // namespace

Result<std::unique_ptr<SrtInput>> SrtInput::open(const Settings& settings) {
  std::unique_ptr<SrtInput> input(new SrtInput(settings));
  input->deadline_.arm();
  const auto interrupt = input->deadline_.interrupt();
  AVIOContext* transport = nullptr;
  const int code = avio_open2(&transport, settings.url.c_str(), AVIO_FLAG_READ, &interrupt, nullptr);
  if (code < 0) {
    if (code != AVERROR(EIO)) return input->deadline_.failed("opening", av_error_text(code));
    // libsrt knows which of these it is, and libavformat does not pass it on.
    return input->deadline_.failed("opening",
                                   "no SRT connection: nobody answers, or refuses the passphrase or the stream id");
  }
  input->transport_.reset(transport);
  return input;
}

Result<SharedBytes> SrtInput::read() {
  deadline_.arm();
  std::array<std::uint8_t, kMaxMessage> message;
  const int size = avio_read_partial(transport_.get(), message.data(), static_cast<int>(message.size()));
  if (size > 0) return SharedBytes::copy_of(std::span(message).first(static_cast<std::size_t>(size)));
  if (size == 0 || size == AVERROR_EOF) return deadline_.failed("reading", "it ended");
  return deadline_.failed("reading", size == AVERROR(EIO) ? "the SRT connection is lost" : av_error_text(size));
}

}  // namespace grandstand::ingest
