#pragma once
// The second half of object_store_contract.h, which includes it.

namespace reconcile::contract {

// ---- bodies

TEST_P(ObjectStoreContract, TakesABodyFromAFile) {
  create();
  const std::string content(3 << 20, 'f');
  std::atomic<std::uint64_t> sent = 0;
  PutOptions options = options_for(content);
  options.progress = [&](std::uint64_t bytes) {
    sent = std::max<std::uint64_t>(sent, bytes);
    return true;
  };
  const Result<PutReceipt> receipt = store().put(ObjectKey("k"), file_body(content), options);
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(content_of("k"), content);
  EXPECT_EQ(head_of("k")->metadata, options.metadata);
  EXPECT_EQ(sent, content.size());
}

TEST_P(ObjectStoreContract, StoresNothingWhenStopped) {
  create();
  PutOptions options;
  options.progress = [](std::uint64_t) { return false; };
  const Result<PutReceipt> stopped =
      store().put(ObjectKey("k"), file_body(std::string(3 << 20, 'f')), options);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().fault, Fault::kCancelled);
  EXPECT_FALSE(head_of("k"));
  EXPECT_TRUE(keys().empty());
}

TEST_P(ObjectStoreContract, RefusesBytesThatAreNotTheAnnouncedOnes) {
  create();
  must_put("k", "good");
  Body body = body_of("evil");
  body.sha256 = sha256_of(std::string_view("good"));
  EXPECT_FALSE(store().put(ObjectKey("k"), body, options_for("good")));
  EXPECT_EQ(content_of("k"), "good");
  EXPECT_FALSE(store().put(ObjectKey("new"), body, options_for("good")));
  EXPECT_FALSE(head_of("new"));
  Body file = file_body("evil");
  file.sha256 = body.sha256;
  EXPECT_FALSE(store().put(ObjectKey("new"), file, options_for("good")));
  EXPECT_THAT(keys(), testing::ElementsAre("k"));
}

TEST_P(ObjectStoreContract, RefusesAFileThatChanged) {
  create();
  const Body body = file_body("as it was scanned");
  const Path path = std::get<FileSource>(body.source).path;
  std::ofstream(path, std::ios::app) << " and more";
  const Result<PutReceipt> grown = store().put(ObjectKey("k"), body, {});
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().fault, Fault::kConflict);
  std::filesystem::remove(path);
  EXPECT_FALSE(store().put(ObjectKey("k"), body, {}));
  EXPECT_FALSE(head_of("k"));
}

TEST_P(ObjectStoreContract, RefusesAFileThatChangesWhileItIsRead) {
  create();
  const Body body = file_body(std::string(3 << 20, 'f'));
  PutOptions options;
  options.progress = [&, done = false](std::uint64_t) mutable {
    if (!done) std::ofstream(std::get<FileSource>(body.source).path, std::ios::app) << "x";
    done = true;
    return true;
  };
  const Result<PutReceipt> receipt = store().put(ObjectKey("k"), body, options);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kConflict);
  EXPECT_FALSE(head_of("k"));
}

// ---- keys

