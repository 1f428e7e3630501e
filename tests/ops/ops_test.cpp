// SPDX-License-Identifier: MIT
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST(Metrics, DefaultConstructedSeriesMayBeUsed) {
  Counter counter;
  counter.add();
  Gauge gauge;
  gauge.set(1);
  Histogram histogram;
  histogram.observe(1);
}

TEST(Metrics, HiddenSeriesAreNotRenderedAndKeepTheirValues) {
  Metrics metrics;
  auto one = metrics.counter("grandstand_test_total", "Counts.", {{"channel", "one"}, {"source", "1"}});
  metrics.counter("grandstand_test_total", "Counts.", {{"channel", "one"}, {"source", "2"}}).add(5);
  metrics.counter("grandstand_test_total", "Counts.", {{"channel", "two"}, {"source", "1"}}).add(7);
  metrics.gauge("grandstand_other", "Only of one.", {{"channel", "one"}}).set(1);
  one.add(3);
  metrics.hide({{"channel", "one"}, {"source", "2"}});
  EXPECT_THAT(metrics.render(), HasSubstr("{channel=\"one\",source=\"1\"} 3"));
  EXPECT_THAT(metrics.render(), Not(HasSubstr("source=\"2\"")));
  metrics.hide({{"channel", "one"}});
  EXPECT_THAT(metrics.render(), Not(HasSubstr("channel=\"one\"")));
  EXPECT_THAT(metrics.render(), Not(HasSubstr("grandstand_other")));
  EXPECT_THAT(metrics.render(), HasSubstr("{channel=\"two\",source=\"1\"} 7"));
  one.add(1);
  metrics.show({{"channel", "one"}});
  EXPECT_THAT(metrics.render(), HasSubstr("{channel=\"one\",source=\"1\"} 4"));
  EXPECT_THAT(metrics.render(), Not(HasSubstr("source=\"2\"")));
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
