#include "tests/s3/imposter_store.h"

namespace reconcile::s3::testing {
namespace {

struct Listed {
  Result<void> outcome;
  std::vector<std::string> keys;
};
Listed list_all(S3Store& store, const std::string& prefix = "", const std::string& after = "") {
  Listed out;
  out.outcome = store.list(prefix, after, [&](std::vector<ListedObject>&& got) {
    for (const ListedObject& each : got) out.keys.push_back(each.key.get());
    return true;
  });
  return out;
}

TEST(Listing, FollowsThePagesAndSendsWhatWasAsked) {
  HttpImposter server([](const SeenRequest& seen) {
    return seen.target.find("continuation-token=t%2B1") == std::string::npos
               ? reply(200, page(listed("p%2Fa") + listed("p%2Fb+c"), "t+1"))
               : reply(200, page(listed("p%2Fd")));
  });
  const auto store = open_store(options_for(server.url()));
  const Listed all = list_all(*store, "p/", "p/0");
  ASSERT_TRUE(all.outcome) << all.outcome.error().cause;
  EXPECT_EQ(all.keys, (std::vector<std::string>{"p/a", "p/b c", "p/d"}));
  EXPECT_EQ(server.seen().at(0).target,
            "/bucket?encoding-type=url&list-type=2&max-keys=1000&prefix=p%2F&start-after=p%2F0");
}

TEST(Listing, EndsEarlyWithoutErrorWhenTheReaderHasEnough) {
  HttpImposter server([](const SeenRequest&) { return reply(200, page(listed("a"), "t")); });
  const auto store = open_store(options_for(server.url()));
  EXPECT_TRUE(store->list("", "", [](auto&&) { return false; }));
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST(Listing, CutOffHalfWayIsAnErrorAfterTheFirstPage) {
  HttpImposter server([](const SeenRequest& seen) {
    return seen.target.find("continuation-token") == std::string::npos ? reply(200, page(listed("a"), "t"))
                                                                       : s3_error(500, "InternalError");
  });
  const auto store = open_store(options_for(server.url()));
  const Listed all = list_all(*store);
  ASSERT_FALSE(all.outcome) << "half a listing must never look whole";
  EXPECT_EQ(all.outcome.error().fault, Fault::kTransient);
  EXPECT_EQ(all.keys, (std::vector<std::string>{"a"}));
}

TEST(Listing, TruncatedXmlIsAnError) {
  const std::string whole = page(listed("a") + listed("b"));
  HttpImposter server([&](const SeenRequest&) { return reply(200, whole.substr(0, whole.size() / 2)); });
  const auto store = open_store(options_for(server.url()));
  const Listed all = list_all(*store);
  ASSERT_FALSE(all.outcome);
  EXPECT_EQ(all.outcome.error().fault, Fault::kCorrupt);
  EXPECT_TRUE(all.keys.empty());
}

TEST(Listing, AnswerBrokenOffByTheConnectionIsAnError) {
  HttpImposter server([&](const SeenRequest&) {
    return ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + page(listed("a")),
                         .close = true};
  });
  const auto store = open_store(options_for(server.url()));
  const Listed all = list_all(*store);
  ASSERT_FALSE(all.outcome);
  EXPECT_EQ(all.outcome.error().fault, Fault::kTransient);
}

TEST(Listing, FiveGigabytesOfXmlAreCutAtTheCap) {
  HttpImposter server([&](const SeenRequest&) {
    return ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\n<ListBucketResult>",
                         .repeated = std::string(65536, ' ') + listed("a"),
                         .repeat_bytes = 5ull << 30};
  });
  const auto store = open_store(options_for(server.url()));
  const Listed all = list_all(*store);
  ASSERT_FALSE(all.outcome);
  EXPECT_EQ(all.outcome.error().fault, Fault::kInvalidInput);
  EXPECT_LT(server.bytes_sent(), 200u << 20);
}

TEST(Listing, KeysOutOfOrderOrOfPlaceAreErrors) {
  const auto fault_for = [](const std::string& entries, const std::string& prefix, const std::string& after) {
    HttpImposter server([&](const SeenRequest&) { return reply(200, page(entries)); });
    const auto store = open_store(options_for(server.url()));
    const Listed all = list_all(*store, prefix, after);
    return all.outcome ? Fault::kInternal : all.outcome.error().fault;
  };
  EXPECT_EQ(fault_for(listed("b") + listed("a"), "", ""), Fault::kCorrupt);
  EXPECT_EQ(fault_for(listed("a") + listed("a"), "", ""), Fault::kCorrupt);
  EXPECT_EQ(fault_for(listed("other%2Fa"), "data/", ""), Fault::kCorrupt);
  EXPECT_EQ(fault_for(listed("a"), "", "b"), Fault::kCorrupt)
      << "before start-after: the parameter was ignored";
}

TEST(Listing, PagesThatLeadNowhereAreErrors) {
  HttpImposter same([&](const SeenRequest&) { return reply(200, page("", "t")); });
  EXPECT_EQ(list_all(*open_store(options_for(same.url()))).outcome.error().fault, Fault::kCorrupt);
  int count = 0;
  HttpImposter endless(
      [&](const SeenRequest&) { return reply(200, page("", "t" + std::to_string(++count))); });
  EXPECT_EQ(list_all(*open_store(options_for(endless.url()))).outcome.error().fault, Fault::kCorrupt);
  EXPECT_LE(endless.seen().size(), 102u);
}

TEST(Listing, AWebPageIsNoEmptyListing) {
  HttpImposter server([&](const SeenRequest&) { return reply(200, "<html><body>Sign in</body></html>"); });
  EXPECT_EQ(list_all(*open_store(options_for(server.url()))).outcome.error().fault, Fault::kCorrupt);
}

}  // namespace
}  // namespace reconcile::s3::testing
