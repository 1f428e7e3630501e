// SPDX-License-Identifier: MIT
#include "answering_server.hpp"

#include <grandstand/fetch/fetch.hpp>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace grandstand::fetch {
namespace {

TEST(Fetch, GivesStatusHeadersInLowerCaseAndBody) {
  AnsweringServer server([](const auto&) {
    return "HTTP/1.1 404 Not Found\r\nX-Thing: Value \r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
  });
  const auto response = perform({.url = server.url("/thing?secret=1"), .headers = {"X-Asked: yes"}});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->protocol, "HTTP/1.1");
  ASSERT_NE(response->header("x-thing"), nullptr);
  EXPECT_EQ(*response->header("x-thing"), "Value");
  EXPECT_NE(server.requests().at(0).head.find("X-Asked: yes"), std::string::npos);
}

TEST(Fetch, EndsAnAnswerThatIsLongerThanAllowed) {
  AnsweringServer server(
      [](const auto&) { return "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'); });
  const auto response = perform({.url = server.url("/thing?secret=1"), .max_body_bytes = 100});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTooLarge);
}

TEST(Fetch, SaysThatNobodyAnswersWithoutTheSecretsOfTheUrl) {
  const auto response = perform({.url = "http://user:password@127.0.0.1:1/x?token=abc"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(response.error().message.find("password"), std::string::npos);
  EXPECT_EQ(response.error().message.find("abc"), std::string::npos);
}

TEST(Fetch, ReadsFilesOnlyWhereThatIsAllowed) {
  const auto path = std::filesystem::temp_directory_path() / ("grandstand-fetch-" + std::to_string(::getpid()));
  std::ofstream(path) << "content";
  const auto refused = perform({.url = "file://" + path.string()});
  const auto allowed = perform({.url = "file://" + path.string(), .allow_files = true});
  std::filesystem::remove(path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_EQ(allowed->body, "content");
}

TEST(Fetch, SendsABodyWithPost) {
  AnsweringServer server([](const auto&) { return "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"; });
  const auto response = perform({.method = "POST", .url = server.url("/thing?secret=1"), .body = "{}"});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 204);
  EXPECT_TRUE(server.requests().at(0).head.starts_with("POST /thing"));
}

TEST(Fetch, ConnectsOnlyWhereItMay) {
  AnsweringServer server([](const auto&) { return AnsweringServer::status(200); });
  std::vector<bool> were_v4;
  const auto never = [&](const IpAddress& address) {
    were_v4.push_back(address.is_v4());
    return false;
  };
  const auto port = server.authority().substr(server.authority().find(':'));
  for (const auto& url : {server.url("/"), "http://localhost" + port + "/"}) {
    const auto refused = perform({.url = url, .may_connect = never});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kForbidden) << refused.error().message;
  }
  EXPECT_TRUE(were_v4.at(0));
  EXPECT_TRUE(server.requests().empty());
  const auto allowed = perform({.url = server.url("/"), .may_connect = [](const IpAddress&) { return true; }});
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_EQ(allowed->status, 200);
}

}  // namespace
}  // namespace grandstand::fetch
