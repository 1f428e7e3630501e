// SPDX-License-Identifier: MIT
// Rooms that are spread over two nodes, with a real PostgreSQL and a real NATS server.
#include "club_feature.hpp"
#include "fake_transport.hpp"
#include "manual_clock.hpp"
#include "nats_server.hpp"
#include "test_database.hpp"

#include <grandstand/cluster/bus.hpp>
#include <grandstand/cluster/leases.hpp>
#include <grandstand/hub/hub.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace grandstand::hub {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const std::string kNews = "channel:news", kClub = "club:Ada";

class NodesTest : public testing::Test {
 protected:
  // What a daemon has, as far as rooms are concerned.
  struct Node {
    Node(NodesTest& test, const std::string& name)
        : name(name),
          database({}, test.database_.url(), metrics, health),
          accounts({}, database, test.clock_, metrics) {
      runtime.start();
      bus = cluster::Bus::connect(test.nats_.url(), name, metrics).value();
      leases = std::make_unique<cluster::Leases>(
          cluster::Leases::Kind::kRooms,
          cluster::Settings{.node = name, .address = "http://" + name, .lease = 1h, .renewal = 20ms, .settling = 0ms},
          "of " + name, database, test.clock_, runtime.loop(0), metrics, [this] { return bus->connected(); });
      hub = std::make_unique<Hub>(
          Settings{}, Hub::Context{runtime, test.clock_, metrics, accounts, *test.catalogue_, bus.get(), leases.get()});
      on_loop(runtime.loop(0), [&] {
        leases->start(
            [this](const std::string& room, const cluster::Leases::Owner&) { hub->on_owner_changed(RoomId(room)); });
        hub->set_rooms({RoomId(kNews)});
      });
    }
    ~Node() {
      clients.clear();
      hub->stop();
      leases->stop();
      bus->stop();
      accounts.stop();
      runtime.stop();
      runtime.join();
    }
    FakeClient& client(std::size_t loop = 0) {
      clients.push_back(std::make_unique<FakeClient>(*hub, runtime.loop(loop)));
      return *clients.back();
    }
    bool owns() const { return leases->holds(kNews); }
    // The owner gives up and takes nothing more.
    void cut_off() { bus->stop(); }

    std::string name;
    ops::Metrics metrics;
    ops::Health health;
    aio::Runtime runtime{2};  // outlives the threads that post to it
    storage::Database database;
    identity::Accounts accounts;
    std::unique_ptr<cluster::Bus> bus;
    std::unique_ptr<cluster::Leases> leases;
    std::unique_ptr<Hub> hub;
    std::vector<std::unique_ptr<FakeClient>> clients;
  };

