import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pageNames } from "#environment/docs/build-pages.js";
import { parseDocsOptions } from "#environment/docs/options.js";
import { runDocs } from "#environment/docs/run-docs.js";

const root = path.resolve(__dirname, "../../../..");

/** A folder that has everything of this project but for what it writes. */
function shadowProject(): string {
  const shadow = mkdtempSync(path.join(tmpdir(), "tumorlab-docs-"));
  for (const name of readdirSync(root))
    if (name !== ".tumorlab" && name !== ".git") symlinkSync(path.join(root, name), path.join(shadow, name));
  mkdirSync(path.join(shadow, ".tumorlab"));
  return shadow;
}

describe("the pages", () => {
  let project: string;
  let folder: string;
  let code: number;
  let [said, complaints] = ["", ""];
  let pages: string[];
  before(async function () {
    this.timeout(300_000);
    project = shadowProject();
    code = await runDocs([], {
      root: project,
      out: (text) => (said += text),
      err: (text) => (complaints += text),
    });
    folder = path.join(project, ".tumorlab/docs");
    pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".html"),
    );
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  const read = (page: string): string => readFileSync(path.join(folder, page), "utf8");

  it("are built without a complaint about comments and links", () =>
    assert.deepEqual([code, complaints], [0, ""]));

  it("are said to be where they are, and nothing is left beside them", () => {
    assert.ok(said.includes(path.join(folder, "index.html")));
    assert.deepEqual(readdirSync(path.join(project, ".tumorlab")), ["docs"]);
  });

  it("have every public name of the plots, and the documents", () => {
    assert.ok(pages.includes(path.join("functions", "tumorlab.plot.sliceFigure.html")));
    assert.equal(pages.filter((page) => page.startsWith("documents")).length, pageNames.length);
    assert.match(read("documents/The_rooms.html"), /<td>10<\/td>\s*<td><code>public<\/code><\/td>/);
    assert.match(read("documents/Gallery.html"), /<img src="\.\.\/media\/sliceFigure\.png"/);
  });

  it("lead somewhere with every link and picture", () => {
    const ids = new Map<string, Set<string>>();
    const idsOf = (page: string): Set<string> => {
      const known = ids.get(page) ?? new Set([...read(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      ids.set(page, known);
      return known;
    };
    let links = 0;
    const lost: string[] = [];
    for (const page of pages)
      for (const [, address] of read(page).matchAll(
        /<(?:a|img|link|script)\b[^>]* (?:href|src)="([^"]*)"/g,
      )) {
        if (/^(https?:|data:)/.test(address)) continue;
        links++;
        const [file, hash] = address.replaceAll("&amp;", "&").split("#");
        const target = file === "" ? page : path.join(path.dirname(page), decodeURI(file));
        const isThere = existsSync(path.join(folder, target)) && statSync(path.join(folder, target)).isFile();
        if (!isThere || (hash && target.endsWith(".html") && !idsOf(target).has(decodeURIComponent(hash))))
          lost.push(`${page}: ${address}`);
      }
    assert.ok(links > 1000);
    assert.deepEqual(lost, []);
  });

  it("fetch nothing from the network", () => {
    const foreign = /<(?:img|link|script|iframe)\b[^>]* (?:href|src)="https?:|@import|url\(["']?https?:/;
    for (const page of pages) assert.doesNotMatch(read(page), foreign, page);
    for (const name of readdirSync(path.join(folder, "assets")))
      if (name.endsWith(".css")) assert.doesNotMatch(read(path.join("assets", name)), foreign, name);
  });
});

describe("npm run docs", () => {
  const call = async (...args: string[]) => {
    let [said, complaints] = ["", ""];
    const out = (text: string) => (said += text);
    const code = await runDocs(args, { root, out, err: (text) => (complaints += text) });
    return { code, said, complaints };
  };

  it("tells its options, and refuses others", async () => {
    assert.deepEqual(parseDocsOptions(["--pictures"]), { pictures: true, help: false });
    const help = await call("--help");
    assert.equal(help.code, 0);
    assert.match(help.said, /--pictures/);
    const wrong = await call("--picture");
    assert.equal(wrong.code, 2);
    assert.match(wrong.complaints, /'--picture'[\s\S]*Usage: npm run docs/);
  });
});
