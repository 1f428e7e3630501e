// SPDX-License-Identifier: MIT
#include <grandstand/ops/metrics.hpp>

#include <algorithm>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace grandstand::ops {

void Counter::add(double amount) {
  if (series_) series_->Increment(amount);
}
void Gauge::set(double value) {
  if (series_) series_->Set(value);
}
void Gauge::add(double amount) {
  if (series_) series_->Increment(amount);
}
void Histogram::observe(double value) {
  if (series_) series_->Observe(value);
}

// Merge: a family that is asked for again is the same family.
Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(&prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(&prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                             const Labels& labels) {
  return Histogram(&prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, bounds));
}

void Metrics::hide(const Labels& labels) {
  std::lock_guard lock(mutex_);
  hidden_.insert(labels);
}

void Metrics::show(const Labels& labels) {
  std::lock_guard lock(mutex_);
  hidden_.erase(labels);
}

bool Metrics::is_hidden(const Labels& labels) const {
  return std::any_of(hidden_.begin(), hidden_.end(), [&](const Labels& hidden) {
    return std::all_of(hidden.begin(), hidden.end(), [&](const auto& wanted) {
      const auto found = labels.find(wanted.first);
      return found != labels.end() && found->second == wanted.second;
    });
  });
}

std::string Metrics::render() const {
  auto families = registry_->Collect();
  std::lock_guard lock(mutex_);
  if (!hidden_.empty()) {
    for (auto& family : families) {
      std::erase_if(family.metric, [&](const prometheus::ClientMetric& metric) {
        Labels labels;
        for (const auto& label : metric.label) labels.emplace(label.name, label.value);
        return is_hidden(labels);
      });
    }
    std::erase_if(families, [](const prometheus::MetricFamily& family) { return family.metric.empty(); });
  }
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace grandstand::ops
