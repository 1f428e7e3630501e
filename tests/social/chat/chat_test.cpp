// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include "test_paths.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::chat {
namespace {

using ::testing::HasSubstr;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR "/tests/social/chat/golden/") + name + ".json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Chat, CleansTexts) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Goal!", "Goal!"},
      {"  Goal! \n ", "Goal!"},
      {"one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"},
      {"a\tb", "a b"},
      {"\u202Egnp.exe\u202C", "gnp.exe"},
      {"a\u2066b\u2069c", "abc"},
      {"b\u200Ba\uFEFFd\u2060", "bad"},
      {"pass\u00ADword", "password"},
      {"\u3164 hi \u2800", "hi"},
      {"👨‍👩‍👧", "👨‍👩‍👧"},
      {"می\u200Cخواهم", "می\u200Cخواهم"},
      {"a\u200Db", "ab"},
      {"é\u200D\u200D", "é"},
      {"\u200Dx", "x"},
      {"é\u200D x", "é x"},
      {"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
       "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"},
      {"x\U000E0067y", "xy"},
      {"z" + repeat("\u0301", 20) + "!", "z" + repeat("\u0301", 4) + "!"},
      {"ก" + repeat("\u0E47", 20), "ก" + repeat("\u0E47", 4)},
      {"ب" + repeat("\u064B", 20) + "ا", "ب" + repeat("\u064B", 4) + "ا"},
      {"ག" + repeat("\u0F74\u200D", 20) + "!", "ག" + repeat("\u0F74\u200D", 3) + "\u0F74!"},
      {"นี่คือที่ชื่อ ก็ ได้", "นี่คือที่ชื่อ ก็ ได้"},
      {"בְּרֵאשִׁ֖ית بِسْمِ ٱللَّٰهِ हिन्दी ཧཱུྃ", "בְּרֵאשִׁ֖ית بِسْمِ ٱللَّٰهِ हिन्दी ཧཱུྃ"},
      {"1️⃣ ❤️", "1️⃣ ❤️"},
      {"שלום \u200Fabc", "שלום \u200Fabc"},
      {repeat("ü", 500), repeat("ü", 500)},
      {repeat("x\n", 9) + "x", repeat("x\n", 9) + "x"},
  };
  for (const auto& [text, expected] : cases) {
    const auto cleaned = clean_text(text);
    ASSERT_TRUE(cleaned.ok()) << text << ": " << cleaned.error().message;
    EXPECT_EQ(*cleaned, expected);
    EXPECT_EQ(*clean_text(*cleaned), expected) << "cleaning twice changes nothing";
  }
}

TEST(Chat, RefusesTextsWithASentence) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "The message is empty."},
      {" \n\t ", "The message is empty."},
      {"\u200B\u202E", "The message is empty."},
      {"\u200e", "The message is empty."},
      {repeat("\uFE0F", 500), "The message is empty."},
      {"\u061C \u200F", "The message is empty."},
      {"\xff", "not valid UTF-8"},
      {"a\x07", "control character U+0007"},
      {std::string("a\0b", 3), "control character U+0000"},
      {"a\u0085", "control character U+0085"},
      {repeat("ü", 501), "501 characters; 500 are allowed"},
      {repeat("x\n", 10) + "x", "11 lines; 10 are allowed"},
  };
  for (const auto& [text, expected] : cases) {
    const auto cleaned = clean_text(text);
    ASSERT_FALSE(cleaned.ok()) << text;
    EXPECT_EQ(cleaned.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(cleaned.error().message, HasSubstr(expected));
  }
}

const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:7"), "Bob", room::Role::kViewer};
const room::User kMod{UserId("account:1"), "Mod", room::Role::kModerator};
const UtcTime kNow = from_unix_ms(1'763'712'055'123);
const RoomId kRoom{"channel:news"};

// A room of one feature: stores what is announced, and keeps what those who resume would get.
class Stand {
 public:
  explicit Stand(std::string epoch = "e1") : epoch_(std::move(epoch)) {}

