// SPDX-License-Identifier: MIT
#include "channel_watch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace grandstand::channels {

ChannelWatch::ChannelWatch(const ChannelId& channel, ops::Metrics& metrics, const Clock& clock,
                           hls::SegmentObserver* observer)
    : channel_(channel),
      metrics_(metrics),
      clock_(clock),
      segments_(observer, clock),
      monitor_(std::make_shared<const ChannelMonitor>()) {
  for (std::size_t i = 0; i < active_.size(); ++i) {
    active_[i] =
        metrics.gauge("grandstand_channel_alarms", "Alarms of the channel that last, by severity.",
                      {{"channel", channel.value()}, {"severity", std::string(to_string(static_cast<Severity>(i)))}});
  }
  segment_age_ = metrics.gauge("grandstand_channel_segment_age_seconds", "Time since the latest segment.",
                               {{"channel", channel.value()}});
}

void ChannelWatch::set_sources(std::size_t count) {
  const auto labels = [&](std::size_t index) {
    return ops::Labels{{"channel", channel_.value()}, {"source", std::to_string(index + 1)}};
  };
  for (std::size_t i = count; i < records_.size(); ++i) metrics_.hide(labels(i));
  records_.resize(std::min(records_.size(), count));
  for (auto& record : records_) record->begin_anew();
  while (records_.size() < count) {
    metrics_.show(labels(records_.size()));
    records_.push_back(std::make_unique<SignalRecord>(metrics_, channel_, records_.size() + 1));
  }
}

void ChannelWatch::update(const ChannelStatus& status, std::span<const std::optional<ingest::SignalReport>> reports) {
  const auto now = clock_.steady();
  due_ = now + kInterval;
  auto next = std::make_shared<ChannelMonitor>();
  next->at = clock_.utc();
  if (state_ != status.state) since_ = next->at;
  state_ = status.state;
  next->since = since_;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    records_[i]->update(i < reports.size() ? reports[i] : std::nullopt, next->at);
    next->sources.push_back(records_[i]->monitor());
    if (i < status.sources.size() && status.sources[i].on_air) next->bit_rate = records_[i]->monitor().report.bit_rate;
  }
  if (now >= rate_due_) {
    rate_due_ = now + kRateInterval;
    rates_.push_back(next->bit_rate);
    if (rates_.size() > kRates) rates_.pop_front();
  }
  next->bit_rates.assign(rates_.begin(), rates_.end());
  next->renditions = segments_.renditions();
  if (const auto latest = segments_.latest()) {
    next->segment_age = std::chrono::duration_cast<std::chrono::milliseconds>(now - *latest);
    segment_age_.set(std::chrono::duration<double>(now - *latest).count());
  }
  next->target_duration = segments_.target_duration();
  next->recording_trouble = segments_.trouble(channel_);
  alarms_.update(find_alarms(status, *next), next->at);
  next->alarms = alarms_.alarms();
  next->history.assign(alarms_.history().begin(), alarms_.history().end());
  for (std::size_t i = 0; i < active_.size(); ++i) {
    active_[i].set(static_cast<double>(std::count_if(next->alarms.begin(), next->alarms.end(), [&](const Alarm& alarm) {
      return alarm.severity == static_cast<Severity>(i);
    })));
  }
  monitor_.store(std::move(next));
}

}  // namespace grandstand::channels
