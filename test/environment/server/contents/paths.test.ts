import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import fc from "fast-check";
import { checkPath, decodeUrlPath } from "#environment/server/contents/check-path.js";
import { openProject, type Project } from "#environment/server/contents/paths.js";

describe("decodeUrlPath", () => {
  it("decodes segment by segment", () => {
    assert.equal(decodeUrlPath("a%20b/%C3%A9.txt"), "a b/é.txt");
    assert.equal(decodeUrlPath("//a//b/"), "a/b");
    assert.equal(decodeUrlPath("%252e%252e/x"), "%2e%2e/x");
  });
  it("refuses ways up and signs that mean something to a disk, however they are written", () => {
    for (const path of [
      "..",
      "a/../b",
      "%2e%2e/a",
      ".%2E",
      "a%2f..%2fb",
      "..%5ca",
      "a\\b",
      "a%00.txt",
      "a%0ab",
      ".",
      "%2e",
    ])
      assert.throws(() => decodeUrlPath(path), { status: 400 }, path);
    assert.throws(() => decodeUrlPath("%ff"), { status: 400 });
  });
  it("hides dot files and installed packages", () => {
    for (const path of [
      ".git/config",
      "a/.env",
      "node_modules/x.js",
      "src/Node_Modules",
      ".tumorlab/trust/key",
    ])
      assert.throws(() => decodeUrlPath(path), { status: 404 }, path);
  });
});

describe("openProject", () => {
  let outside: string;
  let root: string;
  let project: Project;
  before(async () => {
    outside = realpathSync(mkdtempSync(join(tmpdir(), "tumorlab-test-")));
    root = join(outside, "project");
    mkdirSync(join(root, "a", "b"), { recursive: true });
    mkdirSync(join(root, ".git"));
    mkdirSync(join(outside, "project-next-door"));
    writeFileSync(join(root, "a", "file.txt"), "inside");
    writeFileSync(join(outside, "secret.txt"), "outside");
    const links: [string, string][] = [
      ["inner", "a/file.txt"],
      ["innerFolder", "a"],
      ["out", "../secret.txt"],
      ["outFolder", ".."],
      ["absolute", outside],
      ["neighbour", "../project-next-door"],
      ["dangling", "../not-there-yet.txt"],
      ["hidden", ".git"],
      ["chain", "outFolder"],
      ["loop", "loop"],
    ];
    for (const [name, target] of links) symlinkSync(target, join(root, name));
    project = await openProject(root);
  });
  after(() => rmSync(outside, { recursive: true, force: true }));

  it("finds what is there, through links that stay inside too", async () => {
    assert.equal(await project.locate(""), root);
    assert.equal(await project.locate("a/file.txt"), join(root, "a", "file.txt"));
    assert.equal(await project.locate("inner"), join(root, "a", "file.txt"));
    assert.equal(await project.locate("innerFolder/b"), join(root, "a", "b"));
  });
  it("gives the place of what may be made, in a folder that is there", async () => {
    assert.equal(await project.locate("a/new.txt", { mayBeMissing: true }), join(root, "a", "new.txt"));
    await assert.rejects(project.locate("a/new.txt"), { status: 404 });
    await assert.rejects(project.locate("no/new.txt", { mayBeMissing: true }), { status: 404 });
    await assert.rejects(project.locate("a/file.txt/new.txt", { mayBeMissing: true }), { status: 404 });
  });
  it("follows no link out of the project, for reading or writing", async () => {
    const ways = [
      "out",
      "outFolder",
      "outFolder/secret.txt",
      "absolute/secret.txt",
      "neighbour",
      "chain/secret.txt",
      "outFolder/new.txt",
      "neighbour/new.txt",
      "dangling",
    ];
    for (const mayBeMissing of [false, true])
      for (const path of ways) {
        if (path === "dangling" && !mayBeMissing) continue;
        await assert.rejects(
          project.locate(path, { mayBeMissing }),
          (error: { status: number; message: string }) => {
            assert.ok(error.status === 403 || (!mayBeMissing && error.status === 404), path);
            assert.ok(!error.message.includes(outside), "the message names no place on this machine");
            return true;
          },
        );
      }
    await assert.rejects(project.locate("hidden/config", { mayBeMissing: true }), { status: 403 });
    await assert.rejects(project.locate("loop"), { status: 400 });
  });
  it("names a link itself for deleting and renaming", async () => {
    assert.equal(await project.locateEntry("out"), join(root, "out"));
    await assert.rejects(project.locateEntry("outFolder/secret.txt"), { status: 403 });
  });
  it("lets no path at all out", async () => {
    const part = fc.oneof(
      fc.constantFrom(
        "..",
        ".",
        "a",
        "b",
        "out",
        "outFolder",
        "absolute",
        "neighbour",
        "secret.txt",
        "%2e%2e",
        "..%2f",
        "\\",
        "%5c",
        "",
        "a/b",
        "..;",
      ),
      fc.string({ maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        let place: string;
        try {
          place = await project.locate(decodeUrlPath(parts.join("/")), { mayBeMissing: true });
        } catch (error) {
          assert.ok([400, 403, 404].includes((error as { status: number }).status), String(error));
          return;
        }
        assert.ok(place === root || place.startsWith(root + sep), place);
      }),
      { numRuns: 500 },
    );
  });
  it("checks paths that come in bodies in the same way", () => {
    assert.equal(checkPath("/a/b/"), "a/b");
    assert.throws(() => checkPath("../x"), { status: 400 });
    assert.throws(() => checkPath("a/.ssh/x"), { status: 404 });
  });
});