  static std::vector<storage::Migration> migrations() {
    std::vector<storage::Migration> all(identity::Accounts::migrations().begin(),
                                        identity::Accounts::migrations().end());
    all.insert(all.end(), cluster::Leases::migrations().begin(), cluster::Leases::migrations().end());
    return all;
  }
  static bool eventually(const std::function<bool()>& question) {
    for (int i = 0; i < 2'000; ++i) {
      if (question()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  // One node owns the room, the other knows it.
  void start() {
    one_ = std::make_unique<Node>(*this, "one");
    two_ = std::make_unique<Node>(*this, "two");
    ASSERT_TRUE(eventually([&] { return one_->owns() != two_->owns(); }));
    owner_ = one_->owns() ? one_.get() : two_.get();
    other_ = one_->owns() ? two_.get() : one_.get();
    ASSERT_TRUE(eventually([&] { return other_->leases->owner(kNews).node == owner_->name; }));
  }
  // Joins as soon as the room can be reached.
  static json join(FakeClient& client, json since = nullptr) {
    json joined;
    eventually([&] {
      joined = client.join(kNews, since);
      return joined.value("type", "") == "joined";
    });
    return joined;
  }
  static FakeClient& guest(Node& node, const std::string& name, std::size_t loop = 0) {
    auto& client = node.client(loop);
    client.hello_guest(name);
    join(client);
    return client;
  }
  // Ada founds it.
  static FakeClient& come_to_club(Node& node, const std::string& name) {
    auto& client = node.client();
    client.hello_guest(name);
    if (name == "Ada") client.request({{"type", "found"}, {"kind", "club"}});
    EXPECT_TRUE(eventually([&] {
      const auto joined = client.request({{"type", "join"}, {"room", kClub}, {"ticket", club::kTicket}});
      return joined.value("type", "") == "joined";
    }));
    return client;
  }
  template <class T>
  static Result<T> wait(Node& node, aio::Task<Result<T>> task) {
    return await_on_loop(node.runtime.loop(0), std::move(task));
  }
  // A new account, connected to the node.
  static FakeClient& account(Node& node, const std::string& name) {
    const auto made = wait(node, node.accounts.register_account(name, "a long password")).value();
    auto& client = node.client();
    client.request({{"type", "hello"}, {"token", made.token}});
    return client;
  }
  static json say(FakeClient& client, int n, const std::string& key) {
    return client.request(FakeClient::command(kNews, "echo.say", key, {{"n", n}}));
  }

  NatsServer nats_;
  TestDatabase database_{migrations()};
  ManualClock clock_;
  ops::Metrics metrics_;
  identity::User root_{UserId("account:99"), "Root", identity::Role::kAdmin};
  std::unique_ptr<room::FeatureCatalogue> catalogue_ = club::make_catalogue();
  std::unique_ptr<Node> one_, two_;
  Node* owner_ = nullptr;
  Node* other_ = nullptr;
};

// The room's owner as the test plays it, and a node that knows it.
class OwnedByTheTest : public NodesTest {
 protected:
  OwnedByTheTest() {
    EXPECT_TRUE(database_.database()
                    .run_blocking<std::monostate>([&](pqxx::work& work) -> Status {
                      work.exec0(
                          "insert into cluster_node (kind, name, address, seen_at) values "
                          "('room', 'test', 'http://test', now() + interval '1 day')");
                      work.exec_params0(
                          "insert into cluster_lease (kind, name, node, term, expires_at) values "
                          "('room', $1, 'test', 1, now() + interval '1 day')",
                          kNews);
                      return success();
                    })
                    .ok());
    bus_ = cluster::Bus::connect(nats_.url(), "test", metrics_).value();
    runtime_.start();
    asked_ = bus_->subscribe("grandstand.owner." + kNews, runtime_.loop(0), [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      heard_.push_back(json::parse(text));
    });
    one_ = std::make_unique<Node>(*this, "one");
    EXPECT_TRUE(eventually([&] { return one_->leases->owner(kNews).node == "test"; }));
  }
  ~OwnedByTheTest() override {
    one_.reset();
    bus_->stop();
    runtime_.stop();
    runtime_.join();
  }
  std::vector<json> heard(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    std::vector<json> all;
    std::ranges::copy_if(heard_, std::back_inserter(all), [&](const json& message) { return message["kind"] == kind; });
    return all;
  }
  FakeClient& greeted(const std::string& name) {
    auto& client = one_->client(1);
    client.hello_guest(name);
    return client;
  }
  // Says yes to the nth who asked to join. `number`: of the last message with events.
  void answer(std::size_t n, int number) {
    ASSERT_TRUE(eventually([&] { return heard("join").size() > n; }));
    const auto ask = heard("join")[n];
    const json reply{{"id", ask["request"]}, {"ok", true}, {"type", "joined"}};
    const auto& session = ask["session"];
    bus_->publish("grandstand.node.one",
                  json{{"kind", "joined"},
                       {"reply", {{"loop", session["loop"]}, {"session", session["id"]}, {"text", reply.dump()}}},
                       {"room", kNews},
                       {"request", ask["request"]},
                       {"joined", true},
                       {"number", number}}
                      .dump());
  }
  FakeClient& member(const std::string& name, std::size_t n, int number) {
    auto& client = greeted(name);
    const auto id = client.push({{"type", "join"}, {"room", kNews}});
    answer(n, number);
    EXPECT_EQ(client.expect_reply(id)["type"], "joined");
    return client;
  }
  void tell(const json& message) { bus_->publish("grandstand.members.test." + kNews, message.dump()); }
  void tell_event(int number) {
    const json event{{"room", kNews}, {"kind", "echo.said"}, {"body", {{"n", number}}}};
    const json text{{"events", {event}}};
    tell({{"kind", "events"}, {"number", number}, {"text", text.dump()}, {"conflatable", false}, {"events", 1}});
  }

  aio::Runtime runtime_{1};
  std::unique_ptr<cluster::Bus> bus_;
  cluster::Bus::Subscription asked_;
  std::mutex mutex_;
  std::vector<json> heard_;
};

TEST_F(OwnedByTheTest, AJoinThatTheOwnerNeverHeardIsRefusedAndMayBeAskedAgain) {
  auto& ada = greeted("Ada");
  const auto join = ada.push({{"type", "join"}, {"room", kNews}});
  ASSERT_TRUE(eventually([&] { return heard("join").size() == 1; }));
  clock_.advance(6s);
  EXPECT_EQ(ada.expect_reply(join)["error"]["code"], "unavailable");
  const auto again = ada.push({{"type", "join"}, {"room", kNews}});
  answer(1, 0);
  EXPECT_EQ(ada.expect_reply(again)["type"], "joined");
}

TEST_F(OwnedByTheTest, WhoComesWhileARoomHasNoOwnerAsksAgainSoonAndLaterLessOften) {
  one_->cut_off();
  EXPECT_TRUE(database_.database()
                  .run_blocking<std::monostate>([](pqxx::work& work) -> Status {
                    work.exec0("update cluster_lease set expires_at = now()");
                    return success();
                  })
                  .ok());
  auto& ada = greeted("Ada");
  json refused;
  ASSERT_TRUE(eventually([&] {
    refused = ada.join(kNews)["error"];
    return refused.contains("retry_after_ms");
  }));
  EXPECT_EQ(refused["code"], "unavailable");
  EXPECT_GE(refused["retry_after_ms"], 250);
  EXPECT_LE(refused["retry_after_ms"], 500);
  clock_.advance(5s);
  EXPECT_FALSE(ada.join(kNews)["error"].contains("retry_after_ms")) << "whatever is missing is missing for longer";
}

TEST_F(OwnedByTheTest, MembersJoinAgainWhenAMessageWithEventsIsLost) {
  auto& ada = member("Ada", 0, 7);
  tell_event(8);
  ada.expect_event("echo.said", {{"n", 8}});
  tell_event(10);
  EXPECT_EQ(ada.expect_type("moved")["room"], kNews);
  for (const auto& message : ada.transport().messages())
    EXPECT_EQ(message.content.dump().find(R"("n":10)"), std::string::npos);
}

TEST_F(OwnedByTheTest, MembersJoinAgainWhenTheLastMessageWithEventsIsLost) {
  auto& ada = member("Ada", 0, 7);
  tell({{"kind", "members"}, {"number", 7}, {"members", 40}});
  EXPECT_TRUE(eventually([&] { return one_->hub->members(RoomId(kNews)) == 40; }));
  tell({{"kind", "members"}, {"number", 8}, {"members", 40}});
  EXPECT_EQ(ada.expect_type("moved")["room"], kNews);
}

TEST_F(OwnedByTheTest, MembersJoinAgainWhenItIsLostThatSomebodyWasExpelled) {
  auto& ada = member("Ada", 0, 7);
  tell({{"kind", "expelled"}, {"number", 8}, {"user", "guest:bob"}});
  tell_event(9);
  ada.expect_event("echo.said", {{"n", 9}});
  tell_event(11);
  EXPECT_EQ(ada.expect_type("moved")["room"], kNews);
}

TEST_F(OwnedByTheTest, MembersJoinAgainWhenEitherNodeWasCutOff) {
  auto& ada = member("Ada", 0, 0);
  tell({{"kind", "missed"}});
  EXPECT_EQ(ada.expect_type("moved")["room"], kNews);
  auto& bob = member("Bob", 1, 0);
  nats_.stop();
  EXPECT_TRUE(eventually([&] { return !one_->bus->connected(); }));
  nats_.restart();
  EXPECT_EQ(bob.expect_type("moved")["room"], kNews);
}

TEST_F(OwnedByTheTest, TheOwnerIsNotToldThatNobodyIsHereWhileSomebodyComes) {
  auto& ada = member("Ada", 0, 0);
  auto& bob = greeted("Bob");
  const auto join = bob.push({{"type", "join"}, {"room", kNews}});
  ASSERT_TRUE(eventually([&] { return heard("join").size() == 2; }));
  ada.request({{"type", "leave"}, {"room", kNews}});
  answer(1, 0);
  EXPECT_EQ(bob.expect_reply(join)["type"], "joined");
  clock_.advance(3s);
  EXPECT_TRUE(eventually([&] { return !heard("presence").empty() && heard("presence").back()["members"] == 1; }));
  for (const auto& presence : heard("presence")) EXPECT_EQ(presence["members"], 1);
}

TEST_F(NodesTest, AMessageThatWasLostIsThereAfterJoiningAgain) {
  start();
  auto& ada = guest(*owner_, "Ada");
  auto& bob = guest(*other_, "Bob");
  const auto first = say(ada, 1, "k1");
  bob.expect_event("echo.said", {{"n", 1}});
  // The owner believes that nobody is there.
  const auto stranger = cluster::Bus::connect(nats_.url(), "stranger", metrics_).value();
  stranger->publish(
      "grandstand.owner." + kNews,
      json{{"kind", "presence"}, {"node", other_->name}, {"members", 0}, {"users", json::array()}}.dump());
  EXPECT_TRUE(eventually([&] { return owner_->hub->members(RoomId(kNews)) == 1; }));
  say(ada, 2, "k2");
  clock_.advance(3s);
  EXPECT_EQ(bob.expect_type("moved")["room"], kNews);
  const auto joined = join(bob, {{"epoch", first["epoch"]}, {"offset", 1}});
  EXPECT_EQ(joined["recovered"], true);
  EXPECT_EQ(joined["events"][0]["body"], json({{"n", 2}}));
  stranger->stop();
}

TEST_F(NodesTest, ARoomIsOneRoomWhereverItsMembersAre) {
  start();
  auto& ada = guest(*owner_, "Ada", 1);
  auto& bob = guest(*other_, "Bob", 1);
  const auto done = say(bob, 1, "k1");
  EXPECT_EQ(done["offset"], 1);
  EXPECT_EQ(done["stored"], true);
  for (auto* one : {&ada, &bob}) {
    const auto event = one->expect_event("echo.said", {{"n", 1}});
    EXPECT_EQ(event["offset"], 1);
    EXPECT_EQ(event["user"]["name"], "Bob");
  }
  EXPECT_EQ(say(ada, 2, "k2")["offset"], 2);
  EXPECT_EQ(bob.expect_event("echo.said", {{"n", 2}})["epoch"], done["epoch"]);
  EXPECT_TRUE(eventually([&] { return owner_->hub->members(RoomId(kNews)) == 2; }));
}

TEST_F(NodesTest, TellsNobodyOfThoseWhoHaveLeftThroughAnotherNode) {
  start();
  auto& ada = guest(*owner_, "Ada");
  // No faster than the nodes can tell each other.
  const auto here = [&] {
    json joined;
    do {
      clock_.advance(50ms);
      joined = ada.join(kNews);
    } while (joined["error"]["code"] == "rate_limited");
    return joined.contains("personal") ? joined["personal"]["echo"] : json::object();
  };
  auto& bob = guest(*other_, "Bob");
  EXPECT_TRUE(eventually([&] { return here().contains("Bob"); }));
  bob.disconnect();
  EXPECT_TRUE(eventually([&] { return !here().contains("Bob"); }));
  guest(*other_, "Eve");
  EXPECT_TRUE(eventually([&] {
    const auto listed = here();
    EXPECT_FALSE(listed.contains("Bob")) << listed;
    return listed.contains("Eve");
  }));
}

TEST_F(NodesTest, ResumesThroughAnyNode) {
  start();
  auto& ada = guest(*owner_, "Ada");
  const auto first = say(ada, 1, "k1");
  say(ada, 2, "k2");
  say(ada, 3, "k3");
  auto& bob = other_->client();
  bob.hello_guest("Bob");
  const auto joined = join(bob, {{"epoch", first["epoch"]}, {"offset", 1}});
  EXPECT_EQ(joined["recovered"], true);
  ASSERT_EQ(joined["events"].size(), 2u);
  EXPECT_EQ(joined["events"][1]["body"], json({{"n", 3}}));
}

TEST_F(NodesTest, RefusesAndWhispersThroughNodes) {
  start();
  auto& bob = guest(*other_, "Bob");
  const auto refused = bob.request(FakeClient::command(kNews, "echo.say", "k1", {{"refuse", true}}));
  EXPECT_EQ(refused["error"]["code"], "conflict");
  const auto decided = bob.request(FakeClient::command(kNews, "echo.decide", "k2", {{"n", 1}}));
  EXPECT_EQ(decided["result"], json({{"number", 1}}));
  EXPECT_EQ(bob.request(FakeClient::command(kNews, "echo.wave", "k3", json::object()))["error"]["code"], "forbidden");
}

TEST_F(NodesTest, TellsThoseWhomARoomMakesModeratorsThroughNodes) {
  start();
  auto& ada = come_to_club(*owner_, "Ada");
  auto& maria = come_to_club(*other_, "Maria");
  auto& bob = come_to_club(*other_, "Bob");
  ada.request(FakeClient::command(kClub, "echo.whisper", "k1", {{"n", 1}}));
  EXPECT_FALSE(maria.expect_event("echo.whispered", {{"n", 1}}).is_null());
  ada.request(FakeClient::command(kClub, "echo.say", "k2", {{"n", 2}}));
  bob.expect_event("echo.said", {{"n", 2}});
  for (const auto& message : bob.transport().messages())
    EXPECT_EQ(message.content.dump().find("whispered"), std::string::npos);
}

TEST_F(NodesTest, PutsOutThroughNodesAndLosesNothingForTheRest) {
  start();
  auto& ada = come_to_club(*owner_, "Ada");
  auto& maria = come_to_club(*other_, "Maria");
  auto& bob = come_to_club(*other_, "Bob");
  const auto id = bob.expect_type("welcome")["user"]["id"];
  EXPECT_EQ(maria.request(FakeClient::command(kClub, "club.expel", "k1", {{"user", id}}))["ok"], true);
  EXPECT_FALSE(bob.expect_event("room.expelled", json::object()).is_null());
  ada.request(FakeClient::command(kClub, "echo.say", "k2", {{"n", 2}}));
  EXPECT_FALSE(maria.expect_event("echo.said", {{"n", 2}}).is_null());
  for (const auto& message : maria.transport().messages()) EXPECT_NE(message.content.value("type", ""), "moved");
}

TEST_F(NodesTest, AnotherNodeTakesOverWithANewEpochAndNothingAcknowledgedIsLost) {
  start();
  auto& ada = guest(*owner_, "Ada");
  auto& bob = guest(*other_, "Bob");
  const auto before = say(bob, 1, "k1");
  ASSERT_EQ(before["stored"], true);
  owner_->cut_off();
  EXPECT_TRUE(eventually([&] { return !owner_->owns(); }));
  // As if the database's clock had gone on: what died is not alive any more.
  ASSERT_TRUE(database_.database()
                  .run_blocking<std::monostate>([&](pqxx::work& work) -> Status {
                    work.exec_params0("update cluster_node set seen_at = now() - interval '1 day' where name = $1",
                                      owner_->name);
                    return success();
                  })
                  .ok());
  EXPECT_TRUE(eventually([&] { return other_->owns(); }));
  EXPECT_EQ(bob.expect_type("moved")["room"], kNews);
  const auto joined = join(bob, {{"epoch", before["epoch"]}, {"offset", before["offset"]}});
  EXPECT_EQ(joined["recovered"], false);
  EXPECT_NE(joined["epoch"], before["epoch"]);
  EXPECT_EQ(joined["snapshots"]["echo"]["said"], json::parse(R"([{"n":1}])"));
  EXPECT_EQ(say(bob, 2, "k2")["offset"], 1);
  // The one that was cut off says so, and puts nothing in order.
  EXPECT_EQ(ada.expect_type("moved")["room"], kNews);
  EXPECT_EQ(ada.join(kNews)["error"]["code"], "unavailable");
}

// One that stood still tells late what the next owner has told already.
TEST_F(NodesTest, HearsNobodyButTheOwnerOfARoomThatLivesElsewhere) {
  start();
  auto& bob = guest(*other_, "Bob");
  const auto stranger = cluster::Bus::connect(nats_.url(), "stranger", metrics_).value();
  const auto tell = [&](const std::string& subject, int n) {
    const json event{{"room", kNews}, {"kind", "echo.said"}, {"body", {{"n", n}}}};
    const json text{{"events", {event}}};
    stranger->publish(
        "grandstand.members." + subject,
        json{{"kind", "events"}, {"number", 1}, {"text", text.dump()}, {"conflatable", false}, {"events", 1}}.dump());
  };
  tell("stranger." + kNews, 1);
  tell(owner_->name + "." + kNews, 2);
  EXPECT_EQ(bob.expect_event("echo.said", {{"n", 2}})["body"]["n"], 2);
  for (const auto& message : bob.transport().messages()) {
    EXPECT_EQ(message.content.dump().find(R"("n":1)"), std::string::npos) << message.content;
  }
  stranger->stop();
}

TEST_F(NodesTest, AMemberThatCannotJoinAgainIsOutAndMayGo) {
  start();
  auto& bob = guest(*other_, "Bob", 1);
  auto& eve = guest(*other_, "Eve", 1);
  nats_.stop();
  EXPECT_TRUE(eventually([&] { return !other_->bus->connected(); }));
  EXPECT_EQ(bob.join(kNews)["error"]["code"], "unavailable");
  bob.disconnect();
  nats_.restart();
  EXPECT_TRUE(eventually([&] { return owner_->bus->connected() && other_->bus->connected(); }));
  join(eve);
  auto& ada = guest(*owner_, "Ada");
  say(ada, 7, "k7");
  eve.expect_event("echo.said", {{"n", 7}});
}

TEST_F(NodesTest, KnowWhatHasBecomeOfAccountsWhenTheMessagesFlowAgain) {
  start();
  auto& ada = account(*other_, "Ada");
  auto& bob = account(*other_, "Bob");
  const auto id = [&](const char* name) { return wait(*owner_, owner_->accounts.find(name)).value().id; };
  nats_.stop();
  EXPECT_TRUE(eventually([&] { return !owner_->bus->connected() && !other_->bus->connected(); }));
  ASSERT_TRUE(wait(*owner_, owner_->accounts.set_disabled(root_, id("Ada"), true)).ok());
  ASSERT_TRUE(wait(*owner_, owner_->accounts.set_role(root_, id("Bob"), identity::Role::kModerator)).ok());
  nats_.restart();
  EXPECT_EQ(ada.transport().wait_for_close(), wire::CloseCode::kForbidden);
  EXPECT_EQ(bob.expect_type("user")["user"]["role"], "moderator");
}

// It has noticed nothing itself: the other was cut off, and says so.
TEST_F(NodesTest, LookAgainAtAccountsWhenAnotherNodeWasCutOff) {
  start();
  auto& ada = account(*other_, "Ada");
  identity::Accounts cut_off({}, database_.database(), clock_, metrics_);
  const auto id = wait(*other_, other_->accounts.find("Ada")).value().id;
  ASSERT_TRUE(wait(*owner_, cut_off.set_disabled(root_, id, true)).ok());
  owner_->bus->publish("grandstand.accounts.lost", "{}");
  EXPECT_EQ(ada.transport().wait_for_close(), wire::CloseCode::kForbidden);
  cut_off.stop();
}

TEST_F(NodesTest, ComesBackTogetherWhenTheMessagesFlowAgain) {
  start();
  auto& bob = guest(*other_, "Bob");
  nats_.stop();
  EXPECT_TRUE(eventually([&] { return !owner_->bus->connected() && !other_->bus->connected(); }));
  EXPECT_TRUE(eventually([&] { return !owner_->owns() && !other_->owns(); })) << "without messages nobody sequences";
  nats_.restart();
  EXPECT_TRUE(eventually([&] { return owner_->owns() || other_->owns(); }));
  join(bob);
  auto& ada = guest(*owner_, "Ada");
  EXPECT_TRUE(say(ada, 7, "k7").contains("offset"));
  bob.expect_event("echo.said", {{"n", 7}});
}

}  // namespace
}  // namespace grandstand::hub
