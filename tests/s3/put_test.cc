#include "tests/s3/imposter_store.h"
#include <algorithm>
#include <atomic>
#include <barrier>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "reconciler/base/files.h"
#include "reconciler/base/sha256.h"

namespace reconcile::s3::testing {
namespace {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    char path[] = "/tmp/reconcile-s3-XXXXXX";
    const Descriptor made(::mkstemp(path));
    path_ = path;
    write(content);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  void write(const std::string& content) const { std::ofstream(path_, std::ios::binary) << content; }
  Body body(const std::string& announced) const {
    struct stat status {};
    EXPECT_EQ(::stat(path_.c_str(), &status), 0);
    const FileIdentity identity{status.st_dev, status.st_ino,
                                Bytes(static_cast<std::uint64_t>(status.st_size)),
                                status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
    return {FileSource{path_, identity}, identity.size, sha256_of(std::string_view(announced))};
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

S3Options options_of(const HttpImposter& server, Provider provider) {
  S3Options out = options_for(server.url());
  out.provider = provider;
  return out;
}

TEST(S3Put, SignsTheRealHashAndSendsNothingExotic) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "", "ETag: \"e1\"\r\n"); });
  const TemporaryFile file("hello");
  const auto receipt =
      open_store(options_for(server.url()))
          ->put(ObjectKey("data/a b+c.json.gz"), file.body("hello"),
                {.content_type = "application/gzip", .metadata = {{"sha256", "x"}, {"size_bytes", "5"}}});
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(receipt->etag, "e1");
  const SeenRequest seen = server.last();
  EXPECT_EQ(seen.target, "/bucket/data/a%20b%2Bc.json.gz");
  EXPECT_EQ(seen.body, "hello");
  EXPECT_EQ(seen.headers.at("x-amz-content-sha256"), to_hex(sha256_of(std::string_view("hello"))));
  EXPECT_EQ(seen.headers.at("content-type"), "application/gzip");
  EXPECT_EQ(seen.headers.at("x-amz-meta-size-bytes"), "5");
  EXPECT_EQ(seen.headers.at("content-length"), "5");
  for (const char* name : {"content-encoding", "transfer-encoding", "x-amz-trailer",
                           "x-amz-sdk-checksum-algorithm", "x-amz-checksum-crc32", "if-none-match"})
    EXPECT_FALSE(seen.headers.contains(name)) << name;
}

TEST(S3Put, OtherBytesNeverBecomeTheObject) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "", "ETag: \"e1\"\r\n"); });
  const auto store = open_store(options_for(server.url()));
  const TemporaryFile file("other");
  const auto from_file = store->put(ObjectKey("k"), file.body("hello"), {});
  ASSERT_FALSE(from_file);
  EXPECT_EQ(from_file.error().fault, Fault::kConflict);
  Body memory = body_of("hello");
  memory.source = std::string("jello");
  EXPECT_EQ(store->put(ObjectKey("k"), memory, {}).error().fault, Fault::kConflict);
  memory.source = std::string("hell");
  EXPECT_EQ(store->put(ObjectKey("k"), memory, {}).error().fault, Fault::kConflict);
  Body empty = body_of("");
  empty.sha256 = sha256_of(std::string_view("x"));
  EXPECT_EQ(store->put(ObjectKey("k"), empty, {}).error().fault, Fault::kConflict);
  EXPECT_TRUE(server.seen().empty()) << "no whole request may have arrived";
}

TEST(S3Put, AFileThatIsNotTheAnnouncedOneIsAConflict) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto store = open_store(options_for(server.url()));
  TemporaryFile file("hello");
  const Body body = file.body("hello");
  file.write("hello, longer");
  EXPECT_EQ(store->put(ObjectKey("k"), body, {}).error().fault, Fault::kConflict);
  std::filesystem::remove(file.path());
  EXPECT_EQ(store->put(ObjectKey("k"), body, {}).error().fault, Fault::kNotFound);
  EXPECT_TRUE(server.seen().empty());
}

