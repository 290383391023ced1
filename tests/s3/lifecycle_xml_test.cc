#include "reconciler/s3/lifecycle_xml.h"

#include <gtest/gtest.h>

namespace reconcile::s3 {
namespace {

constexpr Seconds kDay{86'400};

std::string document(const std::string& rules) {
  return "<?xml version=\"1.0\"?>\n<LifecycleConfiguration "
         "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         rules + "</LifecycleConfiguration>";
}
LiveRule only(const std::string& rule) {
  const auto read = read_lifecycle(document(rule));
  EXPECT_TRUE(read) << read.error().cause;
  EXPECT_EQ(read->rules.size(), 1u);
  return read->rules.at(0);
}

const std::string kExpire =
    "<Rule><ID>ExpireOldData</ID><Filter><Prefix>data/</Prefix></Filter><Status>Enabled</Status>"
    "<Expiration><Days>14</Days></Expiration></Rule>";

TEST(LifecycleXml, ReadsARuleThatTheModelCanHold) {
  const LiveRule rule = only(kExpire);
  EXPECT_EQ(rule.rule, (LifecycleRule{"ExpireOldData", "data/", 14 * kDay, std::nullopt}));
  EXPECT_TRUE(rule.understood);
  EXPECT_TRUE(rule.enabled);
  EXPECT_EQ(rule.raw, kExpire);
}

TEST(LifecycleXml, ReadsAllFormsOfAPrefixTheSameWay) {
  const std::string tail = "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>";
  for (const std::string head :
       {"<Rule><ID>a</ID><Prefix>p/</Prefix>", "<Rule><ID>a</ID><Filter><Prefix>p/</Prefix></Filter>",
        "<Rule><ID>a</ID><Filter><And><Prefix>p/</Prefix></And></Filter>"}) {
    const LiveRule rule = only(head + tail);
    EXPECT_EQ(rule.rule.prefix, "p/") << head;
    EXPECT_TRUE(rule.understood) << head;
  }
  for (const std::string head :
       {"<Rule><ID>a</ID><Prefix/>", "<Rule><ID>a</ID><Filter><Prefix></Prefix></Filter>",
        "<Rule><ID>a</ID><Filter/>", "<Rule><ID>a</ID>"}) {
    EXPECT_EQ(only(head + tail).rule.prefix, "") << head;
    EXPECT_TRUE(only(head + tail).understood) << head;
  }
}

TEST(LifecycleXml, KeepsForeignElementsToTheLetter) {
  for (const std::string inside :
       {"<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><Days>1</Days></Expiration>",
        "<Filter><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan></Filter><Expiration><Days>1</Days></"
        "Expiration>",
        "<Prefix/><Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>",
        "<Prefix/><NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></"
        "NoncurrentVersionExpiration>",
        "<Prefix/><Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration>",
        "<Prefix/><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
        "<Prefix/><Expiration><Days>0</Days></Expiration>",
        "<Prefix/><Expiration><Days>1.5</Days></Expiration>", "<Prefix/><FutureThing>1</FutureThing>"}) {
    const std::string text = "<Rule>\n  <ID>x &amp; y</ID><Status>Disabled</Status>" + inside + "\n</Rule>";
    const LiveRule rule = only(text);
    EXPECT_FALSE(rule.understood) << inside;
    EXPECT_FALSE(rule.enabled);
    EXPECT_EQ(rule.rule.id, "x & y");
    EXPECT_EQ(rule.raw, text);
    const auto written = write_lifecycle({{rule}});
    ASSERT_TRUE(written);
    EXPECT_NE(written->find(text), std::string::npos);
  }
}

TEST(LifecycleXml, StillTellsWhatAForeignRuleExpires) {
  const LiveRule rule = only(
      "<Rule><ID>t</ID><Filter><And><Prefix>data/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>"
      "</And></Filter><Status>Enabled</Status><Expiration><Days>2</Days></Expiration></Rule>");
  EXPECT_FALSE(rule.understood);
  EXPECT_EQ(rule.rule.prefix, "data/");
  EXPECT_EQ(rule.rule.expire_after, 2 * kDay);
}

TEST(LifecycleXml, SortsByIdAndNamesTheNameless) {
  const std::string tail = "<Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>";
  const auto read =
      read_lifecycle(document("<Rule><ID>b</ID>" + tail + "\n<Rule>" + tail + "  <Rule><ID>a</ID>" + tail));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->rules.size(), 3u);
  EXPECT_EQ(read->rules[0].rule.id, "a");
  EXPECT_EQ(read->rules[1].rule.id, "b");
  EXPECT_EQ(read->rules[2].rule.id.substr(0, 8), "unnamed-");
  EXPECT_EQ(read->rules[2].rule.id.size(), 16u);
  EXPECT_EQ(read->rules[2].raw, "<Rule>" + tail);
}

TEST(LifecycleXml, FoldsTheMarkerTwinOfB2IntoItsSibling) {
  const std::string hide =
      "<Rule><ID>h</ID><Filter><Prefix>p/</Prefix></Filter><Status>Enabled</Status>"
      "<Expiration><Days>7</Days></Expiration></Rule>";
  const std::string twin =
      "<Rule><ID>h2</ID><Filter><Prefix>p/</Prefix></Filter><Status>Enabled</Status>"
      "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>";
  const std::string alone =
      "<Rule><ID>o</ID><Filter><Prefix>q/</Prefix></Filter><Status>Enabled</Status>"
      "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>";
  const auto read = read_lifecycle(document(twin + hide + alone), {.marker_twins = true});
  ASSERT_TRUE(read);
  ASSERT_EQ(read->rules.size(), 2u);
  EXPECT_EQ(read->rules[0].rule, (LifecycleRule{"h", "p/", 7 * kDay, std::nullopt}));
  EXPECT_TRUE(read->rules[0].understood);
  EXPECT_EQ(read->rules[0].raw, hide + twin) << "both are written back";
  EXPECT_EQ(read->rules[1].rule.id, "o");
  EXPECT_FALSE(read->rules[1].understood);
  EXPECT_EQ(read_lifecycle(document(twin + hide + alone))->rules.size(), 3u)
      << "elsewhere a marker rule is a rule";
  const auto written = write_lifecycle(*read);
  ASSERT_TRUE(written);
  EXPECT_EQ(*read_lifecycle(*written, {.marker_twins = true}), *read);
}

TEST(LifecycleXml, WritesWhatItReads) {
  LifecycleDocument wanted;
  wanted.rules.push_back({{"AbortStaleUploads", "", std::nullopt, 2 * kDay}});
  wanted.rules.push_back({{"Expire<&>", "data/ \xC3\xBC&", 14 * kDay, 1 * kDay}});
  const auto text = write_lifecycle(wanted);
  ASSERT_TRUE(text);
  auto again = read_lifecycle(*text);
  ASSERT_TRUE(again);
  for (LiveRule& rule : again->rules) rule.raw.clear();
  EXPECT_EQ(*again, wanted);
}

TEST(LifecycleXml, KeepsAPrefixOfASingleSpace) {
  const auto text = write_lifecycle({{{{"s", " ", kDay, std::nullopt}}}});
  ASSERT_TRUE(text);
  EXPECT_EQ(read_lifecycle(*text)->rules.at(0).rule.prefix, " ");
}

TEST(LifecycleXml, RefusesRulesThatS3WouldMisread) {
  const auto refused = [](LiveRule rule) {
    const auto text = write_lifecycle({{std::move(rule)}});
    return !text && text.error().fault == Fault::kInvalidInput;
  };
  EXPECT_TRUE(refused({{"a", "", Seconds(90'000), std::nullopt}})) << "not whole days";
  EXPECT_TRUE(refused({{"a", "", Seconds(0), std::nullopt}}));
  EXPECT_TRUE(refused({{"a", "", -kDay, std::nullopt}}));
  EXPECT_TRUE(refused({{"a", "", std::nullopt, Seconds(3600)}}));
  EXPECT_TRUE(refused({{"a", "", std::nullopt, std::nullopt}})) << "does nothing";
  EXPECT_TRUE(refused({{"", "", kDay, std::nullopt}}));
  EXPECT_TRUE(refused({{std::string(256, 'i'), "", kDay, std::nullopt}}));
  EXPECT_TRUE(refused({.rule = {.id = "a"}, .raw = "</LifecycleConfiguration><Evil/>"}));
  EXPECT_TRUE(refused({.rule = {.id = "a"}, .raw = "<NotARule/>"}));
  EXPECT_TRUE(refused({.rule = {.id = "a"}, .raw = " "}));
  const LiveRule one{{"same", "", kDay, std::nullopt}};
  EXPECT_FALSE(write_lifecycle({{one, one}}));
  EXPECT_FALSE(write_lifecycle({std::vector<LiveRule>(1001, one)}));
}

TEST(LifecycleXml, RefusesDocumentsThatAreNotWhole) {
  const std::string whole = document(kExpire);
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    ASSERT_FALSE(read_lifecycle(whole.substr(0, cut))) << cut;
  EXPECT_FALSE(read_lifecycle(document("<Unknown/>"))) << "it would be lost on writing";
  EXPECT_FALSE(read_lifecycle("<Error><Code>X</Code></Error>"));
}

}  // namespace
}  // namespace reconcile::s3
