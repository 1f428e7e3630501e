// SPDX-License-Identifier: MIT
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ops {
namespace {

using testing::HasSubstr;

TEST(Metrics, RendersThePrometheusTextFormat) {
  Metrics metrics;
  metrics.counter("grandstand_things_total", "Things", {{"channel", "a\"b"}}).add(2);
  metrics.gauge("grandstand_level", "Level").set(1.5);
  metrics.histogram("grandstand_wait_seconds", "Wait", {0.1, 1}).observe(0.5);
  const auto page = metrics.render();
  EXPECT_THAT(page, HasSubstr("# TYPE grandstand_things_total counter"));
  EXPECT_THAT(page, HasSubstr("grandstand_things_total{channel=\"a\\\"b\"} 2"));
  EXPECT_THAT(page, HasSubstr("grandstand_level 1.5"));
  EXPECT_THAT(page, HasSubstr("grandstand_wait_seconds_bucket{le=\"1\"} 1"));
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  Metrics metrics;
  metrics.counter("grandstand_things_total", "Things").add();
  metrics.counter("grandstand_things_total", "Things").add();
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_things_total 2"));
}

TEST(Metrics, DefaultConstructedSeriesCountNothing) {
  Counter counter;
  counter.add();
  Gauge gauge;
  gauge.set(1);
  Histogram histogram;
  histogram.observe(1);
}

TEST(Health, IsReadyWhenEveryPartIs) {
  Health health;
  EXPECT_TRUE(health.ready());
  health.set("database", false, "cannot connect");
  health.set("lineup", true, "ignored");
  EXPECT_FALSE(health.ready());
  EXPECT_EQ(health.checks().at("database").reason, "cannot connect");
  EXPECT_EQ(health.checks().at("lineup").reason, "");
  health.set("database", true);
  EXPECT_TRUE(health.ready());
}

}  // namespace
}  // namespace grandstand::ops
