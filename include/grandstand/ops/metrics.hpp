// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace grandstand::ops {

using Labels = std::map<std::string, std::string>;

// One series each; cheap to copy, safe from any thread, valid as long as the Metrics. Default-constructed ones count
// nothing, so that a class can be tested without metrics.
class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter* series) : series_(series) {}
  void add(double amount = 1);

 private:
  prometheus::Counter* series_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge* series) : series_(series) {}
  void set(double value);
  void add(double amount);

 private:
  prometheus::Gauge* series_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram* series) : series_(series) {}
  void observe(double value);

 private:
  prometheus::Histogram* series_ = nullptr;
};

// The process's series in the Prometheus text format. Names begin with "grandstand_", use base units (seconds, bytes)
// and end with _total for counters. Asking twice for the same name and labels gives the same series. Label values come
// from bounded sets (channel ids, feature names, error codes), never from users.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                      const Labels& labels = {});

  // Series that have all of these labels are not rendered from now on, until show(): those of a channel that is gone.
  // They keep their values, and whoever holds them may go on counting.
  void hide(const Labels& labels);
  void show(const Labels& labels);

  // The whole page of GET /metrics.
  std::string render() const;

 private:
  bool is_hidden(const Labels& labels) const;

  std::shared_ptr<prometheus::Registry> registry_;
  mutable std::mutex mutex_;
  std::set<Labels> hidden_;
};

}  // namespace grandstand::ops
