#include "reconciler/s3/xml.h"

#include <gtest/gtest.h>

#include "reconciler/base/units.h"

// Documents follow the examples of the Amazon S3 API Reference (ListObjectsV2, Error responses,
// CreateMultipartUpload, CompleteMultipartUpload, ListParts, ListMultipartUploads, DeleteObjects).

namespace reconcile::s3 {
namespace {

const std::string kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string entry(const std::string& key, const std::string& more = "") {
  return "<Contents><Key>" + key +
         "</Key><LastModified>2009-10-12T17:50:30.000Z</"
         "LastModified><ETag>&quot;fba9dede5f27731c9771645a39863328"
         "&quot;</ETag><Size>434234</Size><StorageClass>STANDARD</StorageClass>" +
         more + "</Contents>";
}
std::string list(const std::string& inside, const std::string& truncated = "false") {
  return kHead +
         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name><Prefix/>" +
         "<MaxKeys>1000</MaxKeys><IsTruncated>" + truncated + "</IsTruncated>" + inside +
         "</ListBucketResult>";
}

TEST(ListXml, ReadsThePublishedForm) {
  const auto page = read_list(list("<KeyCount>1</KeyCount>" + entry("my-image.jpg")));
  ASSERT_TRUE(page) << page.error().cause;
  ASSERT_EQ(page->objects.size(), 1u);
  EXPECT_EQ(page->objects[0].key.get(), "my-image.jpg");
  EXPECT_EQ(page->objects[0].size, Bytes(434234));
  EXPECT_EQ(page->objects[0].etag, "fba9dede5f27731c9771645a39863328");
  EXPECT_EQ(page->objects[0].modified, *parse_time("2009-10-12T17:50:30Z"));
  EXPECT_FALSE(page->truncated);
}

TEST(ListXml, DecodesKeysOnlyWhereTheServerSaysThatItEncodedThem) {
  const auto encoded = read_list(list("<EncodingType>url</EncodingType>" + entry("a%2Fb+c%2Bd%0Ae%C3%BC")));
  ASSERT_TRUE(encoded);
  EXPECT_EQ(encoded->objects.at(0).key.get(), "a/b c+d\ne\xC3\xBC");
  const auto plain = read_list(list(entry("a%2Fb+c&amp;&lt;d")));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->objects.at(0).key.get(), "a%2Fb+c&<d");
  EXPECT_FALSE(read_list(list("<EncodingType>url</EncodingType>" + entry("a%2"))));
}

TEST(ListXml, KnowsAnEmptyListingFromNone) {
  const auto empty = read_list(list("<KeyCount>0</KeyCount>"));
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->objects.empty());
}

TEST(ListXml, GivesTheTokenOfTheNextPage) {
  const auto page =
      read_list(list("<NextContinuationToken>1ueGc=</NextContinuationToken>" + entry("a"), "true"));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->truncated);
  EXPECT_EQ(page->next_token, "1ueGc=");
}

TEST(ListXml, RefusesEverythingThatCouldBeAShortList) {
  const std::string whole = list("<KeyCount>2</KeyCount>" + entry("a") + entry("b"));
  ASSERT_TRUE(read_list(whole));
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const auto page = read_list(whole.substr(0, cut));
    ASSERT_FALSE(page) << "cut at byte " << cut;
    EXPECT_EQ(page.error().fault, Fault::kCorrupt);
  }
  EXPECT_FALSE(read_list(list(entry("a"), "true"))) << "more follow, but not where";
  EXPECT_FALSE(read_list(list("<KeyCount>2</KeyCount>" + entry("a"))));
  EXPECT_FALSE(read_list(kHead + "<ListBucketResult>" + entry("a") + "</ListBucketResult>"))
      << "no IsTruncated";
  EXPECT_FALSE(read_list(list(entry("a"), "maybe")));
  EXPECT_FALSE(read_list(list(entry(""))));
  EXPECT_FALSE(read_list(list(entry("a", "<Size>1</Size>")))) << "two sizes";
  EXPECT_FALSE(read_list(list("<Contents><Key>a</Key><Size>1</Size></Contents>"))) << "no time";
  EXPECT_FALSE(
      read_list(list("<Contents><Key>a</Key><Size>-1</Size><LastModified>2009-10-12T17:50:30Z"
                     "</LastModified></Contents>")));
  EXPECT_FALSE(read_list(whole + whole)) << "two documents";
  EXPECT_FALSE(read_list("<html><body>Welcome to the hotel</body></html>"));
  EXPECT_FALSE(read_list(""));
}

TEST(ListXml, RefusesWhatIsTooLargeTooDeepOrTooMany) {
  EXPECT_FALSE(read_list(list(std::string(9u << 20, ' '))));
  std::string deep, close;
  for (int i = 0; i < 50'000; ++i) deep += "<a>";
  EXPECT_FALSE(read_list(list(deep))) << "unclosed and deep";
  deep.clear();
  for (int i = 0; i < 14; ++i) deep += "<a>", close += "</a>";
  EXPECT_FALSE(read_list(list(deep + close)));
  std::string many;
  for (int i = 0; i < 70'000; ++i) many += "<a/>";
  EXPECT_FALSE(read_list(list(many)));
  std::string keys;
  for (int i = 0; i < 1001; ++i) keys += entry("k");
  EXPECT_FALSE(read_list(list(keys)));
  EXPECT_FALSE(read_list(list(std::string("\0", 1) + entry("a"))));
}

TEST(ListXml, ExpandsNoEntities) {
  const auto page = read_list("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>" +
                              list(entry("&b;")).substr(kHead.size()));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects.at(0).key.get(), "&b;");
}

TEST(ErrorXml, ReadsCodeMessageAndRequestId) {
  const auto error =
      read_error(kHead +
                 "<Error><Code>NoSuchKey</Code><Message>The resource\nyou requested does not exist"
                 "</Message><Resource>/mybucket/myfoto.jpg</Resource><RequestId>4442587FB7D0A2F9"
                 "</RequestId></Error>");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "NoSuchKey");
  EXPECT_EQ(error->message, "The resource you requested does not exist");
  EXPECT_EQ(error->request_id, "4442587FB7D0A2F9");
}

