#include "reconciler/s3/public_reader.h"

#include "tests/s3/imposter_store.h"
#include <filesystem>
#include <fstream>

namespace reconcile::s3::testing {
namespace {

std::unique_ptr<PublicReader> reader(const PublicReaderOptions& options = {}) {
  auto made = make_public_reader(options);
  EXPECT_TRUE(made);
  return *std::move(made);
}

TEST(PublicReader, FetchesWithoutCredentials) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "index"); });
  const auto got = reader()->fetch(server.url("/i/1.json"), Bytes(5));
  ASSERT_TRUE(got) << got.error().cause;
  EXPECT_EQ(*got, "index");
  EXPECT_FALSE(server.last().headers.contains("authorization"));
  EXPECT_EQ(reader()->fetch(server.url("/i/1.json"), Bytes(4)).error().fault, Fault::kInvalidInput);
}

TEST(PublicReader, TellsWhatAReaderWouldSee) {
  const auto fault = [](int status) {
    HttpImposter server([&](const SeenRequest&) { return reply(status, ""); });
    const auto got = reader()->fetch(server.url("/x"), Bytes(10));
    return got ? Fault::kInternal : got.error().fault;
  };
  EXPECT_EQ(fault(401), Fault::kDenied);
  EXPECT_EQ(fault(403), Fault::kDenied);
  EXPECT_EQ(fault(404), Fault::kNotFound);
  EXPECT_EQ(fault(410), Fault::kNotFound);
  EXPECT_EQ(fault(429), Fault::kTransient);
  EXPECT_EQ(fault(503), Fault::kTransient);
  EXPECT_EQ(fault(206), Fault::kInvalidInput);
  EXPECT_EQ(reader()
                ->fetch("http://127.0.0.1:" + std::to_string(reconcile::testing::refused_port()), Bytes(1))
                .error()
                .fault,
            Fault::kTransient);
}

TEST(PublicReader, FollowsARedirectOnlyToTheSameHost) {
  HttpImposter other([](const SeenRequest&) { return reply(200, "elsewhere"); });
  HttpImposter server([&](const SeenRequest& seen) {
    if (seen.target == "/a") return reply(302, "", "Location: /b\r\n");
    if (seen.target == "/away") return reply(302, "", "Location: " + other.url("/b") + "\r\n");
    if (seen.target == "/loop") return reply(302, "", "Location: /loop\r\n");
    return reply(200, "here");
  });
  EXPECT_EQ(*reader()->fetch(server.url("/a"), Bytes(10)), "here");
  EXPECT_EQ(reader()->fetch(server.url("/away"), Bytes(10)).error().fault, Fault::kInvalidInput);
  EXPECT_TRUE(other.seen().empty());
  EXPECT_EQ(reader()->fetch(server.url("/loop"), Bytes(10)).error().fault, Fault::kInvalidInput);
}

TEST(PublicReader, RefusesPlainHttpToOtherMachines) {
  EXPECT_EQ(reader()->fetch("http://192.0.2.1/x", Bytes(1)).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(reader()->fetch("https://u:p@192.0.2.1/x", Bytes(1)).error().fault, Fault::kInvalidInput);
}

TEST(PublicReader, ReadsFilesOnlyWhereAllowed) {
  const Path folder =
      std::filesystem::temp_directory_path() / ("reconcile-reader-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "a b");
  std::ofstream(folder / "a b" / "k.json") << "local";
  const std::string url = "file://" + folder.string() + "/a%20b/k.json";
  const auto files = reader({.allow_file = true});
  EXPECT_EQ(*files->fetch(url, Bytes(5)), "local");
  EXPECT_EQ(files->fetch(url, Bytes(4)).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(files->fetch(url + "x", Bytes(5)).error().fault, Fault::kNotFound);
  EXPECT_EQ(files->fetch("file://" + folder.string(), Bytes(5)).error().fault, Fault::kInvalidInput);
  for (const char* bad : {"file://host/etc/hosts", "file://", "file:///%zz", "file:///a%00b", "file:///a?b"})
    EXPECT_EQ(files->fetch(bad, Bytes(5)).error().fault, Fault::kInvalidInput) << bad;
  EXPECT_EQ(reader()->fetch(url, Bytes(5)).error().fault, Fault::kInvalidInput);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace reconcile::s3::testing
