import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CheckContext, fail, ok } from "../check.js";

/** Whether the samples are the very files that the registry beside them names. */
export async function checkSamples({ root }: CheckContext) {
  const folder = join(root, "data-manifests", "samples");
  const registry = await readFile(join(folder, "registry.txt"), "utf8");
  const entries = registry
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/));
  const wrong: string[] = [];
  for (const [name, sha256] of entries) {
    const found = await readFile(join(folder, name)).then(hash, (error: NodeJS.ErrnoException) => error.code);
    if (found !== sha256) wrong.push(`${name} (${found})`);
  }
  return [
    wrong.length === 0
      ? ok(`${entries.length} files, each with the sha256 of registry.txt`)
      : fail(
          `not the shipped bytes: ${wrong.join(", ")}. git checkout -- data-manifests/samples brings them back`,
        ),
  ];
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
