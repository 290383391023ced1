#include "tests/s3/rgw_server.h"
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/s3/store.h"
#include "reconciler/s3/xml.h"

namespace reconcile::s3::testing {
namespace {

class MemoryLog final : public UploadLog {
 public:
  std::optional<UploadProgress> find_upload(const ObjectKey& key, const Sha256& sha256) override {
    const std::scoped_lock lock(mutex_);
    const auto found = all_.find({key, sha256});
    return found == all_.end() ? std::nullopt : std::optional(found->second);
  }
  void remember_upload(const ObjectKey& key, const Sha256& sha256, const UploadProgress& progress) override {
    const std::scoped_lock lock(mutex_);
    all_[{key, sha256}] = progress;
  }
  void forget_upload(const ObjectKey& key, const Sha256& sha256) override {
    const std::scoped_lock lock(mutex_);
    all_.erase({key, sha256});
  }
  std::map<std::pair<ObjectKey, Sha256>, UploadProgress> all_;

 private:
  std::mutex mutex_;
};

/// 23 MiB that do not repeat, so that swapped parts would show.
const std::string& content() {
  static const std::string text = [] {
    std::string out(23u << 20, '\0');
    std::uint32_t state = 1;
    for (char& c : out) {
      state = state * 1664525u + 1013904223u;
      c = static_cast<char>(state >> 24);
    }
    return out;
  }();
  return text;
}

class RgwMultipart : public ::testing::Test {
 protected:
  void SetUp() override {
    options_ = RgwServer::shared().options(RgwServer::shared().make_bucket());
    options_.multipart_threshold = Bytes(6u << 20);
    options_.part_size = Bytes(5u << 20);
    path_ = std::filesystem::temp_directory_path() / ("reconcile-multipart-" + std::to_string(::getpid()));
    std::ofstream(path_, std::ios::binary) << content();
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::unique_ptr<S3Store> store() {
    auto made = open_s3(options_);
    EXPECT_TRUE(made);
    return *std::move(made);
  }
  Body file() const {
    struct stat status {};
    EXPECT_EQ(::stat(path_.c_str(), &status), 0);
    return {FileSource{path_,
                       {status.st_dev, status.st_ino, Bytes(static_cast<std::uint64_t>(status.st_size)),
                        status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec}},
            Bytes(static_cast<std::uint64_t>(status.st_size)), sha256_of(std::string_view(content()))};
  }
  static std::size_t open_uploads(S3Store& store) {
    const auto answer = store.session().call({.verb = "uploads", .query = {{"uploads", ""}}});
    EXPECT_TRUE(answer);
    const auto page = read_uploads(answer->body);
    EXPECT_TRUE(page) << page.error().cause;
    return page->uploads.size();
  }
  /// An upload whose first part is there; its part as a log would remember it.
  std::pair<std::string, UploadProgress::Part> begin_with(S3Store& store, const std::string& bytes) const {
    const auto nothing = net::memory_body("");
    const auto begun = store.session().call({.verb = "begin",
                                             .method = "POST",
                                             .key = key_.get(),
                                             .query = {{"uploads", ""}},
                                             .body = nothing.get()});
    EXPECT_TRUE(begun);
    const std::string id = *read_upload_id(begun->body);
    const auto body = net::memory_body(bytes);
    const Sha256 sha256 = sha256_of(std::string_view(bytes));
    const auto sent = store.session().call({.verb = "part",
                                            .method = "PUT",
                                            .key = key_.get(),
                                            .query = {{"uploadId", id}, {"partNumber", "1"}},
                                            .body = body.get(),
                                            .payload_hash = to_hex(sha256)});
    EXPECT_TRUE(sent);
    const std::string etag = *sent->header("etag");
    return {id, {1, etag.substr(1, etag.size() - 2), sha256}};
  }
  PutOptions options() const {
    return {.metadata = {{"sha256", to_hex(sha256_of(std::string_view(content())))}}};
  }

  S3Options options_;
  Path path_;
  const ObjectKey key_{"data/large file.bin"};
};

TEST_F(RgwMultipart, StoresEveryByteAndGivesTheEtag) {
  const auto to = store();
  std::uint64_t most = 0;
  std::mutex mutex;
  PutOptions with_progress = options();
  with_progress.progress = [&](std::uint64_t sent) {
    const std::scoped_lock lock(mutex);
    most = std::max(most, sent);
    return true;
  };
  const auto receipt = to->put(key_, file(), with_progress);
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_TRUE(receipt->etag.ends_with("-5"))
      << receipt->etag << ": this Ceph's first answer has none, HEAD has";
  const auto head = *to->head(key_);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->etag, receipt->etag);
  EXPECT_EQ(head->metadata.at("sha256"), to_hex(sha256_of(std::string_view(content()))));
  EXPECT_TRUE(*to->get(key_, Bytes(content().size())) == content());
  EXPECT_EQ(open_uploads(*to), 0u);
  EXPECT_LE(most, content().size());
  EXPECT_GT(most, 0u);
}

TEST_F(RgwMultipart, TakesABodyFromMemory) {
  const auto to = store();
  ASSERT_TRUE(to->put(key_, body_of(content()), options()));
  EXPECT_TRUE(*to->get(key_, Bytes(content().size())) == content());
}

TEST_F(RgwMultipart, ResumesWhereAKilledProcessStopped) {
  MemoryLog log;
  options_.upload_log = &log;
  options_.parts_in_flight = 1;
  {
    const auto killed = store();
    PutOptions stop = options();
    stop.progress = [](std::uint64_t sent) { return sent < (12u << 20); };  // in the third part
    const auto receipt = killed->put(key_, file(), stop);
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().fault, Fault::kCancelled);
    EXPECT_EQ(open_uploads(*killed), 1u) << "with a log the upload stays for the next time";
  }
  ASSERT_EQ(log.all_.size(), 1u);
  EXPECT_EQ(log.all_.begin()->second.parts.size(), 2u);
  const auto next = store();
  const auto receipt = next->put(key_, file(), options());
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(next->counts().puts, 3u) << "2 of 5 parts were there already";
  EXPECT_TRUE(*next->get(key_, Bytes(content().size())) == content());
  EXPECT_TRUE(log.all_.empty());
  EXPECT_EQ(open_uploads(*next), 0u);
}

TEST_F(RgwMultipart, DoesNotTrustALogThatTheStoreContradicts) {
  MemoryLog log;
  options_.upload_log = &log;
  const auto to = store();
  const Sha256 digest = sha256_of(std::string_view(content()));
  log.remember_upload(
      key_, digest, {"no-such-upload", Bytes(5u << 20), {{1, "0123456789abcdef0123456789abcdef", Sha256()}}});
  const auto fresh = to->put(key_, file(), options());
  ASSERT_TRUE(fresh) << fresh.error().cause;
  EXPECT_EQ(to->counts().puts, 5u);
  // An upload that exists, but whose first part is not what the log says.
  const std::string first = content().substr(0, 5u << 20);
  auto [id, part] = begin_with(*to, std::string(5u << 20, 'z'));
  part.etag = "0123456789abcdef0123456789abcdef";
  part.sha256 = sha256_of(std::string_view(first));
  log.remember_upload(key_, digest, {id, Bytes(5u << 20), {part}});
  const auto again = store();
  ASSERT_TRUE(again->put(key_, file(), options()));
  EXPECT_EQ(again->counts().puts, 5u);
  EXPECT_TRUE(*again->get(key_, Bytes(content().size())) == content());
}

// The file was changed while its first part was sent, the process was killed, the file was changed back: log
// and store agree on the part, and the file's whole digest is right again.
TEST_F(RgwMultipart, SendsAPartAgainThatWasSentWithOtherBytes) {
  MemoryLog log;
  options_.upload_log = &log;
  const auto to = store();
  const auto [id, part] = begin_with(*to, std::string(5u << 20, 'z'));
  log.remember_upload(key_, sha256_of(std::string_view(content())), {id, Bytes(5u << 20), {part}});
  const auto next = store();
  const auto receipt = next->put(key_, file(), options());
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(next->counts().puts, 5u) << "the first part too";
  EXPECT_TRUE(*next->get(key_, Bytes(content().size())) == content());
  EXPECT_EQ(open_uploads(*next), 0u) << "it was resumed, not begun anew";
}

TEST_F(RgwMultipart, OtherBytesAreNeverCompleted) {
  const auto to = store();
  Body body = file();
  body.sha256 = sha256_of(std::string_view("something else"));
  const auto receipt = to->put(key_, body, options());
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kConflict);
  EXPECT_FALSE(*to->head(key_));
  EXPECT_EQ(open_uploads(*to), 0u) << "the upload is aborted";
}