TEST(S3Put, AFileReplacedWhileItIsSentIsAConflict) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const std::string content(4u << 20, 'a');
  const TemporaryFile file(content);
  PutOptions options;
  options.progress = [&, done = std::make_shared<bool>(false)](std::uint64_t sent) {
    if (sent > 0 && !std::exchange(*done, true)) {
      std::filesystem::remove(file.path());
      file.write(content);  // the very same bytes, but another file: whoever releases it must look again
    }
    return true;
  };
  S3Options slow = options_for(server.url());
  slow.retry.attempts = 1;
  const auto receipt = open_store(slow)->put(ObjectKey("k"), file.body(content), options);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kConflict);
  EXPECT_TRUE(server.seen().empty());
}

TEST(S3Put, StopsWhenAskedTo) {
  HttpImposter server([](const SeenRequest&) { return ScriptedReply{.silent = true}; });
  const auto receipt =
      open_store(options_for(server.url()))
          ->put(ObjectKey("k"), body_of("x"), {.progress = [](std::uint64_t) { return false; }});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kCancelled);
}

TEST(S3Put, RefusesWhatWouldNotSurviveAsAHeader) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto store = open_store(options_of(server, Provider::kAws));
  const auto fault = [&](std::map<std::string, std::string> metadata) {
    const auto receipt = store->put(ObjectKey("k"), body_of("x"), {.metadata = std::move(metadata)});
    return receipt ? "stored" : name_of(receipt.error().fault);
  };
  EXPECT_STREQ(fault({{"a", "b\r\nx-evil: 1"}}), "invalid-input");
  EXPECT_STREQ(fault({{"Upper", "b"}}), "invalid-input");
  EXPECT_STREQ(fault({{"hyphen-name", "b"}}), "invalid-input") << "it would come back as hyphen_name";
  EXPECT_STREQ(fault({{"a", "\xC3\xBC"}}), "invalid-input");
  EXPECT_STREQ(fault({{"a", " b"}}), "invalid-input");
  EXPECT_STREQ(fault({{"a", std::string(2048, 'x')}}), "invalid-input");
  EXPECT_STREQ(fault({{"a", std::string(2047, 'x')}}), "stored");
  EXPECT_EQ(store->put(ObjectKey(""), body_of("x"), {}).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(store->put(ObjectKey(std::string(1025, 'k')), body_of("x"), {}).error().fault,
            Fault::kInvalidInput);
  EXPECT_EQ(store->put(ObjectKey("\xFF"), body_of("x"), {}).error().fault, Fault::kInvalidInput);
}

TEST(S3Put, NeverSendsCredentialsAfterARedirect) {
  HttpImposter other([](const SeenRequest&) { return reply(200, ""); });
  HttpImposter server(
      [&](const SeenRequest&) { return reply(307, "", "Location: " + other.url("/bucket/k") + "\r\n"); });
  const auto receipt = open_store(options_for(server.url()))->put(ObjectKey("k"), body_of("x"), {});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kInvalidInput);
  EXPECT_NE(receipt.error().remedy.find("region"), std::string::npos);
  EXPECT_TRUE(other.seen().empty());
}

TEST(S3Put, OnlyIfAbsentAsksTheStoreWhereItCan) {
  HttpImposter server([](const SeenRequest& seen) {
    return seen.headers.contains("if-none-match") ? s3_error(412, "PreconditionFailed") : reply(200, "");
  });
  const auto store = open_store(options_of(server, Provider::kAws));
  EXPECT_TRUE(store->capabilities().conditional_put);
  const auto receipt = store->put(ObjectKey("k"), body_of("x"), {.only_if_absent = true});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kConflict);
  EXPECT_EQ(server.seen().size(), 1u) << "no HEAD is paid for";
}

