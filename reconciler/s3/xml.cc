#include "reconciler/s3/xml.h"

#include <cstring>

#include "reconciler/base/units.h"
#include "reconciler/base/utf8.h"
#include "reconciler/s3/xml_document.h"

namespace reconcile::s3 {
namespace {

constexpr const char* kNamespace = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
constexpr std::size_t kPageEntriesMax = 1000;  // every list call of S3 gives at most 1,000 entries a page
constexpr std::size_t kTextBytesMax = 300;     // of what a server says and we repeat

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Fault::kCorrupt, what, "this is not the expected answer of an S3 server; check the endpoint");
}

/// For logs and terminals: bounded, printable.
std::string shown(const char* text) {
  std::string out = std::string(text).substr(0, kTextBytesMax);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return out;
}

ErrorDocument error_of(const pugi::xml_node& root) {
  return {shown(root.child("Code").text().get()), shown(root.child("Message").text().get()),
          shown(root.child("RequestId").text().get()), shown(root.child("Region").text().get())};
}

Result<ListedObject> object_of(const pugi::xml_node& node, bool encoded) {
  ListedObject out;
  TRY_ASSIGN(std::string key, required_text(node, "Key"));
  if (encoded) {
    TRY_ASSIGN(key, decoded_key(key));
  }
  if (key.empty()) return corrupt("an object without a key");
  TRY_ASSIGN(const std::uint64_t size, required_number(node, "Size"));
  TRY_ASSIGN(const std::string modified, required_text(node, "LastModified"));
  auto time = parse_time(modified);
  if (!time) return corrupt("LastModified is not a time");
  return ListedObject{ObjectKey(std::move(key)), Bytes(size), bare_etag(node.child("ETag").text().get()),
                      *time};
}

Result<DoneAnswer> read_done(std::string_view xml, const char* root) {
  pugi::xml_document document;
  if (load_xml(document, xml, "Error")) return DoneAnswer{"", error_of(document.document_element())};
  TRY(load_xml(document, xml, root));
  return DoneAnswer{bare_etag(document.document_element().child("ETag").text().get()), std::nullopt};
}

}  // namespace

Result<ListPage> read_list(std::string_view xml) {
  pugi::xml_document document;
  TRY(load_xml(document, xml, "ListBucketResult"));
  const pugi::xml_node root = document.document_element();
  ListPage out;
  TRY_ASSIGN(out.truncated, required_flag(root, "IsTruncated"));
  const bool encoded = std::strcmp(root.child("EncodingType").text().get(), "url") == 0;
  for (const pugi::xml_node& node : root.children("Contents")) {
    TRY_ASSIGN(ListedObject object, object_of(node, encoded));
    out.objects.push_back(std::move(object));
  }
  if (out.objects.size() > kPageEntriesMax) return corrupt("a listing page of more than 1,000 objects");
  if (root.child("KeyCount")) {
    TRY_ASSIGN(const std::uint64_t count, required_number(root, "KeyCount"));
    if (count != out.objects.size())
      return corrupt("a listing page says " + std::to_string(count) + " keys and holds " +
                     std::to_string(out.objects.size()));
  }
  out.next_token = root.child("NextContinuationToken").text().get();
  if (out.truncated && out.next_token.empty())
    return corrupt("a listing page says that more follow, but not where");
  return out;
}

Result<ErrorDocument> read_error(std::string_view xml) {
  pugi::xml_document document;
  TRY(load_xml(document, xml, "Error"));
  ErrorDocument out = error_of(document.document_element());
  if (out.code.empty()) return corrupt("an Error document without a code");
  return out;
}

Result<std::string> read_upload_id(std::string_view xml) {
  pugi::xml_document document;
  TRY(load_xml(document, xml, "InitiateMultipartUploadResult"));
  TRY_ASSIGN(std::string id, required_text(document.document_element(), "UploadId"));
  if (id.empty()) return corrupt("an upload without an id");
  return id;
}

Result<DoneAnswer> read_complete(std::string_view xml) {
  return read_done(xml, "CompleteMultipartUploadResult");
}
Result<DoneAnswer> read_copy(std::string_view xml) { return read_done(xml, "CopyObjectResult"); }

