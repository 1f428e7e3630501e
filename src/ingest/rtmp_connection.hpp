// SPDX-License-Identifier: MIT
#pragma once

#include "flv_demuxer.hpp"
#include "rtmp_publication.hpp"
#include "rtmp_session.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/ingest/settings.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace grandstand::ingest {

class RtmpConnection;

// Why something was refused: the label of grandstand_rtmp_refused_total.
// The last three are closed for cause, after their time.
enum class RtmpRefusal { kLimit, kRate, kKey, kHook, kBusy, kRequest, kLate, kSilent, kUnread };

// What connections ask and tell the listener that owns them.
class RtmpConnectionOwner {
 public:
  struct Claim {
    RtmpPublishAnswer answer;
    std::shared_ptr<RtmpPublication> publication;  // when accepted
  };
  virtual ~RtmpConnectionOwner() = default;
  virtual Claim claim(RtmpConnection& connection, const RtmpPublishName& name) = 0;
  // The claim that was left pending was refused by whoever was asked.
  virtual RtmpPublishAnswer turn_away(RtmpConnection& connection) = 0;
  virtual void release(RtmpConnection& connection, const std::string& reason) = 0;  // of an accepted claim
  virtual void on_refused(RtmpConnection& connection, RtmpRefusal why, const std::string& reason) = 0;
  virtual void on_protocol_error(RtmpConnection& connection, const std::string& what) = 0;
  virtual void on_bytes(RtmpConnection& connection, std::size_t count) = 0;
  virtual void on_paused() = 0;
  virtual void on_damaged(RtmpConnection& connection, std::uint64_t count) = 0;
  virtual void on_closed(RtmpConnection& connection) = 0;
};

// One peer of the RTMP server: moves bytes between its socket, its session and its publication.
//
// Owner: the listener.   Runs on: the server's loop.   Stops: close().
class RtmpConnection : public std::enable_shared_from_this<RtmpConnection>, private RtmpSessionOwner {
 public:
  RtmpConnection(boost::asio::ip::tcp::socket socket, const RtmpSettings& settings, std::uint64_t seed,
                 const Clock& clock, RtmpConnectionOwner& owner);

  void start();
  // Closes what took too long.
  void tick(SteadyTime now);
  void close(const std::string& reason);
  // Closes, but asks a publisher that understands it to come back at once.
  void dismiss(const std::string& reason);

  // Whether it sent nothing for so long; not while we do not read it.
  bool silent_for(std::chrono::milliseconds duration, SteadyTime now) const {
    return !paused_ && now - heard_ >= duration;
  }

  // What became of a claim that was left pending: it is made once more, or refused.
  void decide(const RtmpPublishName& name, bool allowed);
  // The channel may be there now: the claim is made once more.
  void look_again(const RtmpPublishName& name);
  bool looks_again() const { return looks_again_; }
  // Whether it was let in by somebody else.
  bool let_in() const { return let_in_; }

  const std::string& peer() const { return peer_; }        // "192.0.2.1:54321"
  const std::string& address() const { return address_; }  // what rate limits go by

 private:
  RtmpPublishAnswer on_publish(const RtmpPublishName& name) override;
  void conclude(const RtmpPublishAnswer& answer);
  void on_publish_refused() override;
  void on_media(RtmpMessage message) override;
  void on_unpublish() override;

  void read();
  void on_read(std::size_t count);
  void forward();
  void on_progress();
  void write();
  void end_sending();
  void stop_publishing(const std::string& reason);

  boost::asio::ip::tcp::socket socket_;
  RtmpSettings settings_;
  const Clock& clock_;
  RtmpConnectionOwner* owner_;  // null: closed
  std::string peer_;
  std::string address_;
  RtmpSession session_;
  std::unique_ptr<FlvDemuxer> demuxer_;
  std::shared_ptr<RtmpPublication> publication_;
  std::vector<std::uint8_t> input_;
  std::vector<std::uint8_t> sending_;
  std::vector<std::uint8_t> queued_;
  std::uint64_t damaged_told_ = 0;
  SteadyTime since_;  // start, or the end of the last publication
  SteadyTime heard_;
  bool let_in_ = false;
  bool looks_again_ = false;
  bool paused_ = false;     // the subscriber does not keep up: nothing is read
  bool lingering_ = false;  // everything is said; waits for the peer to close, so that it reads it
};

}  // namespace grandstand::ingest