TEST(S3Put, OnlyIfAbsentLooksFirstWhereTheStoreCannot) {
  std::atomic<bool> there{false};
  HttpImposter server([&](const SeenRequest& seen) {
    if (seen.method != "HEAD") return reply(200, "");
    return there ? reply(200, "", kHeadHeaders) : reply(404, "", "x-amz-request-id: r\r\n");
  });
  const auto store = open_store(options_of(server, Provider::kB2));
  EXPECT_FALSE(store->capabilities().conditional_put);
  EXPECT_TRUE(store->put(ObjectKey("k"), body_of("x"), {.only_if_absent = true}));
  EXPECT_FALSE(server.last().headers.contains("if-none-match"));
  there = true;
  EXPECT_EQ(store->put(ObjectKey("k"), body_of("x"), {.only_if_absent = true}).error().fault,
            Fault::kConflict);
}

TEST(S3Put, A501OrA400NamingTheHeaderIsRememberedAndWorkedAround) {
  for (const ScriptedReply& refusal :
       {s3_error(501, "NotImplemented",
                 "A header you provided implies functionality that is not implemented"),
        s3_error(400, "InvalidArgument", "Unsupported header 'If-None-Match'")}) {
    HttpImposter server([&](const SeenRequest& seen) {
      if (seen.method == "HEAD") return reply(404, "", "x-amz-request-id: r\r\n");
      return seen.headers.contains("if-none-match") ? refusal : reply(200, "", "ETag: \"e\"\r\n");
    });
    const auto store = open_store(options_of(server, Provider::kAws));
    const auto receipt = store->put(ObjectKey("k"), body_of("x"), {.only_if_absent = true});
    ASSERT_TRUE(receipt) << receipt.error().cause;
    EXPECT_FALSE(store->capabilities().conditional_put);
    const std::size_t before = server.seen().size();
    ASSERT_TRUE(store->put(ObjectKey("k2"), body_of("x"), {.only_if_absent = true}));
    EXPECT_EQ(server.seen().size(), before + 2) << "HEAD and PUT: the header is not tried again";
  }
}

TEST(S3Put, LearnsFromTheFirstSmallObjectWhetherTheStoreHonoursConditions) {
  for (const bool honours : {true, false}) {
    std::atomic<int> puts{0};
    HttpImposter server([&](const SeenRequest& seen) {
      if (seen.method == "HEAD") return reply(404, "", "x-amz-request-id: r\r\n");
      return ++puts > 1 && honours ? s3_error(412, "PreconditionFailed") : reply(200, "", "ETag: \"e\"\r\n");
    });
    const auto store = open_store(options_of(server, Provider::kCeph));
    EXPECT_FALSE(store->capabilities().conditional_put) << "nothing is known yet";
    ASSERT_TRUE(store->put(ObjectKey("k"), body_of("x"), {.only_if_absent = true}));
    EXPECT_EQ(store->capabilities().conditional_put, honours);
    EXPECT_EQ(puts, 2);
  }
}

TEST(S3Put, OneOfManyAtOnceTriesWhetherTheStoreHonoursConditions) {
  constexpr std::size_t kAtOnce = 8;
  std::mutex mutex;
  std::map<std::string, int> puts;
  HttpImposter server([&](const SeenRequest& seen) {
    if (seen.method == "HEAD") return reply(404, "", "x-amz-request-id: r\r\n");
    const std::lock_guard lock(mutex);
    return ++puts[seen.target] > 1 ? s3_error(412, "PreconditionFailed") : reply(200, "", "ETag: \"e\"\r\n");
  });
  const auto store = open_store(options_of(server, Provider::kCeph));
  std::barrier begin(kAtOnce);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kAtOnce; ++i)
      threads.emplace_back([&, i] {
        begin.arrive_and_wait();
        EXPECT_TRUE(store->put(ObjectKey("k" + std::to_string(i)), body_of("x"), {.only_if_absent = true}));
      });
  }
  EXPECT_TRUE(store->capabilities().conditional_put);
  EXPECT_EQ(std::count_if(puts.begin(), puts.end(), [](const auto& each) { return each.second > 1; }), 1);
}