Result<PartsPage> read_parts(std::string_view xml) {
  pugi::xml_document document;
  TRY(load_xml(document, xml, "ListPartsResult"));
  const pugi::xml_node root = document.document_element();
  PartsPage out;
  TRY_ASSIGN(out.truncated, required_flag(root, "IsTruncated"));
  for (const pugi::xml_node& node : root.children("Part")) {
    TRY_ASSIGN(const std::uint64_t number, required_number(node, "PartNumber"));
    TRY_ASSIGN(const std::uint64_t size, required_number(node, "Size"));
    TRY_ASSIGN(const std::string etag, required_text(node, "ETag"));
    if (number < 1 || number > 10'000) return corrupt("a part number outside 1 to 10,000");
    out.parts.push_back({static_cast<std::uint32_t>(number), bare_etag(etag), Bytes(size)});
  }
  if (out.parts.size() > kPageEntriesMax) return corrupt("a page of more than 1,000 parts");
  if (out.truncated) {
    TRY_ASSIGN(const std::uint64_t marker, required_number(root, "NextPartNumberMarker"));
    if (marker < 1 || marker > 10'000) return corrupt("a page of parts says that more follow, but not where");
    out.next_marker = static_cast<std::uint32_t>(marker);
  }
  return out;
}

Result<UploadsPage> read_uploads(std::string_view xml) {
  pugi::xml_document document;
  TRY(load_xml(document, xml, "ListMultipartUploadsResult"));
  const pugi::xml_node root = document.document_element();
  const bool encoded = std::strcmp(root.child("EncodingType").text().get(), "url") == 0;
  UploadsPage out;
  TRY_ASSIGN(out.truncated, required_flag(root, "IsTruncated"));
  for (const pugi::xml_node& node : root.children("Upload")) {
    TRY_ASSIGN(std::string key, required_text(node, "Key"));
    if (encoded) {
      TRY_ASSIGN(key, decoded_key(key));
    }
    TRY_ASSIGN(std::string id, required_text(node, "UploadId"));
    TRY_ASSIGN(const std::string started, required_text(node, "Initiated"));
    auto time = parse_time(started);
    if (!time) return corrupt("Initiated is not a time");
    out.uploads.push_back({ObjectKey(std::move(key)), std::move(id), *time});
  }
  if (out.uploads.size() > kPageEntriesMax) return corrupt("a page of more than 1,000 uploads");
  out.next_key = root.child("NextKeyMarker").text().get();
  if (encoded) {
    TRY_ASSIGN(out.next_key, decoded_key(out.next_key));
  }
  out.next_id = root.child("NextUploadIdMarker").text().get();
  if (out.truncated && out.next_key.empty())
    return corrupt("a page of uploads says that more follow, but not where");
  return out;
}

std::string write_complete(const std::vector<PartTag>& parts) {
  std::string out = std::string("<CompleteMultipartUpload") + kNamespace + ">";
  for (const PartTag& part : parts)
    out += "<Part><PartNumber>" + std::to_string(part.number) + "</PartNumber><ETag>&quot;" +
           xml_escape(part.etag) + "&quot;</ETag></Part>";
  return out + "</CompleteMultipartUpload>";
}

std::string write_delete(const std::vector<ObjectKey>& keys) {
  std::string out = std::string("<Delete") + kNamespace + "><Quiet>true</Quiet>";
  for (const ObjectKey& key : keys) out += "<Object><Key>" + xml_escape(key.get()) + "</Key></Object>";
  return out + "</Delete>";
}

Result<std::vector<DeleteFailure>> read_delete(std::string_view xml) {
  pugi::xml_document document;
  TRY(load_xml(document, xml, "DeleteResult"));
  std::vector<DeleteFailure> out;
  for (const pugi::xml_node& node : document.document_element().children("Error")) {
    TRY_ASSIGN(std::string key, required_text(node, "Key"));
    out.push_back({ObjectKey(std::move(key)), shown(node.child("Code").text().get())});
  }
  return out;
}

bool fits_xml(const ObjectKey& key) {
  for (const char c : key.get()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  }
  // U+FFFE and U+FFFF are the two other holes of XML 1.0's Char.
  return is_utf8(key.get()) && key.get().find("\xEF\xBF\xBE") == std::string::npos &&
         key.get().find("\xEF\xBF\xBF") == std::string::npos;
}

std::string write_location(const std::string& region) {
  return std::string("<CreateBucketConfiguration") + kNamespace + "><LocationConstraint>" +
         xml_escape(region) + "</LocationConstraint></CreateBucketConfiguration>";
}

}  // namespace reconcile::s3
