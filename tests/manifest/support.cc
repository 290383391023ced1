#include "support.h"

#include <stdexcept>

namespace reconcile::manifest {

Environment example_environment() {
  Environment out;
  const auto set = [&](const char* name, const char* value) { out.set(name, Secret(std::string(value))); };
  set("HOME", "/home/miner");
  set("S3_ENDPOINT", "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com");
  set("S3_BUCKET", "sn13-miner-1234");
  set("S3_ACCESS_KEY", "AKIDEXAMPLE");
  set("S3_SECRET_KEY", "hunter2hunter2");
  set("S3_REGION", "auto");
  // What the constant parts of manifests/formats are made of.
  set("NOVA_PATH", "owner/repo/main/path");
  set("HF_NAMESPACE", "namespace");
  set("HF_MODEL", "model");
  set("HF_REVISION", "6dcd4ce23d88e2ee9568ba546c007c63d9131c1b");
  set("COMPETITION", "14");
  set("CAPSUB_WORKFLOW", "flow");
  set("GRAVITY_COMMIT", "4b0620dd70da0123456789abcdef0123456789ab");
  set("S3_PUBLIC_URL", "https://pub-0123456789abcdef0123456789abcdef.r2.dev");
  return out;
}

Manifests yaml(const std::string& text, const Environment& environment) {
  return read_text(text, "/srv/m/one.yaml", Syntax::kYaml, environment);
}

Manifests toml(const std::string& text, const Environment& environment) {
  return read_text(text, "/srv/m/one.toml", Syntax::kToml, environment);
}

std::string small(const std::string& spec, const std::string& name) {
  return "apiVersion: reconcile/v1alpha1\n"
         "kind: Publication\n"
         "metadata: {name: " +
         name +
         "}\n"
         "spec:\n"
         "  bucket: {provider: directory, path: ./bucket-" +
         name +
         "}\n"
         "  buffer: {path: ./buffer-" +
         name + "}\n" + spec;
}

std::string r2(const Parts& parts) {
  return "apiVersion: reconcile/v1alpha1\n"
         "kind: Publication\n"
         "metadata: {name: " +
         parts.name +
         "}\n"
         "spec:\n"
         "  bucket:\n"
         "    provider: r2\n"
         "    name: " +
         parts.bucket_name +
         "\n"
         "    endpoint: https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com\n"
         "    publicUrl: " +
         parts.public_url +
         "\n"
         "    credentials: {accessKeyId: {fromEnv: S3_ACCESS_KEY}, secretAccessKey: {fromEnv: "
         "S3_SECRET_KEY}}\n" +
         parts.bucket + "  buffer: {path: " + parts.buffer + "}\n" +
         (parts.upload.empty() ? "" : "  upload:\n" + parts.upload) +
         "  commitment:\n"
         "    netuid: 13\n" +
         parts.commitment;
}

std::string lines(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += headline(diagnostic) + "\n";
  return out;
}

Desired only(const Manifests& manifests) {
  if (manifests.publications.size() != 1)
    throw std::runtime_error("not one publication:\n" + lines(manifests.errors));
  return manifests.publications.front();
}

}  // namespace reconcile::manifest
