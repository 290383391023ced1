// Kubernetes objects (a JSON array on stdin) against the published schemas; what is wrong, one a line.
// The schemas let unknown members pass, as an API server drops them. Here they are wrong: each member that no schema
// asked for is a mistyped one.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);

function modelOf({ apiVersion, kind }) {
  for (const collection of ["kubernetes-models", "@kubernetes-models/prometheus-operator"]) {
    try {
      const model = require(`${collection}/${apiVersion}`)[kind];
      if (model) return model;
    } catch (error) {
      // Not of this collection. A library that is missing of its own is another thing.
      if (!error.message.includes(`'${collection}/${apiVersion}'`) && error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
    }
  }
  return null;
}

// A value that remembers which of its members were asked for.
function watched(value, asked, path = "") {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, name) {
      const below = `${path}/${String(name)}`;
      asked.add(below);
      return watched(target[name], asked, below);
    },
  });
}

function members(value, path = "") {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, below]) => [`${path}/${name}`, ...members(below, `${path}/${name}`)]);
}

for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  const name = `${object.kind} ${object.metadata?.name}`;
  const Model = modelOf(object);
  if (!Model) {
    console.log(`${name}: no schema of ${object.apiVersion} ${object.kind}`);
    continue;
  }
  const asked = new Set();
  try {
    // The constructor would copy the object; the method alone looks at what is given.
    Model.prototype.validate.call(watched(object, asked));
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
  for (const member of members(object)) {
    if (!asked.has(member)) console.log(`${name}: ${member} is in no schema`);
  }
}
