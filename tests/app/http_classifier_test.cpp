// SPDX-License-Identifier: MIT
#include "http_classifier.hpp"

#include "answering_server.hpp"
#include "classifier_codec.hpp"

#include <grandstand/aio/loop.hpp>

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Classified = Result<std::vector<room::Classification>>;

std::string answer(const std::string& body, int code = 200) {
  return "HTTP/1.1 " + std::to_string(code) + " X\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

aio::Task<Status> keep(HttpClassifier& classifier, std::optional<Classified>& outcome) {
  std::vector<room::Utterance> utterances{{RoomId("channel:news"), UserId("account:7"), "Bob", "hello"},
                                          {RoomId("channel:news"), UserId("guest:1"), "Ada", "\"bad\""}};
  outcome.emplace(co_await classifier.classify(std::move(utterances)));
  co_return success();
}

Classified ask(const std::string& url, std::chrono::milliseconds timeout = 5s) {
  ops::Metrics metrics;
  aio::Runtime runtime(1);
  std::optional<Classified> outcome;
  HttpClassifier classifier(url, timeout, metrics);
  aio::spawn(runtime.loop(0), keep(classifier, outcome), [&](Status) { runtime.stop(); });
  runtime.run();
  return std::move(*outcome);
}

TEST(HttpClassifier, AsksAboutAllThatWaitsAndTakesTheWorstCategory) {
  AnsweringServer server([](const auto&) {
    return answer(R"({"messages":[{"id":"1","categories":{"spam":1,"hate":3}},{"id":"0","categories":{}}]})");
  });
  const auto classified = ask(server.url("/judge"));
  ASSERT_TRUE(classified.ok()) << classified.error().message;
  EXPECT_EQ((*classified)[0].severity, 0);
  EXPECT_EQ((*classified)[1].severity, 3);
  EXPECT_EQ((*classified)[1].category, "hate");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_THAT(requests[0].head, HasSubstr("POST /judge HTTP/1.1"));
  EXPECT_THAT(requests[0].body, HasSubstr(R"("text":"\"bad\"")"));
  EXPECT_THAT(requests[0].body, HasSubstr(R"("room":"channel:news")"));
}

TEST(HttpClassifier, FailsWhenTheServiceIsAwayOrAnswersNonsense) {
  for (const std::string body : {"", "[]", "{}", R"({"messages":[]})", R"({"messages":[{"id":"0","categories":{}}]})",
                                 R"({"messages":[7,8]})", R"({"messages":[{"id":"0","categories":[]}]})"}) {
    AnsweringServer server([&](const auto&) { return answer(body); });
    EXPECT_EQ(ask(server.url("/")).error().code, ErrorCode::kUnavailable) << body;
  }
  AnsweringServer broken([](const auto&) { return AnsweringServer::status(500); });
  EXPECT_FALSE(ask(broken.url("/")).ok());
  const auto gone = broken.url("/");
  broken.stop();
  EXPECT_FALSE(ask(gone).ok());
}

TEST(HttpClassifier, ReadsNoSeverityBeyondFourAndNoOddOnes) {
  const auto read = decode_answer(
      R"({"messages":[{"id":"0","categories":{"a":99,"b":-3,"c":"4","d":null}},{"id":"unknown","categories":{"e":4}}]})",
      1);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)[0].severity, 4);
  EXPECT_EQ((*read)[0].category, "a");
}

TEST(HttpClassifier, TakesAnyNumberForTheNearestSeverity) {
  struct {
    std::string severity;
    int expected;
  } const cases[] = {{"18446744073709551615", 4},
                     {"4294967296", 4},
                     {"-9223372036854775808", 0},
                     {"3.5", 4},
                     {"2.4", 2},
                     {"1e300", 4},
                     {"-1e300", 0},
                     {"0.2", 0}};
  for (const auto& [severity, expected] : cases) {
    const auto read = decode_answer(R"({"messages":[{"id":"0","categories":{"a":)" + severity + "}}]}", 1);
    ASSERT_TRUE(read.ok()) << severity;
    EXPECT_EQ((*read)[0].severity, expected) << severity;
  }
}

}  // namespace
}  // namespace grandstand::app
