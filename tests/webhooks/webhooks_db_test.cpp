// SPDX-License-Identifier: MIT
// Webhooks from the transaction to the receiver: a real database, real HTTP servers.
#include "answering_server.hpp"
#include "manual_clock.hpp"
#include "on_loop.hpp"
#include "signature.hpp"
#include "test_database.hpp"

#include <grandstand/webhooks/webhooks.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace grandstand::webhooks {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

const ChannelId kNews("news");

room::StoredEvent message(int offset, const std::string& text = "Goal!", const std::string& room = "channel:news") {
  room::Event event;
  event.epoch = "e1";
  event.offset = static_cast<std::uint64_t>(offset);
  event.kind = "chat.message";
  event.server_time = from_unix_ms(1'763'712'055'123 + offset);
  event.user = room::User{UserId("account:7"), "Ada", room::Role::kViewer};
  event.body = json{{"text", text}}.dump();
  return {RoomId(room), std::move(event)};
}

std::string field(const AnsweringServer::Request& request, const std::string& name) {
  const auto at = request.head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto from = at + name.size() + 4;
  return request.head.substr(from, request.head.find("\r\n", from) - from);
}

class WebhooksTest : public testing::Test {
 protected:
  WebhooksTest() {
    runtime.start();
    settings.private_networks = true;
    settings.per_channel = 3;
  }
  ~WebhooksTest() override {
    for (auto& node : nodes) node->stop();
    db.database().stop();  // its threads post to the loop
    runtime.stop();
    runtime.join();
  }
  Webhooks& hooks() {
    if (nodes.empty()) add_node();
    return *nodes.front();
  }
  Webhooks& add_node() {
    nodes.push_back(std::make_unique<Webhooks>(
        settings, Webhooks::Context{runtime.loop(0), clock, metrics, db.database(), {"chat.message", "polls.final"}}));
    return *nodes.back();
  }
  template <class T>
  Result<T> wait(aio::Task<Result<T>> task) {
    return await_on_loop(runtime.loop(0), std::move(task));
  }
  MadeWebhook make(const std::string& url) {
    return wait(hooks().create(kNews, {url, {"chat.message"}, "", true})).value();
  }
  // As a feature's store does.
  void store(const std::vector<room::StoredEvent>& events, bool commit = true) {
    (void)db.database().run_blocking<std::monostate>([&](pqxx::work& transaction) -> Status {
      hooks().put(transaction, events);
      if (!commit) return Error{ErrorCode::kInternal, "rolled back"};
      return success();
    });
  }
  void tick() {
    for (auto& node : nodes) on_loop(runtime.loop(0), [&] { node->tick(); });
  }
  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 5'000; ++i) {
      if (condition()) return true;
      tick();
      std::this_thread::sleep_for(2ms);
    }
    return condition();
  }
  std::string query(const std::string& sql) {
    pqxx::connection connection(db.url());
    return pqxx::nontransaction(connection).exec1(sql)[0].c_str();
  }
  std::string count(const std::string& state) {
    return query("select count(*) from webhook_delivery where state = '" + state + "'");
  }

  Settings settings;
  TestDatabase db{Webhooks::migrations()};
  ManualClock clock;
  ops::Metrics metrics;
  aio::Runtime runtime{1};
  std::vector<std::unique_ptr<Webhooks>> nodes;
};