  Result<room::Outcome> ask(const room::User& user, std::string_view name, const std::string& body) {
    auto outcome = feature->on_command(facts(), {name, user, kNow - std::chrono::seconds(5), body});
    if (outcome.ok()) take(*outcome);
    return outcome;
  }
  void take(const room::Outcome& outcome) {
    for (const auto& announcement : outcome.announcements) {
      if (announcement.name == "typing") continue;
      events.push_back({epoch_, events.size() + 1, "chat." + announcement.name, now, announcement.media_time,
                        announcement.user, announcement.body, "key"});
      feature->apply(events.back());
    }
    for (const auto& event : outcome.redacted) redacted.push_back(event);
  }
  // The message's name.
  std::string say(const room::User& user, const std::string& text, const std::string& more = "") {
    const auto said = ask(user, "send", "{\"text\":\"" + text + "\"" + more + "}");
    EXPECT_TRUE(said.ok()) << said.error().message;
    return epoch_ + ":" + std::to_string(events.size());
  }
  Status change(const room::User& user, std::string_view name, const std::string& message,
                const std::string& more = "") {
    const auto done = ask(user, name, "{\"message\":\"" + message + "\"" + more + "}");
    return done.ok() ? success() : Status(done.error());
  }
  nlohmann::json snapshot() const { return nlohmann::json::parse(feature->snapshot(facts())); }
  std::vector<std::string> texts(const std::string& list = "messages") const {
    std::vector<std::string> all;
    const auto all_of_it = snapshot();
    for (const auto& event : all_of_it[list]) all.push_back(event["body"]["text"]);
    return all;
  }
  // What those get who were away all the time, in one text.
  std::string resumed() const {
    auto all = events;
    for (const auto& event : redacted) all.at(event.offset - 1).body = event.body;
    std::string text;
    for (const auto& event : all) text += event.body + "\n";
    return text;
  }
  room::Facts facts() const { return {kRoom, SteadyTime{}, now, members}; }

  UtcTime now = kNow;
  std::size_t members = 3;
  std::unique_ptr<room::Feature> feature = kSpec.make();
  std::vector<room::Event> events;
  std::vector<room::Event> redacted;

 private:
  std::string epoch_;
};

using Texts = std::vector<std::string>;

TEST(Chat, ShowsTheLastFifty) {
  Stand earlier("old");
  Stand room("new");
  for (int i = 1; i <= 50; ++i) earlier.say(kAda, "old " + std::to_string(i));
  for (int i = 1; i <= 30; ++i) room.say(kAda, "new " + std::to_string(i));
  room.feature->restore(earlier.events);
  auto texts = room.texts();
  ASSERT_EQ(texts.size(), kShownMessages);
  EXPECT_EQ(texts[0], "old 31");
  EXPECT_EQ(texts[19], "old 50");
  EXPECT_EQ(texts[20], "new 1");
  for (int i = 31; i <= 90; ++i) room.say(kAda, "new " + std::to_string(i));
  EXPECT_EQ(room.texts().front(), "new 41");
  EXPECT_EQ(room.texts().back(), "new 90");
}

