import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { listFiles } from "tumorlab/internal/paper/certificate/hashed-file";

type Value = string | { "@id": string } | Value[];
type Entity = Record<string, Value> & { "@id": string; "@type": string };

/** Terms of https://w3id.org/ro/crate/1.2/context that a certificate uses; another word would be none of the context's. */
const terms = [
  ...[
    "about",
    "conformsTo",
    "name",
    "description",
    "datePublished",
    "license",
    "hasPart",
    "mentions",
    "version",
  ],
  ...[
    "softwareVersion",
    "softwareRequirements",
    "url",
    "instrument",
    "object",
    "result",
    "startTime",
    "endTime",
  ],
  ...["actionStatus", "sha256", "contentSize", "encodingFormat", "@id", "@type"],
];
const types = ["CreativeWork", "Dataset", "SoftwareApplication", "CreateAction", "File"];

/**
 * Holds a folder against what RO-Crate 1.2 and Process Run Crate 0.5 demand (MUST) and mostly advise (SHOULD). The one
 * validator on npm, of package ro-crate 3.7.2 (roc-validate), is GPL-3.0 and so no dependency; it finds no error in a
 * certificate either.
 */
export async function checkRoCrate(folder: string): Promise<void> {
  const crate = JSON.parse(await readFile(path.join(folder, "ro-crate-metadata.json"), "utf8")) as {
    "@context": string;
    "@graph": Entity[];
  };
  assert.deepEqual(Object.keys(crate), ["@context", "@graph"]);
  assert.equal(crate["@context"], "https://w3id.org/ro/crate/1.2/context");
  const graph = new Map(crate["@graph"].map((entity) => [entity["@id"], entity]));
  assert.equal(graph.size, crate["@graph"].length, "each @id once");
  const isReference = (value: Value): value is { "@id": string } =>
    typeof value === "object" && !Array.isArray(value);
  for (const entity of graph.values()) {
    assert.ok(types.includes(entity["@type"]), entity["@type"]);
    assert.ok(!/\s|\\/.test(entity["@id"]), entity["@id"]);
    for (const [term, value] of Object.entries(entity)) {
      assert.ok(terms.includes(term), term);
      // Flattened and compacted: no entity stands in another.
      for (const each of [value].flat<Value[]>())
        if (isReference(each)) assert.deepEqual(Object.keys(each), ["@id"]);
        else assert.equal(typeof each, "string");
    }
  }
  const idsOf = (value: Value | undefined): string[] =>
    ([value ?? []].flat() as { "@id": string }[]).map((each) => each["@id"]);
  const descriptor = graph.get("ro-crate-metadata.json")!;
  assert.equal(descriptor["@type"], "CreativeWork");
  assert.deepEqual(idsOf(descriptor.about), ["./"]);
  assert.deepEqual(idsOf(descriptor.conformsTo), ["https://w3id.org/ro/crate/1.2"]);
  const root = graph.get("./")!;
  assert.equal(root["@type"], "Dataset");
  for (const term of ["name", "description", "datePublished", "license"]) assert.ok(root[term], term);
  assert.match(root.datePublished as string, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.ok(graph.get(idsOf(root.license)[0])?.name);
  assert.deepEqual(idsOf(root.conformsTo), ["https://w3id.org/ro/wfrun/process/0.5"]);

  const parts = idsOf(root.hasPart);
  const files = (await listFiles(folder)).filter((name) => name !== "ro-crate-metadata.json");
  assert.deepEqual(parts.map(decodeURIComponent).sort(), files.sort());
  for (const id of parts) {
    const file = graph.get(id)!;
    const bytes = await readFile(path.join(folder, decodeURIComponent(id)));
    assert.equal(file["@type"], "File");
    assert.equal(file.contentSize, String(bytes.length));
    assert.equal(file.sha256, createHash("sha256").update(bytes).digest("hex"), id);
    assert.ok(file.name && file.description && file.encodingFormat, id);
  }
  const actions = [...graph.values()].filter((entity) => entity["@type"] === "CreateAction");
  assert.deepEqual(
    idsOf(root.mentions),
    actions.map((action) => action["@id"]),
  );
  for (const action of actions) {
    for (const term of ["instrument", "object", "result"])
      for (const id of idsOf(action[term])) assert.ok(graph.has(id), `${term} ${id}`);
    assert.equal(graph.get(idsOf(action.instrument)[0])!["@type"], "SoftwareApplication");
    assert.ok(idsOf(action.result).length > 0 && action.name && action.endTime, action["@id"]);
  }
  const software = graph.get("#tumorlab")!;
  assert.ok(software.softwareVersion && software.name);
  assert.ok(!JSON.stringify(crate).includes('"author"'), "nobody knows who ran it");
}