TEST_F(WebhooksTest, TellWhatIsStoredSignedAndByItsOwnName) {
  AnsweringServer receiver([](const auto&) { return AnsweringServer::status(204); });
  const auto made = make(receiver.url("/hook"));
  EXPECT_TRUE(made.secret.starts_with("whsec_"));
  store({message(1), message(2, "Another \"one\" \\ ü"), message(3, "elsewhere", "channel:sport")});
  ASSERT_TRUE(eventually([&] { return count("delivered") == "2"; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  for (const auto& request : requests) {
    EXPECT_THAT(request.head, HasSubstr("POST /hook HTTP/1.1"));
    const auto id = field(request, "webhook-id"), time = field(request, "webhook-timestamp");
    EXPECT_THAT(id, testing::StartsWith("msg_"));
    EXPECT_EQ(time, std::to_string(to_unix_ms(clock.utc()) / 1'000));
    EXPECT_EQ(field(request, "webhook-signature"), sign(made.secret.substr(6), id, std::stoll(time), request.body));
    const auto body = json::parse(request.body);
    EXPECT_EQ(body["type"], "chat.message");
    EXPECT_EQ(body["data"]["room"], "channel:news");
    EXPECT_EQ(body["data"]["user"]["name"], "Ada");
  }
  const auto listed = wait(hooks().deliveries(kNews, made.webhook.id, {})).value();
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].status, 204);
  EXPECT_EQ(listed[0].attempts, 1u);
  EXPECT_EQ(listed[0].finished_at, clock.utc());
}

TEST_F(WebhooksTest, TheSameEventStoredTwiceIsOneDeliveryAndWhatIsRolledBackIsNone) {
  make("http://127.0.0.1:1/");
  store({message(1)});
  store({message(1), message(2)});
  store({message(3)}, false);
  EXPECT_EQ(query("select count(*) from webhook_delivery"), "2");
}

TEST_F(WebhooksTest, CostNoQueryForWhatTheyAreNeverToldOf) {
  auto reaction = message(1);
  reaction.event.kind = "reactions.batch";
  const std::vector<room::StoredEvent> events{reaction, message(2, "in a party", "party:7")};
  const auto outcome = db.database().run_blocking<std::monostate>([&](pqxx::work& transaction) -> Status {
    transaction.exec0("drop table webhook cascade");
    hooks().put(transaction, events);
    return Error{ErrorCode::kCancelled, "rolled back"};
  });
  EXPECT_EQ(outcome.error().code, ErrorCode::kCancelled) << outcome.error().message;
}

TEST_F(WebhooksTest, FollowEachOtherWithoutWaitingForATick) {
  std::promise<void> all;
  std::atomic<int> asked{0};
  AnsweringServer receiver([&](const auto&) {
    if (++asked == 20) all.set_value();
    return AnsweringServer::status(200);
  });
  make(receiver.url("/"));
  std::vector<room::StoredEvent> events;
  for (int i = 1; i <= 20; ++i) events.push_back(message(i));
  store(events);
  tick();
  EXPECT_EQ(all.get_future().wait_for(30s), std::future_status::ready);
}

TEST_F(WebhooksTest, ComeAgainLaterAndLaterUntilTheyAreTaken) {
  std::atomic<int> asked{0};
  AnsweringServer receiver([&](const auto&) { return AnsweringServer::status(++asked <= 2 ? 500 : 200); });
  const auto made = make(receiver.url("/"));
  store({message(1)});
  ASSERT_TRUE(eventually([&] { return query("select attempts from webhook_delivery") == "1"; }));
  const auto first = wait(hooks().deliveries(kNews, made.webhook.id, {})).value()[0];
  EXPECT_EQ(first.state, DeliveryState::kWaiting);
  EXPECT_EQ(first.status, 500);
  EXPECT_THAT(first.error, HasSubstr("answered 500"));
  EXPECT_GE(*first.due_at - clock.utc(), settings.retry_first * 3 / 4);
  EXPECT_LE(*first.due_at - clock.utc(), settings.retry_first);
  clock.advance(settings.retry_first);
  ASSERT_TRUE(eventually([&] { return query("select attempts from webhook_delivery") == "2"; }));
  const auto second = wait(hooks().deliveries(kNews, made.webhook.id, {})).value()[0];
  EXPECT_GT(*second.due_at - clock.utc(), settings.retry_first);
  clock.advance(settings.retry_first * 2);
  ASSERT_TRUE(eventually([&] { return count("delivered") == "1"; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(field(requests[0], "webhook-id"), field(requests[2], "webhook-id")) << "receivers know it by its id";
}

TEST_F(WebhooksTest, AreParkedAtTheStatedAgeAndCanBeHadAgain) {
  std::atomic<bool> is_well{false};
  AnsweringServer receiver([&](const auto&) { return AnsweringServer::status(is_well ? 200 : 503); });
  const auto made = make(receiver.url("/"));
  store({message(1)});
  clock.advance(settings.give_up_after);
  ASSERT_TRUE(eventually([&] { return count("parked") == "1"; }));
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_webhook_deliveries_total{outcome=\"parked\"} 1"));
  DeliveryQuery parked;
  parked.state = DeliveryState::kParked;
  const auto listed = wait(hooks().deliveries(kNews, made.webhook.id, parked)).value();
  ASSERT_EQ(listed.size(), 1u);
  is_well = true;
  clock.advance(1min);
  EXPECT_EQ(wait(hooks().redeliver(kNews, made.webhook.id, {listed[0].id, {}, {}})).value(), 1u);
  ASSERT_TRUE(eventually([&] { return count("delivered") == "1"; }));
  // By time, too.
  const auto from = listed[0].created_at;
  EXPECT_EQ(wait(hooks().redeliver(kNews, made.webhook.id, {{}, from - 1s, from})).value(), 0u);
  EXPECT_EQ(wait(hooks().redeliver(kNews, made.webhook.id, {{}, from, from + 1s})).value(), 1u);
  ASSERT_TRUE(eventually([&] { return receiver.requests().size() == 3; }));
  EXPECT_FALSE(wait(hooks().redeliver(kNews, made.webhook.id, {})).ok());
  EXPECT_EQ(wait(hooks().redeliver(kNews, made.webhook.id, {9'999, {}, {}})).error().code, ErrorCode::kNotFound);
}

TEST_F(WebhooksTest, ASlowReceiverHoldsNoOther) {
  std::promise<void> release;
  auto released = release.get_future().share();
  AnsweringServer slow([&](const auto&) {
    released.wait_for(100s);
    return AnsweringServer::status(200);
  });
  AnsweringServer quick([](const auto&) { return AnsweringServer::status(200); });
  settings.connections = 4;
  settings.timeout = 100s;
  make(slow.url("/"));
  make(quick.url("/"));
  std::vector<room::StoredEvent> events;
  for (int i = 1; i <= 20; ++i) events.push_back(message(i));
  store(events);
  EXPECT_TRUE(eventually([&] { return quick.requests().size() == 20; }));
  EXPECT_LE(slow.requests().size(), 1u);
  release.set_value();
  EXPECT_TRUE(eventually([&] { return count("delivered") == "40"; }));
}

TEST_F(WebhooksTest, ReachNoPrivateAddressUnlessTheOperatorAllowsIt) {
  settings.private_networks = false;
  AnsweringServer receiver([](const auto&) { return AnsweringServer::status(200); });
  const auto port = receiver.authority().substr(receiver.authority().find(':'));
  make(receiver.url("/" + std::string(300, 'x')));
  make("http://localhost" + port + "/");  // what the name resolves to counts
  make("http://[::ffff:127.0.0.1]" + port + "/");
  store({message(1)});
  ASSERT_TRUE(eventually([&] { return query("select count(*) from webhook_delivery where attempts = 1") == "3"; }));
  EXPECT_EQ(query("select count(*) from webhook_delivery where error like '%may not be connected to'"), "3");
  EXPECT_TRUE(receiver.requests().empty());
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_webhook_deliveries_total{outcome=\"refused\"} 3"));
}

TEST_F(WebhooksTest, FollowNoRedirects) {
  AnsweringServer target([](const auto&) { return AnsweringServer::status(200); });
  AnsweringServer receiver([&](const auto&) {
    return "HTTP/1.1 302 Found\r\nLocation: " + target.url("/") + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  });
  make(receiver.url("/"));
  store({message(1)});
  ASSERT_TRUE(eventually([&] { return query("select attempts from webhook_delivery") == "1"; }));
  EXPECT_EQ(query("select status from webhook_delivery"), "302");
  EXPECT_TRUE(target.requests().empty());
}

TEST_F(WebhooksTest, AReplacedSecretSignsBesideTheNewOneForADay) {
  AnsweringServer receiver([](const auto&) { return AnsweringServer::status(200); });
  const auto before = make(receiver.url("/"));
  const auto after = wait(hooks().rotate_secret(kNews, before.webhook.id)).value();
  EXPECT_NE(after.secret, before.secret);
  store({message(1)});
  ASSERT_TRUE(eventually([&] { return receiver.requests().size() == 1; }));
  const auto request = receiver.requests()[0];
  const auto id = field(request, "webhook-id");
  const auto time = std::stoll(field(request, "webhook-timestamp"));
  EXPECT_EQ(field(request, "webhook-signature"), sign(after.secret.substr(6), id, time, request.body) + " " +
                                                     sign(before.secret.substr(6), id, time, request.body));
  clock.advance(24h);
  store({message(2)});
  ASSERT_TRUE(eventually([&] { return receiver.requests().size() == 2; }));
  EXPECT_THAT(field(receiver.requests()[1], "webhook-signature"), testing::Not(HasSubstr(" ")));
}

TEST_F(WebhooksTest, OfSeveralNodesOneDelivers) {
  AnsweringServer receiver([](const auto&) { return AnsweringServer::status(200); });
  make(receiver.url("/"));
  add_node();
  add_node();
  std::vector<room::StoredEvent> events;
  for (int i = 1; i <= 10; ++i) events.push_back(message(i));
  store(events);
  ASSERT_TRUE(eventually([&] { return count("delivered") == "10"; }));
  EXPECT_EQ(receiver.requests().size(), 10u);
}

TEST_F(WebhooksTest, AReceiverThatIsGoneIsToldNothingMore) {
  AnsweringServer receiver([](const auto&) { return AnsweringServer::status(410); });
  make(receiver.url("/"));
  store({message(1)});
  ASSERT_TRUE(eventually([&] { return count("parked") == "1"; }));
  EXPECT_FALSE(wait(hooks().list(kNews)).value()[0].wish.enabled);
  store({message(2)});
  EXPECT_EQ(query("select count(*) from webhook_delivery"), "1");
}

TEST_F(WebhooksTest, ForgetWhatWaitedTooLongWhileTheyWereSwitchedOff) {
  AnsweringServer receiver([](const auto&) { return AnsweringServer::status(410); });
  make(receiver.url("/"));
  store({message(1), message(2), message(3), message(4), message(5)});
  ASSERT_TRUE(eventually([&] { return query("select enabled from webhook") == "f"; }));
  ASSERT_NE(count("waiting"), "0");
  clock.advance(settings.keep + 1s);
  EXPECT_TRUE(eventually([&] { return count("waiting") == "0"; }));
}

TEST_F(WebhooksTest, DropAndCountWhatIsTooMuchToWait) {
  settings.queue_limit = 5;
  std::atomic<bool> is_well{false};
  AnsweringServer receiver([&](const auto&) { return AnsweringServer::status(is_well ? 200 : 500); });
  make(receiver.url("/"));
  std::vector<room::StoredEvent> events;
  for (int i = 1; i <= 6; ++i) events.push_back(message(i));
  store(events);
  ASSERT_TRUE(eventually([&] { return query("select is_full from webhook") == "t"; }));
  store({message(7)});
  EXPECT_EQ(query("select dropped from webhook"), "1");
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_webhook_dropped_total 1"));
}

TEST_F(WebhooksTest, AreForUrlsAndKindsThatThereAre) {
  for (const char* url : {"", "ftp://example.com/", "https://", "https://:80/", "https://user:secret@example.com/",
                          "https://example.com/#part", "https://exa mple.com/", "file:///etc/passwd", "example.com"})
    EXPECT_EQ(wait(hooks().create(kNews, {url, {"chat.message"}, "", true})).error().code, ErrorCode::kInvalidArgument)
        << url;
  for (const std::vector<std::string>& kinds : {std::vector<std::string>{}, {"polls.vote"}, {"chat.*"}})
    EXPECT_EQ(wait(hooks().create(kNews, {"https://example.com/", kinds, "", true})).error().code,
              ErrorCode::kInvalidArgument);
  const auto first = make("https://example.com/hook?room=1");
  EXPECT_EQ(wait(hooks().change(ChannelId("sport"), first.webhook.id, first.webhook.wish)).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(wait(hooks().remove(ChannelId("sport"), first.webhook.id)).error().code, ErrorCode::kNotFound);
  make("https://example.com/2");
  make("https://example.com/3");
  EXPECT_EQ(wait(hooks().create(kNews, {"https://example.com/4", {"chat.message"}, "", true})).error().code,
            ErrorCode::kTooLarge);
  EXPECT_TRUE(wait(hooks().remove(kNews, first.webhook.id)).ok());
  EXPECT_EQ(wait(hooks().list(kNews)).value().size(), 2u);
}

}  // namespace
}  // namespace grandstand::webhooks
