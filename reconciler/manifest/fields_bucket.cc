#include "reconciler/manifest/fields.h"

namespace reconcile::manifest {

std::vector<Field> bucket_fields() {
  return {
      {.address = "spec.bucket", .type = Type::kObject, .doc = "Where the objects go.", .required = true},
      {.address = "spec.bucket.provider",
       .type = Type::kEnum,
       .doc = "Whose storage it is. s3: any other server that speaks S3. directory: a local folder.",
       .values = "r2|b2|aws|wasabi|minio|ceph|s3|directory",
       .required = true,
       .set = [](Desired& d, const Value& v) { d.bucket.provider = static_cast<Provider>(v.integer); }},
      {.address = "spec.bucket.name",
       .doc = "Name of the bucket. Required but for directory.",
       .set = [](Desired& d, const Value& v) { d.bucket.name = v.text; }},
      {.address = "spec.bucket.endpoint",
       .doc = "Address of the S3 API: https://host, without the bucket. Not needed for aws, b2 and wasabi "
              "with a region.",
       .set = [](Desired& d, const Value& v) { d.bucket.endpoint = v.text; }},
      {.address = "spec.bucket.region",
       .doc = "Region that requests are signed for, such as auto or eu-central-003; the provider's usual one "
              "if left out.",
       .set = [](Desired& d, const Value& v) { d.bucket.region = v.text; }},
      {.address = "spec.bucket.publicUrl",
       .doc = "What readers put before a key: https://host/path. Fetched without credentials before each "
              "commitment.",
       .set =
           [](Desired& d, const Value& v) {
             d.bucket.public_url = v.text;
             if (v.text.ends_with('/')) d.bucket.public_url.pop_back();
           }},
      {.address = "spec.bucket.path",
       .type = Type::kPath,
       .doc = "directory only: the folder that is the bucket.",
       .set = [](Desired& d, const Value& v) { d.bucket.path = v.path; }},
      {.address = "spec.bucket.addressing",
       .type = Type::kEnum,
       .doc = "Where the bucket's name stands in a request: in the path or in the host name.",
       .preset = "auto",
       .values = "auto|path|virtual-host",
       .set = [](Desired& d, const Value& v) { d.bucket.addressing = static_cast<Addressing>(v.integer); }},
      {.address = "spec.bucket.allowHttp",
       .type = Type::kBool,
       .doc = "Allow http:// to hosts other than this machine.",
       .preset = "false",
       .set = [](Desired& d, const Value& v) { d.bucket.allow_http = v.integer != 0; }},
      {.address = "spec.bucket.caFile",
       .type = Type::kPath,
       .doc = "PEM file of a certificate authority to trust besides the system's.",
       .set = [](Desired& d, const Value& v) { d.bucket.ca_file = v.path; }},
      {.address = "spec.bucket.credentials",
       .type = Type::kObject,
       .doc = "Where the access key is found; never the key itself."},
      {.address = "spec.bucket.credentials.accessKeyId",
       .type = Type::kSecret,
       .doc = "Access key id.",
       .set = [](Desired& d, const Value& v) { d.bucket.access_key_id = v.secret; }},
      {.address = "spec.bucket.credentials.secretAccessKey",
       .type = Type::kSecret,
       .doc = "Secret access key.",
       .set = [](Desired& d, const Value& v) { d.bucket.secret_access_key = v.secret; }},
      {.address = "spec.bucket.create",
       .type = Type::kBool,
       .doc = "Create the bucket when it does not exist.",
       .preset = "false",
       .set = [](Desired& d, const Value& v) { d.bucket.create = v.integer != 0; }},
      {.address = "spec.bucket.resync",
       .type = Type::kDuration,
       .doc = "In the continuous mode the whole bucket is listed so often, and at least twice within "
              "expiryMargin; "
              "passes between list only what can have changed. 0s: each pass lists it.",
       .preset = "6h",
       .set = [](Desired& d, const Value& v) { d.bucket.resync = v.duration; }},
      {.address = "spec.bucket.lifecycle",
       .type = Type::kObject,
       .doc = "When objects leave the bucket again."},
      {.address = "spec.bucket.lifecycle.ownership",
       .type = Type::kEnum,
       .doc = "merge: other people's rules stay. exclusive: they are removed. ignore: rules are neither read "
              "nor written.",
       .preset = "merge",
       .values = "merge|exclusive|ignore",
       .set =
           [](Desired& d, const Value& v) {
             d.bucket.lifecycle.ownership = static_cast<LifecycleOwnership>(v.integer);
           }},
      {.address = "spec.bucket.lifecycle.expiryMargin",
       .type = Type::kDuration,
       .doc = "How long before its object may vanish an entry leaves the index; default: the larger of 1d "
              "and 3 cadences.",
       .set = [](Desired& d, const Value& v) { d.bucket.lifecycle.expiry_margin = v.duration; }},
      {.address = "spec.bucket.lifecycle.rules",
       .type = Type::kObjects,
       .doc = "Rules as the provider gets them, at most 1,000.",
       .most = 1000,  // S3 PutBucketLifecycleConfiguration: 1,000 rules (API reference)
       .set = [](Desired& d, const Value&) { d.bucket.lifecycle.rules.emplace_back(); }},
      {.address = "spec.bucket.lifecycle.rules[].id",
       .doc = "Name of the rule, unique, at most 255 characters.",
       .required = true,
       .set = [](Desired& d, const Value& v) { d.bucket.lifecycle.rules.back().id = v.text; }},
      {.address = "spec.bucket.lifecycle.rules[].prefix",
       .doc = "Keys that it applies to begin so; empty: all.",
       .preset = "",
       .may_be_empty = true,
       .set = [](Desired& d, const Value& v) { d.bucket.lifecycle.rules.back().prefix = v.text; }},
      {.address = "spec.bucket.lifecycle.rules[].expireAfter",
       .type = Type::kDuration,
       .doc = "Objects older than that are deleted; whole days, but for directory.",
       .set = [](Desired& d, const Value& v) { d.bucket.lifecycle.rules.back().expire_after = v.duration; }},
      {.address = "spec.bucket.lifecycle.rules[].abortIncompleteUploadsAfter",
       .type = Type::kDuration,
       .doc = "Unfinished multipart uploads older than that are dropped; whole days.",
       .set = [](Desired& d,
                 const Value& v) { d.bucket.lifecycle.rules.back().abort_uploads_after = v.duration; }},
  };
}

}  // namespace reconcile::manifest
