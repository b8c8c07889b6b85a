import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

interface Entry {
  version?: string;
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  hasInstallScript?: boolean;
}

const root = path.resolve(__dirname, "../../../..");
const readJson = (name: string) => JSON.parse(readFileSync(path.join(root, name), "utf8"));
const packages = readJson("package-lock.json").packages as Record<string, Entry>;
const manifests = ["package.json", "src/package.json", "environment/lab/package.json"];

describe("package-lock.json", () => {
  it("holds the binary packages of every platform, or npm ci refuses it and other systems lack them", () => {
    const missing = Object.entries(packages).flatMap(([at, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => !packages[`node_modules/${name}`] && !packages[`${at}/node_modules/${name}`])
        .map((name) => `${at} needs ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  it("names no registry, so that it installs from whichever one npm is set to", () => {
    const resolved = Object.entries(packages).filter(([, entry]) => entry.resolved && !entry.link);
    assert.deepEqual(resolved, []);
  });

  it("is asked for by exact versions only", () => {
    for (const name of manifests) {
      const { dependencies, devDependencies, optionalDependencies } = readJson(name) as Entry;
      for (const [key, range] of Object.entries({
        ...dependencies,
        ...devDependencies,
        ...optionalDependencies,
      }))
        assert.match(range, /^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/, `${name}: ${key}@${range}`);
    }
  });

  it("says for every package with an install script whether it may run", () => {
    const { allowScripts } = readJson("package.json") as { allowScripts: Record<string, boolean> };
    const withScript = Object.entries(packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([at]) => at.replace(/^.*node_modules\//, ""));
    assert.deepEqual(
      withScript.filter((name) => !(name in allowScripts)),
      [],
    );
  });
});
