#include "work.h"

#include "tests/plan/worlds.h"
#include <cstdlib>
#include <memory>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/chain/scale/reader.h"
#include "reconciler/chain/scale/writer.h"
#include "reconciler/manifest/manifest.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/plan/plan.h"
#include "reconciler/s3/sigv4.h"
#include "reconciler/s3/xml.h"

namespace bench {
namespace {

using namespace reconcile;
constexpr std::size_t kPageKeys = 1000;  // S3 ListObjectsV2
constexpr std::size_t kObjects = 10'000;

/// A benchmark of something that fails measures nothing.
void need(bool good) {
  if (!good) std::abort();
}

std::string key_of(std::size_t number) {
  return fmt::format("data/2026/11/{:02}/{:07}.json.gz", 1 + number * 20 / kObjects, number);
}

s3::SignedParts upload_request() {
  return {"PUT",
          "/bucket/" + key_of(1),
          {},
          {{"Content-Type", "application/gzip"},
           {"x-amz-meta-sha256", std::string(64, 'a')},
           {"x-amz-meta-size-bytes", "32768"},
           {"x-amz-meta-uploaded-at", "2026-11-22T07:20:14Z"},
           {"x-amz-meta-publication", "sn13"},
           {"If-None-Match", "*"},
           {"Host", "bucket.example.org"},
           {"x-amz-content-sha256", std::string(64, 'a')},
           {"x-amz-date", "20261122T072014Z"}},
          std::string(64, 'a')};
}

std::string page_xml() {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>true</IsTruncated>"
      "<EncodingType>url</EncodingType><NextContinuationToken>t</NextContinuationToken>";
  for (std::size_t i = 0; i < kPageKeys; ++i)
    out += fmt::format(
        "<Contents><Key>{}</Key><LastModified>2026-11-22T07:20:14.000Z</"
        "LastModified><ETag>&quot;{:032x}&quot;"
        "</ETag><Size>1000</Size><StorageClass>STANDARD</StorageClass></Contents>",
        key_of(i), i);
  return out + "</ListBucketResult>";
}

Index index_of_all() {
  Index out{.seq = 1,
            .prev = {},
            .netuid = 13,
            .hotkey = "5Hotkey",
            .time = worlds::kNow,
            .objects = {},
            .signature = {}};
  for (std::size_t i = 0; i < kObjects; ++i)
    out.objects.push_back({ObjectKey(key_of(i)),
                           Bytes(1000),
                           sha256_of(std::string_view(key_of(i))),
                           worlds::kNow - Seconds(std::chrono::days(1)),
                           {}});
  return out;
}

/// Everything is where it should be: what is left is comparing.
Observed settled_world() {
  Observed out = worlds::observed();
  const std::vector<IndexEntry> entries = index_of_all().objects;
  std::vector<ListedObject> listed;
  for (const IndexEntry& entry : entries)
    listed.push_back({entry.key, entry.size, "d41d8cd98f00b204e9800998ecf8427e", entry.time});
  out.objects = Complete<std::vector<ListedObject>>{std::move(listed)};
  worlds::commit(out, entries);
  return out;
}

void scale_both_ways() {
  chain::Writer writer;
  for (std::uint64_t i = 0; i < kPageKeys; ++i) writer.compact(i << (i % 50));
  const ByteVector bytes = writer.take();
  chain::Reader reader(bytes);
  for (std::size_t i = 0; i < kPageKeys; ++i) need(reader.compact().has_value());
}

}  // namespace

std::vector<Work> all_work() {
  const auto signer = std::make_shared<s3::Signer>(Secret("AKID"), Secret("secret"), "us-east-1");
  const auto request = std::make_shared<s3::SignedParts>(upload_request());
  const auto data = std::make_shared<std::string>(1u << 20, 'x');
  const auto page = std::make_shared<std::string>(page_xml());
  const auto index = std::make_shared<Index>(index_of_all());
  const auto text = std::make_shared<std::string>(print_index(*index));
  const auto wish = std::make_shared<Desired>(worlds::desired());
  const auto world = std::make_shared<Observed>(settled_world());
  return {
      {"sign an upload", "request", 1, true,
       [=] { need(!signer->authorization(*request, worlds::kNow).empty()); }},
      {"hash (SHA-256)", "MiB", 1, false, [=] { need(sha256_of(view_of(*data)) != Sha256()); }},
      {"read a page of a listing", "key", kPageKeys, true,
       [=] { need(s3::read_list(*page)->objects.size() == kPageKeys); }},
      {"print an index", "entry", kObjects, true, [=] { need(print_index(*index).size() > kObjects); }},
      {"read an index", "entry", kObjects, true,
       [=] { need(parse_index(*text)->objects.size() == kObjects); }},
      {"plan with nothing to do", "object", kObjects, true, [=] { need(plan(*wish, *world).steps.empty()); }},
      {"SCALE, compact numbers, both ways", "number", kPageKeys, true, scale_both_ways},
      {"read a manifest", "manifest", 1, true,
       [] { need(manifest::load({"examples/quickstart/manifest.yaml"}, {}).ok()); }},
  };
}

}  // namespace bench