TEST_P(ObjectStoreContract, KeepsOddKeysExactly) {
  create();
  std::vector<std::string> expected;
  const std::vector<std::string> refused = fixture_->deviations().refused_keys;
  for (const std::string& key : odd_keys()) {
    const Result<PutReceipt> receipt = put(key, "content of " + key);
    if (std::find(refused.begin(), refused.end(), key) != refused.end()) {
      EXPECT_FALSE(receipt) << key;
      continue;
    }
    ASSERT_TRUE(receipt) << key << ": " << receipt.error().cause;
    expected.push_back(key);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(keys(), expected);
  for (const std::string& key : expected) {
    EXPECT_EQ(content_of(key), "content of " + key);
    EXPECT_EQ(head_of(key)->metadata, options_for("content of " + key).metadata) << key;
  }
  while (!expected.empty()) {
    ASSERT_TRUE(store().remove(ObjectKey(expected.back())));
    EXPECT_FALSE(head_of(expected.back()));
    expected.pop_back();
    if (expected.size() % 8 == 0) {
      EXPECT_EQ(keys(), expected);
    }
  }
}

TEST_P(ObjectStoreContract, RefusesKeysThatAreNone) {
  create();
  EXPECT_FALSE(put("", "x"));
  EXPECT_FALSE(put(std::string(1025, 'k'), "x"));
  EXPECT_TRUE(keys().empty());
}

TEST_P(ObjectStoreContract, GivesEveryKeyAnAddressOfItsOwn) {
  create();
  if (!store().capabilities().public_read) return;
  std::vector<std::string> urls;
  for (const std::string& key : odd_keys()) urls.push_back(store().public_url(ObjectKey(key)));
  for (const std::string& url : urls) EXPECT_EQ(url.find(' '), std::string::npos) << url;
  std::sort(urls.begin(), urls.end());
  EXPECT_EQ(std::adjacent_find(urls.begin(), urls.end()), urls.end());
  EXPECT_TRUE(store().public_url(ObjectKey("data/2026/11/x y.json")).ends_with("/data/2026/11/x%20y.json"));
}

// ---- listings

TEST_P(ObjectStoreContract, ListsByPrefixAndAfterLikeASortedSet) {
  create();
  const std::vector<std::string> all = {"a",        "a!",    "a/",    "a/b",      "a/b/c",    "a/bc",
                                        "a0",       "b",     "b//c",  "data/1/x", "data/1/y", "data/10",
                                        "data/2/x", "data1", "data/", "z"};
  for (const std::string& key : all) must_put(key, key);
  std::vector<std::string> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  const auto expected = [&](const std::string& prefix, const std::string& after) {
    std::vector<std::string> out;
    for (const std::string& key : sorted)
      if (key.starts_with(prefix) && key > after) out.push_back(key);
    return out;
  };
  for (const std::string prefix : {"", "a", "a/", "a/b", "b/", "b//", "d", "data/", "data/1", "data/1/", "q"})
    for (const std::string after : {"", "a", "a!", "a/", "a/b", "a/z", "data/1", "data/1/x", "data/9", "zz"})
      EXPECT_EQ(keys(prefix, after), expected(prefix, after)) << prefix << " after " << after;
}

TEST_P(ObjectStoreContract, ListsManyObjectsInPages) {
  create();
  const std::size_t count = fixture_->deviations().many;
  ASSERT_GT(count, 1000u);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < count; ++i)
    expected.push_back("data/" + std::to_string(i % 7) + "/" + std::to_string(i));
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < count; at = next++) EXPECT_TRUE(put(expected[at], "x"));
    });
  for (std::thread& thread : threads) thread.join();
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(keys(), expected);
  EXPECT_EQ(keys("data/", expected[998]).front(), expected[999]);
  int pages = 0;
  EXPECT_TRUE(store().list("", "", [&](std::vector<ListedObject>&&) { return ++pages < 1; }));
  EXPECT_EQ(pages, 1) << "a sink that answers false is not called again";
}

// Judged by a map that does the same.
TEST_P(ObjectStoreContract, AgreesWithAMapOverRandomCalls) {
  create();
  std::mt19937_64 random(20261122);
  const auto pick = [&](std::uint64_t below) { return random() % below; };
  std::map<std::string, std::string> model;
  const std::vector<std::string> names = {"a", "a/b", "a/b/c", "a/", "d/e", "d", "d/e/f", "g h", "%", "%/x"};
  for (int step = 0; step < 200; ++step) {
    const std::string& key = names[pick(names.size())];
    if (pick(3) == 0) {
      ASSERT_TRUE(store().remove(ObjectKey(key)));
      model.erase(key);
    } else {
      const std::string content(pick(40), static_cast<char>('a' + pick(26)));
      must_put(key, content);
      model[key] = content;
    }
    const std::string& probe = names[pick(names.size())];
    ASSERT_EQ(head_of(probe).has_value(), model.contains(probe)) << probe << " at step " << step;
    if (model.contains(probe)) {
      ASSERT_EQ(content_of(probe), model[probe]) << probe << " at step " << step;
    }
    if (step % 10 != 0) continue;
    std::vector<std::string> expected;
    for (const auto& [name, content] : model) expected.push_back(name);
    ASSERT_EQ(keys(), expected) << "at step " << step;
  }
}

