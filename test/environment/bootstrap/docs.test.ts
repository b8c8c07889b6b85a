import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../../../..");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "environment/README.md",
  "data-manifests/samples/SOURCE.md",
];
const read = (name: string) => readFileSync(path.join(root, name), "utf8");

describe("the documents", () => {
  it("link only to files that exist", () => {
    for (const name of documents)
      for (const [, target] of read(name).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
        if (!/^https?:/.test(target))
          assert.ok(existsSync(path.join(root, path.dirname(name), target)), `${name}: ${target}`);
  });

  it("name only npm scripts and steps that there are", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const steps = [
      "build",
      "front-end",
      "environment",
      "library",
      "coverage",
      "types",
      "prose",
      "lint",
      "format",
      "notebooks",
      "browser",
    ];
    for (const name of documents) {
      const text = read(name);
      for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g))
        assert.ok(scripts[script], `${name}: npm run ${script}`);
      for (const [, step] of text.matchAll(/npm test -- ([a-z-]+)/g))
        assert.ok(steps.includes(step), `${name}: ${step}`);
    }
  });

  it("show the two commands and a picture on the first screen of the README", () => {
    const screen = read("README.md").split("\n").slice(0, 40).join("\n");
    assert.match(screen, /```sh\ngit clone .*\nnpm start\n```/);
    assert.match(screen, /!\[[^\]]{40,}\]\(environment\/images\/lab\.png\)/);
  });

  it("say that the sample's labels are not drawn by people wherever they offer it", () => {
    for (const name of ["README.md", "data-manifests/samples/SOURCE.md"])
      assert.match(read(name), /not by people/);
  });
});

describe("CITATION.cff", () => {
  const text = read("CITATION.cff");

  it("asks for the paper, with all fourteen authors in their order", () => {
    assert.match(text, /^cff-version: 1\.2\.0$/m);
    const names = [...text.matchAll(/family-names: (\S+), given-names: (\S+) /g)].map(
      ([, family, given]) => `${given} ${family}`,
    );
    assert.equal(names.length, 14);
    assert.equal(names[0], "Qi Chen");
    assert.equal(names.at(-1), "Zongwei Zhou");
    assert.match(text, /preferred-citation:[\s\S]*start: 24001\n\s+end: 24013[\s\S]*arXiv:2510\.14831/);
  });

  it("gives the version of package.json", () => {
    assert.ok(text.includes(`\nversion: ${JSON.parse(read("package.json")).version}\n`));
  });
});
