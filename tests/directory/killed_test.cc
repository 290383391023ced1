// kill -9 at random moments of a writer: what it had promised is there, and nothing is half.

#include "tests/directory/folder_fixture.h"
#include <csignal>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace reconcile::directory {
namespace {

constexpr int kKeys = 4;
constexpr int kRemoved = -1;

// `a` and `a/b` want the same path.
std::string key_of(int index) {
  return std::array<std::string, kKeys>{"a", "a/b", "data/x", "data//y"}.at(static_cast<std::size_t>(index));
}

std::string content_of(int version) {
  return std::to_string(version) + std::string(static_cast<std::size_t>(version % 5000), '.');
}

PutOptions options_for(const std::string& content) {
  PutOptions options;
  options.metadata = {{"sha256", to_hex(sha256_of(content))}};
  return options;
}

/// What the child says when a call has returned.
struct Promise {
  int key;
  int version;  ///< or kRemoved
};

[[noreturn]] void work(const Path& root, int pipe, int version) {
  DirectoryStore store({.root = root});
  for (;; ++version) {
    const Promise made{version % kKeys, version % 7 == 0 ? kRemoved : version};
    const ObjectKey key(key_of(made.key));
    if (made.version == kRemoved && !store.remove(key)) ::_exit(1);
    const std::string content = content_of(version);
    if (made.version != kRemoved && !store.put(key, body_of(content), options_for(content))) ::_exit(2);
    if (::write(pipe, &made, sizeof made) != sizeof made) ::_exit(3);
  }
}

TEST_F(StoreTest, KeepsEveryPromiseThroughKills) {
  std::mt19937 random(20261122);
  std::map<int, int> promised;
  int version = 1;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      work(root_, ends[1], version);
    }
    ::close(ends[1]);
    const int promises = std::uniform_int_distribution<int>(1, 15)(random);
    Promise made{};
    int heard = 0;
    while (::read(ends[0], &made, sizeof made) == sizeof made) {
      promised[made.key] = made.version;
      ++version;
      if (++heard == promises) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed: " << WEXITSTATUS(status);

    // The call it died in is the next version: done or not done, nothing between.
    const int next_key = version % kKeys;
    const std::optional<int> next = version % 7 == 0 ? std::nullopt : std::optional(version);
    std::vector<std::string> there;
    for (const auto& [index, last] : promised) {
      const ObjectKey key(key_of(index));
      const std::optional<int> expected = last == kRemoved ? std::nullopt : std::optional(last);
      const Result<std::string> content = store().get(key, Bytes(100'000));
      const auto holds = [&](const std::optional<int>& it) {
        return it ? content && *content == content_of(*it)
                  : !content && content.error().fault == Fault::kNotFound;
      };
      EXPECT_TRUE(holds(expected) || (index == next_key && holds(next)))
          << key.get() << " in round " << round;
      if (!content) continue;
      there.push_back(key.get());
      EXPECT_EQ(sha256_of(head(key.get())), sha256_of(*content)) << "metadata of other bytes";
    }
    if (promised.size() == kKeys) {
      std::sort(there.begin(), there.end());
      EXPECT_EQ(keys(), there);
    }
    ++version;  // never the same version twice
    if (promised.contains(next_key)) {
      const Result<std::string> now = store().get(ObjectKey(key_of(next_key)), Bytes(100'000));
      if (next && now && *now == content_of(*next)) promised[next_key] = *next;
      if (!next && !now) promised[next_key] = kRemoved;
    }
  }
  EXPECT_EQ(promised.size(), static_cast<std::size_t>(kKeys));
}

}  // namespace
}  // namespace reconcile::directory