// ---- lifecycle

inline LiveRule own_rule(const std::string& id, const std::string& prefix, int days) {
  LiveRule live;
  live.rule = {id, prefix, Seconds(86400 * days), std::nullopt};
  return live;
}

TEST_P(ObjectStoreContract, HasNoLifecycleRulesAtFirst) {
  create();
  if (!store().capabilities().lifecycle_document) return;
  const Result<LifecycleDocument> document = store().lifecycle();
  ASSERT_TRUE(document) << document.error().cause;
  EXPECT_TRUE(document->rules.empty());
}

TEST_P(ObjectStoreContract, KeepsTheLifecycleDocument) {
  create();
  if (!store().capabilities().lifecycle_document) return;
  LifecycleDocument document{{own_rule("ExpireOldData", "data/", 14), own_rule("Sweep", "tmp/", 1)}};
  if (store().capabilities().abort_uploads_rule)
    document.rules[1].rule.abort_uploads_after = Seconds(86400 * 2);
  const Result<void> set = store().set_lifecycle(document);
  ASSERT_TRUE(set) << set.error().cause;
  const Result<LifecycleDocument> live = store().lifecycle();
  ASSERT_TRUE(live) << live.error().cause;
  ASSERT_EQ(live->rules.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(live->rules[i].rule, document.rules[i].rule);
    EXPECT_TRUE(live->rules[i].understood);
    EXPECT_TRUE(live->rules[i].enabled);
  }
  ASSERT_TRUE(store().set_lifecycle(*live)) << "what was read can be written back";
  EXPECT_EQ(store().lifecycle()->rules.size(), 2u);
  ASSERT_TRUE(store().set_lifecycle({}));
  EXPECT_TRUE(store().lifecycle()->rules.empty());
  ASSERT_TRUE(store().set_lifecycle({})) << "removing twice";
}

TEST_P(ObjectStoreContract, KeepsAForeignRuleToTheLetter) {
  create();
  if (!store().capabilities().lifecycle_document) return;
  const LiveRule foreign = fixture_->foreign_rule();
  ASSERT_EQ(foreign.rule.id, "foreign");
  const Result<void> set = store().set_lifecycle({{foreign}});
  ASSERT_TRUE(set) << set.error().cause;
  LifecycleDocument live = store().lifecycle().value();
  ASSERT_EQ(live.rules.size(), 1u);
  EXPECT_FALSE(live.rules[0].understood);
  if (!fixture_->deviations().lifecycle_normalises) {
    EXPECT_EQ(live.rules[0].raw, foreign.raw);
  }
  const LiveRule first_read = live.rules[0];
  live.rules.push_back(own_rule("ours", "data/", 30));
  ASSERT_TRUE(store().set_lifecycle(live));
  live = store().lifecycle().value();
  ASSERT_EQ(live.rules.size(), 2u);
  EXPECT_EQ(live.rules[0], first_read) << "merging our rule changed a foreign one";
  EXPECT_EQ(live.rules[1].rule, own_rule("ours", "data/", 30).rule);
  live.rules.pop_back();
  ASSERT_TRUE(store().set_lifecycle(live));
  EXPECT_EQ(store().lifecycle().value(), LifecycleDocument{{first_read}});
}

TEST_P(ObjectStoreContract, RefusesARuleThatDoesNothing) {
  create();
  if (!store().capabilities().lifecycle_document) return;
  LiveRule idle;
  idle.rule = {"idle", "x/", std::nullopt, std::nullopt};
  EXPECT_FALSE(store().set_lifecycle({{idle}}));
  EXPECT_TRUE(store().lifecycle()->rules.empty());
}

}  // namespace reconcile::contract