TEST(S3Head, ReadsMetadataSizeAndTime) {
  HttpImposter server([](const SeenRequest&) {
    return reply(200, "",
                 kHeadHeaders + "x-amz-meta-SHA256: ff\r\nx-amz-meta-size-bytes: 3\r\nx-amz-meta-a_b: c\r\n");
  });
  const auto head = open_store(options_for(server.url()))->head(ObjectKey("k"));
  ASSERT_TRUE(head) << head.error().cause;
  EXPECT_EQ((*head)->etag, "abc");
  EXPECT_EQ((*head)->metadata,
            (std::map<std::string, std::string>{{"sha256", "ff"}, {"size_bytes", "3"}, {"a_b", "c"}}));
}

TEST(S3Head, AsksWhyWhereAStatusAloneSaysTooLittle) {
  HttpImposter server([](const SeenRequest& seen) {
    return seen.method == "HEAD" ? reply(403, "") : s3_error(403, "SignatureDoesNotMatch");
  });
  const auto head = open_store(options_for(server.url()))->head(ObjectKey("k"));
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().fault, Fault::kAuth);
  EXPECT_EQ(server.last().headers.at("range"), "bytes=0-0");
}

TEST(S3Head, AWebServersNotFoundIsNoCertainAbsence) {
  HttpImposter web([](const SeenRequest&) { return reply(404, "<html/>"); });
  EXPECT_FALSE(open_store(options_for(web.url()))->head(ObjectKey("k")));
  EXPECT_FALSE(open_store(options_for(web.url()))->bucket_exists());
  HttpImposter s3([](const SeenRequest& seen) {
    return seen.method == "HEAD" ? reply(404, "") : s3_error(404, "NoSuchKey");
  });
  const auto head = open_store(options_for(s3.url()))->head(ObjectKey("k"));
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->has_value());
}

TEST(S3Head, KnowsABucketThatIsMissingFromOneThatIsHidden) {
  HttpImposter missing([](const SeenRequest& seen) {
    return seen.method == "HEAD" ? reply(404, "") : s3_error(404, "NoSuchBucket");
  });
  const auto absent = open_store(options_for(missing.url()))->bucket_exists();
  ASSERT_TRUE(absent);
  EXPECT_FALSE(*absent);
  HttpImposter hidden([](const SeenRequest& seen) {
    return seen.method == "HEAD" ? reply(403, "") : s3_error(403, "AccessDenied");
  });
  EXPECT_EQ(open_store(options_for(hidden.url()))->bucket_exists().error().fault, Fault::kDenied);
}

TEST(S3Lifecycle, NoPermissionIsDeniedAndNoLifecycleIsEmpty) {
  HttpImposter denied([](const SeenRequest&) { return s3_error(403, "AccessDenied"); });
  EXPECT_EQ(open_store(options_for(denied.url()))->lifecycle().error().fault, Fault::kDenied);
  HttpImposter none([](const SeenRequest&) { return s3_error(404, "NoSuchLifecycleConfiguration"); });
  const auto empty = open_store(options_for(none.url()))->lifecycle();
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->rules.empty());
  HttpImposter cannot([](const SeenRequest&) { return s3_error(501, "NotImplemented"); });
  const auto store = open_store(options_for(cannot.url()));
  EXPECT_TRUE(store->capabilities().lifecycle_document);
  EXPECT_EQ(store->lifecycle().error().fault, Fault::kUnsupported);
  EXPECT_FALSE(store->capabilities().lifecycle_document);
}

TEST(S3Lifecycle, IsWrittenWithItsMd5) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto store = open_store(options_for(server.url()));
  ASSERT_TRUE(store->set_lifecycle({{{{"a", "", Seconds(86'400), std::nullopt}}}}));
  EXPECT_EQ(server.last().headers.at("content-md5").size(), 24u);
  EXPECT_EQ(server.last().target, "/bucket?lifecycle=");
  ASSERT_TRUE(store->set_lifecycle({}));
  EXPECT_EQ(server.last().method, "DELETE");
}

}  // namespace
}  // namespace reconcile::s3::testing