TEST(ErrorXml, LivesWithoutAMessageAndBoundsALongOne) {
  const auto bare = read_error("<Error><Code>AccessDenied</Code></Error>");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->message, "");
  const auto loud =
      read_error("<Error><Code>X</Code><Message>" + std::string(10'000, 'm') + "</Message></Error>");
  ASSERT_TRUE(loud);
  EXPECT_EQ(loud->message.size(), 300u);
  EXPECT_FALSE(read_error("<Error><Message>no code</Message></Error>"));
  EXPECT_FALSE(read_error("<html/>"));
}

TEST(MultipartXml, ReadsTheUploadId) {
  const auto id = read_upload_id(kHead +
                                 "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key>"
                                 "<UploadId>VXBsb2FkIElE</UploadId></InitiateMultipartUploadResult>");
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, "VXBsb2FkIElE");
  EXPECT_FALSE(read_upload_id("<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>"));
}

TEST(MultipartXml, LooksForAnErrorInsideASuccess) {
  const auto done = read_complete(
      "<CompleteMultipartUploadResult><ETag>\"3858f62230ac3c915f300c664312c11f-9\"</ETag>"
      "</CompleteMultipartUploadResult>");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->etag, "3858f62230ac3c915f300c664312c11f-9");
  EXPECT_FALSE(done->error);
  const auto failed = read_complete(kHead + "  \n<Error><Code>InternalError</Code></Error>");
  ASSERT_TRUE(failed);
  ASSERT_TRUE(failed->error);
  EXPECT_EQ(failed->error->code, "InternalError");
  const auto quirk =
      read_complete("<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>");
  ASSERT_TRUE(quirk);
  EXPECT_EQ(quirk->etag, "");
  EXPECT_FALSE(read_complete("<CompleteMultipartUploadResult><ETag>"));
}

TEST(MultipartXml, ReadsParts) {
  const std::string part =
      "<Part><PartNumber>2</PartNumber><LastModified>2010-11-10T20:48:34.000Z</LastModified>"
      "<ETag>\"7778aef83f66abc1fa1e8477f296d394\"</ETag><Size>10485760</Size></Part>";
  const auto page = read_parts(
      "<ListPartsResult><NextPartNumberMarker>2</NextPartNumberMarker>"
      "<IsTruncated>true</IsTruncated>" +
      part + "</ListPartsResult>");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->parts.at(0).number, 2u);
  EXPECT_EQ(page->parts.at(0).size, Bytes(10485760));
  EXPECT_EQ(page->next_marker, 2u);
  EXPECT_FALSE(read_parts("<ListPartsResult><IsTruncated>true</IsTruncated>" + part + "</ListPartsResult>"));
  EXPECT_FALSE(
      read_parts("<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>10001</PartNumber>"
                 "<ETag>x</ETag><Size>1</Size></Part></ListPartsResult>"));
}

TEST(MultipartXml, ReadsUploads) {
  const auto page = read_uploads(
      "<ListMultipartUploadsResult><EncodingType>url</EncodingType><NextKeyMarker>my+divisor</NextKeyMarker>"
      "<NextUploadIdMarker>YW55</NextUploadIdMarker><IsTruncated>true</IsTruncated><Upload><Key>my+divisor</"
      "Key>"
      "<UploadId>XMgbG</UploadId><Initiated>2010-11-10T20:48:33.000Z</Initiated></Upload>"
      "</ListMultipartUploadsResult>");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->uploads.at(0).key.get(), "my divisor");
  EXPECT_EQ(page->next_key, "my divisor");
  EXPECT_EQ(page->next_id, "YW55");
}

TEST(MultipartXml, WritesTheListOfParts) {
  EXPECT_EQ(write_complete({{1, "a"}, {2, "b&c"}}),
            "<CompleteMultipartUpload "
            "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><PartNumber>1</PartNumber>"
            "<ETag>&quot;a&quot;</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&quot;b&amp;c&quot;</"
            "ETag></Part>"
            "</CompleteMultipartUpload>");
}

TEST(DeleteXml, WritesKeysEscapedAndReadsFailures) {
  EXPECT_NE(write_delete({ObjectKey("a<b>&\"\r")}).find("<Key>a&lt;b&gt;&amp;&quot;&#13;</Key>"),
            std::string::npos);
  const auto failures =
      read_delete("<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code></Error></DeleteResult>");
  ASSERT_TRUE(failures);
  EXPECT_EQ(failures->at(0).key.get(), "k");
  EXPECT_EQ(failures->at(0).code, "AccessDenied");
  EXPECT_TRUE(read_delete("<DeleteResult/>")->empty());
  EXPECT_TRUE(fits_xml(ObjectKey("a\tb\xC3\xBC")));
  for (const char* key : {"a\x01", "\x1F", "\xFF", "a\xEF\xBF\xBF"}) EXPECT_FALSE(fits_xml(ObjectKey(key)));
}

}  // namespace
}  // namespace reconcile::s3