TEST(Chat, QuotesWhatIsAnswered) {
  Stand room;
  const auto first = room.say(kAda, "Goal!");
  room.say(kBob, "Yes", ",\"reply_to\":\"" + first + "\",\"mentions\":[\"guest:ada\",\"guest:ada\"]");
  const auto body = room.snapshot()["messages"][1]["body"];
  EXPECT_EQ(body["reply_to"],
            nlohmann::json::parse(R"({"message":"e1:1","user":"guest:ada","name":"Ada","text":"Goal!"})"));
  EXPECT_EQ(body["mentions"], nlohmann::json::parse(R"(["guest:ada"])"));
  ASSERT_TRUE(room.change(kAda, "edit", first, ",\"text\":\"Goal, no?\"").ok());
  EXPECT_EQ(room.snapshot()["messages"][1]["body"]["reply_to"]["text"], "Goal, no?");
  ASSERT_TRUE(room.change(kAda, "delete", first).ok());
  EXPECT_EQ(room.snapshot()["messages"][0]["body"]["reply_to"]["text"], "");
  EXPECT_EQ(room.snapshot()["messages"][0]["body"]["reply_to"]["deleted"], true);
  EXPECT_EQ(room.ask(kBob, "send", "{\"text\":\"x\",\"reply_to\":\"e1:1\"}").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(quote_of(repeat("ü", 101)), repeat("ü", 100) + "\u2026");
  EXPECT_EQ(quote_of("one\ntwo"), "one two");
}

TEST(Chat, RefusesMentionsThatAreNone) {
  Stand room;
  const auto with = [&](const std::string& mentions) {
    return room.ask(kAda, "send", "{\"text\":\"x\",\"mentions\":" + mentions + "}");
  };
  std::string eleven = "[";
  for (int i = 0; i < 11; ++i) eleven += (i > 0 ? ",\"account:" : "\"account:") + std::to_string(i) + "\"";
  EXPECT_THAT(with(eleven + "]").error().message, HasSubstr("11 people; 10 are allowed"));
  for (const auto* const wrong : {"[7]", "\"account:7\"", "[\"ada\"]", "[\"account:\"]", "[\"guest:a b\"]"}) {
    EXPECT_EQ(with(wrong).error().code, ErrorCode::kInvalidArgument) << wrong;
  }
  EXPECT_TRUE(with("[\"account:7\",\"guest:k3f9-_\"]").ok());
  EXPECT_TRUE(with("null").ok());
}

TEST(Chat, LetsOnlyWhoWroteAMessageEditItForAWhile) {
  Stand room;
  const auto message = room.say(kAda, "Gaol!");
  const std::string text = ",\"text\":\"Goal!\"";
  EXPECT_EQ(room.change(kMod, "edit", message, text).error().code, ErrorCode::kForbidden);
  EXPECT_EQ(room.change(kAda, "edit", "e1:99", text).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(room.change(kAda, "edit", message, ",\"text\":\" \"").error().code, ErrorCode::kInvalidArgument);
  room.now += kEditTime;
  ASSERT_TRUE(room.change(kAda, "edit", message, text).ok());
  EXPECT_EQ(room.texts(), Texts{"Goal!"});
  EXPECT_EQ(room.snapshot()["messages"][0]["body"]["edited"], true);
  ASSERT_EQ(room.redacted.size(), 1u);
  EXPECT_EQ(room.redacted[0].offset, 1u);
  EXPECT_THAT(room.redacted[0].body, HasSubstr("Goal!"));
  room.now += std::chrono::seconds(1);
  EXPECT_THAT(room.change(kAda, "edit", message, text).error().message, HasSubstr("15 minutes"));
}

TEST(Chat, LetsAuthorsAndModeratorsDelete) {
  Stand room;
  const auto first = room.say(kAda, "secret");
  const auto second = room.say(kAda, "rude");
  EXPECT_EQ(room.change(kBob, "delete", first).error().code, ErrorCode::kForbidden);
  EXPECT_EQ(room.change(kBob, "delete", "old:7").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(room.change(kMod, "delete", "old:7").ok()) << "may be in the store";
  ASSERT_TRUE(room.change(kAda, "delete", first).ok());
  ASSERT_TRUE(room.change(kMod, "delete", second).ok());
  EXPECT_EQ(room.texts(), Texts{});
  ASSERT_EQ(room.redacted.size(), 2u);
  EXPECT_EQ(room.redacted[0].body, "{\"text\":\"\",\"deleted\":true}");
  EXPECT_EQ(room.change(kAda, "delete", first).error().code, ErrorCode::kNotFound);
}

// A shadow-banned user notices nothing.
TEST(Chat, LetsWhoIsUnseenAnswerEditAndDeleteTheirMessages) {
  State state;
  const room::User ada{UserId("guest:ada"), "Ada"}, bob{UserId("guest:bob"), "Bob"};
  const MessageId id{"unseen", 1};
  apply_unseen(state, {id.epoch, id.offset, "chat.message", UtcTime{}, {}, ada, R"({"text":"hi"})", {}});
  EXPECT_TRUE(is_unseen(state, id));
  EXPECT_TRUE(state.messages.empty());
  EXPECT_TRUE(decide(state, Send{"more", id, {}}, ada.id).ok());
  EXPECT_FALSE(decide(state, Send{"more", id, {}}, bob.id).ok()) << "others know nothing of it";
  EXPECT_FALSE(decide_pin(state, id).ok());
  EXPECT_TRUE(decide(state, Edit{id, "hello", {}}, ada, UtcTime{}).ok());
  EXPECT_EQ(decide(state, Edit{id, "hello", {}}, bob, UtcTime{}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(decide_delete(state, id, bob).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(decide_delete(state, id, ada).ok());
  apply_unseen(state, {"unseen", 2, "chat.edited", UtcTime{}, {}, ada, encode_edited({id, "hello", {}}), {}});
  EXPECT_EQ(state.unseen.at(0).message.text, "hello");
  apply_unseen(state, {"unseen", 3, "chat.deleted", UtcTime{}, {}, ada, encode_deleted({id}), {}});
  EXPECT_FALSE(is_unseen(state, id));
}

TEST(Chat, ShowsNobodyElseWhatIsAboutAnUnseenMessageAlsoWhenItsSenderIsSeenAgain) {
  Stand room;
  room.feature->apply_unseen({"unseen", 1, "chat.message", kNow, {}, kAda, R"({"text":"hidden"})", {}});
  EXPECT_TRUE(room.ask(kAda, "send", R"({"text":"x","reply_to":"unseen:1"})")->unseen);
  EXPECT_TRUE(room.ask(kAda, "edit", R"({"message":"unseen:1","text":"x"})")->unseen);
  EXPECT_TRUE(room.ask(kAda, "delete", R"({"message":"unseen:1"})")->unseen);
  EXPECT_FALSE(room.ask(kAda, "send", R"({"text":"x"})")->unseen);
}

TEST(Chat, PinsThreeMessagesForModerators) {
  Stand room;
  Texts names;
  for (int i = 1; i <= 4; ++i) names.push_back(room.say(kAda, std::to_string(i)));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(room.change(kMod, "pin", names[i]).ok());
  EXPECT_EQ(room.events.back().media_time, kNow - std::chrono::seconds(5)) << "for who watches later";
  EXPECT_EQ(room.change(kMod, "pin", names[0]).error().code, ErrorCode::kConflict);
  EXPECT_THAT(room.change(kMod, "pin", names[3]).error().message, HasSubstr("Unpin one first"));
  EXPECT_EQ(room.change(kMod, "pin", "e1:77").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(room.texts("pins"), (Texts{"1", "2", "3"}));
  ASSERT_TRUE(room.change(kMod, "unpin", names[1]).ok());
  EXPECT_EQ(room.change(kMod, "unpin", names[1]).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(room.texts("pins"), (Texts{"1", "3"}));
  ASSERT_TRUE(room.change(kAda, "delete", names[0]).ok());
  EXPECT_EQ(room.texts("pins"), Texts{"3"});
  const auto pin = std::ranges::find(kSpec.commands, "pin", &room::CommandSpec::name);
  EXPECT_EQ(pin->minimum_role, room::Role::kModerator);
}

TEST(Chat, LetsNobodyButModeratorsEditWhatIsPinned) {
  Stand room;
  const auto hers = room.say(kAda, "Kick-off is at nine"), theirs = room.say(kMod, "Be kind");
  for (const auto& message : {hers, theirs}) ASSERT_TRUE(room.change(kMod, "pin", message).ok());
  const std::string text = ",\"text\":\"Buy this\"";
  EXPECT_EQ(room.change(kAda, "edit", hers, text).error().code, ErrorCode::kForbidden);
  ASSERT_TRUE(room.change(kMod, "edit", theirs, ",\"text\":\"Be kinder\"").ok());
  EXPECT_EQ(room.texts("pins"), (Texts{"Kick-off is at nine", "Be kinder"}));
  ASSERT_TRUE(room.change(kMod, "unpin", hers).ok());
  EXPECT_TRUE(room.change(kAda, "edit", hers, text).ok());
}

TEST(Chat, TakesAwayAllThatAUserSaid) {
  Stand room;
  const auto first = room.say(kAda, "one");
  room.say(kBob, "answer", ",\"reply_to\":\"" + first + "\"");
  room.say(kAda, "two");
  ASSERT_TRUE(room.change(kMod, "pin", first).ok());
  room.take(room.feature->erase(room.facts(), kAda.id));
  EXPECT_EQ(room.texts(), Texts{"answer"});
  EXPECT_EQ(room.texts("pins"), Texts{});
  EXPECT_EQ(room.snapshot()["messages"][0]["body"]["reply_to"]["deleted"], true);
  EXPECT_EQ(room.redacted.size(), 4u) << "three messages and a pin";
  for (const auto& event : room.redacted) EXPECT_THAT(event.body, ::testing::Not(HasSubstr("one")));
  room.say(kAda, "forgiven");
  EXPECT_EQ(room.texts(), (Texts{"answer", "forgiven"}));
}

TEST(Chat, GivesNobodyWhoResumesATextThatIsGone) {
  for (const bool erased : {false, true}) {
    Stand room;
    // Moderators, who may edit what they wrote though it is pinned.
    const room::User ada{kAda.id, kAda.name, room::Role::kModerator}, bob{kBob.id, kBob.name, room::Role::kModerator};
    const auto first = room.say(kAda, "hidden 1");
    ASSERT_TRUE(room.change(kMod, "pin", first).ok());
    ASSERT_TRUE(room.change(ada, "edit", first, ",\"text\":\"hidden 2\"").ok());
    ASSERT_TRUE(room.change(kMod, "unpin", first).ok());
    ASSERT_TRUE(room.change(kMod, "pin", first).ok());
    const auto answer = room.say(kBob, "answer", ",\"reply_to\":\"" + first + "\"");
    ASSERT_TRUE(room.change(kMod, "pin", answer).ok());
    ASSERT_TRUE(room.change(ada, "edit", first, ",\"text\":\"hidden 3\"").ok());
    EXPECT_THAT(room.resumed(), ::testing::Not(HasSubstr("hidden 1")));
    EXPECT_THAT(room.resumed(), ::testing::Not(HasSubstr("hidden 2")));
    EXPECT_THAT(room.resumed(), HasSubstr("hidden 3"));
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(room.change(bob, "edit", answer, ",\"text\":\"again\"").ok());
    if (erased) {
      room.take(room.feature->erase(room.facts(), kAda.id));
    } else {
      ASSERT_TRUE(room.change(kMod, "delete", first).ok());
    }
    EXPECT_THAT(room.resumed(), ::testing::Not(HasSubstr("hidden")));
    ASSERT_TRUE(room.change(bob, "edit", answer, ",\"text\":\"final\"").ok());
    EXPECT_THAT(room.resumed(), ::testing::Not(HasSubstr("hidden"))) << "not of an answer that was pinned, either";
  }
}

// The database may come late: what happened meanwhile is about what it brings.
TEST(Chat, ChangesWhatIsRestoredAfterTheChange) {
  Stand earlier("old");
  const auto first = earlier.say(kAda, "old one");
  earlier.say(kAda, "old two");
  const auto pinned = earlier.say(kBob, "old pinned");
  ASSERT_TRUE(earlier.change(kMod, "pin", pinned).ok());
  Stand room("new");
  ASSERT_TRUE(room.change(kMod, "delete", first).ok());
  room.take(room.feature->erase(room.facts(), kBob.id));
  room.say(kBob, "said after");
  room.feature->restore(earlier.events);
  EXPECT_EQ(room.texts(), (Texts{"old two", "said after"}));
  EXPECT_EQ(room.texts("pins"), Texts{});
}

TEST(Chat, TellsWhoTypesInSmallRoomsOnly) {
  Stand room;
  EXPECT_EQ(room.ask(kAda, "typing", "{}")->announcements.size(), 1u);
  room.members = kMaxTypingMembers + 1;
  EXPECT_TRUE(room.ask(kAda, "typing", "{}")->announcements.empty());
}

TEST(Chat, ReadsHistoryQueries) {
  const auto first = read_history_query({{"before", "k3x9:1194"}, {"limit", "100"}});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first.value().before->epoch, "k3x9");
  EXPECT_EQ(first.value().before->offset, 1194u);
  EXPECT_EQ(first.value().limit, 100u);
  EXPECT_EQ(read_history_query({}).value().limit, 50u);
  const std::vector<room::QueryParameters> wrong{{{"limit", "0"}},
                                                 {{"limit", "101"}},
                                                 {{"limit", "5x"}},
                                                 {{"limit", ""}},
                                                 {{"before", "k3x9"}},
                                                 {{"before", ":5"}},
                                                 {{"before", "k3x9:"}},
                                                 {{"before", "k:-1"}},
                                                 {{"after", "k:1"}},
                                                 {{"limit", "-1"}},
                                                 {{"before", "k:99999999999999999999"}}};
  for (const auto& parameters : wrong) {
    EXPECT_FALSE(read_history_query(parameters).ok()) << parameters.begin()->first << "=" << parameters.begin()->second;
  }
}

TEST(Chat, ReadsTheOtherQueries) {
  const auto timeline = read_timeline_query({{"from", "1000"}, {"to", "2000"}, {"after", "k:7"}, {"limit", "200"}});
  ASSERT_TRUE(timeline.ok());
  EXPECT_EQ(timeline->stretch.from, from_unix_ms(1'000));
  EXPECT_EQ(timeline->after->offset, 7u);
  for (const auto& wrong : std::vector<room::QueryParameters>{{},
                                                              {{"from", "2000"}, {"to", "2000"}},
                                                              {{"to", "-1"}},
                                                              {{"to", "99999999999999999"}},
                                                              {{"to", "5"}, {"limit", "201"}},
                                                              {{"to", "5"}, {"before", "k:7"}}}) {
    EXPECT_FALSE(read_timeline_query(wrong).ok());
  }
  EXPECT_EQ(read_search_query({{"text", "goal"}, {"user", "Ada"}})->user, "Ada");
  for (const auto& wrong : std::vector<room::QueryParameters>{
           {}, {{"text", ""}}, {{"limit", "5"}}, {{"text", repeat("x", 401)}}, {{"text", "\xff"}}, {{"word", "x"}}}) {
    EXPECT_FALSE(read_search_query(wrong).ok());
  }
  EXPECT_EQ(read_edits_query({{"message", "k:7"}})->offset, 7u);
  EXPECT_FALSE(read_edits_query({{"message", "k"}}).ok());
  EXPECT_FALSE(read_edits_query({}).ok());
}

TEST(Chat, EncodesAndDecodesAsTheGoldenFilesSay) {
  EXPECT_EQ(decode_send(golden("send")).value().text, "Goal!");
  EXPECT_EQ(encode_message({"Goal!", {}, {}}), golden("message"));
  EXPECT_EQ(decode_message(golden("message")).value().text, "Goal!");
  const auto reply = decode_send(golden("send_reply"));
  EXPECT_EQ(reply->reply_to, (MessageId{"e1", 1}));
  EXPECT_EQ(reply->mentions, std::vector{UserId("guest:k3f9")});
  EXPECT_EQ(encode_message(*decode_message(golden("message_reply"))), golden("message_reply"));
  EXPECT_EQ(decode_edit(golden("edit"))->text, "Goal! 2:1");
  EXPECT_EQ(encode_edited(*decode_edited(golden("edited"))), golden("edited"));
  EXPECT_EQ(encode_deleted(*decode_deleted(golden("deleted"))), golden("deleted"));
  EXPECT_EQ(encode_deleted(*decode_deleted(golden("deleted_user"))), golden("deleted_user"));
  EXPECT_EQ(encode_pinned(RoomId("channel:news"), *decode_pinned(golden("pinned"))), golden("pinned"));
  EXPECT_EQ(encode_message_id(*decode_message_id(golden("unpinned"))), golden("unpinned"));
  const std::string odd = "\"\\\n\u2028😀";
  EXPECT_EQ(decode_message(encode_message({odd, {}, {}})).value().text, odd);
  for (const auto* const body : {"{}", "[]", "7", "{\"text\":5}", "{\"text\":null}", "not json"}) {
    EXPECT_FALSE(decode_send(body).ok()) << body;
  }
  for (const auto* const body : {"{}", "[]", "{\"message\":7}", "{\"message\":\"e1\"}", "{\"message\":\":1\"}",
                                 "{\"message\":\"e 1:1\"}", "{\"message\":\"e1:-1\"}"}) {
    EXPECT_FALSE(decode_message_id(body).ok()) << body;
  }
}

}  // namespace
}  // namespace grandstand::social::chat
