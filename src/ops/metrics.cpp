// SPDX-License-Identifier: MIT
#include <grandstand/ops/metrics.hpp>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
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

std::string Metrics::render() const {
  return prometheus::TextSerializer{}.Serialize(registry_->Collect());
}

}  // namespace grandstand::ops