TEST_F(RgwMultipart, AFileThatChangesUnderWayIsNeverCompleted) {
  MemoryLog log;
  options_.upload_log = &log;
  const auto to = store();
  const Body body = file();
  PutOptions meddle = options();
  meddle.progress = [&, once = std::make_shared<std::once_flag>()](std::uint64_t) {
    std::call_once(*once, [&] { std::ofstream(path_, std::ios::binary | std::ios::app) << "more"; });
    return true;
  };
  const auto receipt = to->put(key_, body, meddle);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kConflict);
  EXPECT_FALSE(*to->head(key_));
  EXPECT_EQ(open_uploads(*to), 0u);
  EXPECT_TRUE(log.all_.empty());
}

TEST_F(RgwMultipart, AnAbandonedUploadIsAbortedWithoutALog) {
  const auto to = store();
  PutOptions stop = options();
  stop.progress = [](std::uint64_t) { return false; };
  EXPECT_EQ(to->put(key_, file(), stop).error().fault, Fault::kCancelled);
  EXPECT_EQ(open_uploads(*to), 0u);
}

TEST_F(RgwMultipart, OnlyIfAbsentHoldsForPartsToo) {
  const auto to = store();
  ASSERT_TRUE(to->put(key_, body_of("first"), {}));
  PutOptions careful = options();
  careful.only_if_absent = true;
  EXPECT_EQ(to->put(key_, file(), careful).error().fault, Fault::kConflict);
  EXPECT_EQ(*to->get(key_, Bytes(10)), "first");
  ASSERT_TRUE(to->remove(key_));
  ASSERT_TRUE(to->put(key_, file(), careful));
}

}  // namespace
}  // namespace reconcile::s3::testing
