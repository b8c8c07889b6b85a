import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

describe("tumorlab", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-cli-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("lists its commands, and answers unknown words with exit code 2", async () => {
    assert.match((await run("--help")).out, /evaluate +Dice/);
    assert.equal((await run("--help")).code, 0);
    assert.equal((await run("-h")).out, (await run("--help")).out);
    assert.equal((await run("info", "-h")).out, (await run("info", "--help")).out);
    assert.match((await run("--version")).out, /^tumorlab \d+\.\d+\.\d+(, commit [0-9a-f]{40}\+?)?\n$/);
    const unknown = await run("segment", "x");
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /no command "segment x"/);
    assert.equal((await run()).code, 2);
    assert.match((await run("info", "--help")).out, /tumorlab info FILE/);
    const flag = await run("info", "--colour", "x");
    assert.equal(flag.code, 2);
    assert.match(flag.err, /--colour/);
  });

  describe("info", () => {
    it("prints one JSON object a file and goes on after one it cannot read", async () => {
      await writeBoxes(at("map.nii.gz"), [[3, [1, 1, 1], [3, 3, 3]]]);
      const { code, out, err } = await run("info", at("missing.nii"), at("map.nii.gz"), "--json");
      assert.equal(code, 1);
      assert.match(err, /missing\.nii/);
      assert.equal(err.trim().split("\n").length, 1);
      const info = JSON.parse(out);
      assert.deepEqual(info.shape, [6, 5, 4]);
      assert.deepEqual(info.spacingMm, [1, 2, 2.5]);
      assert.deepEqual(info.affine, [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2.5, 0, 0, 0, 0, 1]);
      assert.equal(info.orientation, "RAS");
      assert.equal(info.dtype, "uint8");
      assert.deepEqual([info.min, info.max, info.mean], [0, 3, (8 * 3) / 120]);
      assert.deepEqual(info.labels, { 0: 112, 3: 8 });
    });

    it("does not take a CT for a label map", async () => {
      const samples = join(__dirname, "..", "..", "..", "..", "data-manifests", "samples");
      const { code, out } = await run("info", "--json", join(samples, "example_ct.nii.gz"));
      assert.equal(code, 0);
      const info = JSON.parse(out);
      assert.deepEqual(info.shape, [122, 101, 112]);
      assert.deepEqual([info.min, info.max], [-1207, 3382]);
      assert.equal(info.labels, undefined);
      assert.match((await run("info", join(samples, "example_ct.nii.gz"))).out, /spacing +3 x 3 x 3 mm/);
    });
  });

  it("runs as a program, also into a closed pipe", async () => {
    const program = join(__dirname, "..", "..", "..", "..", "src", "bin", "tumorlab.cjs");
    const outcome = await new Promise<{ code: unknown; stdout: string }>((resolve) =>
      execFile(process.execPath, [program, "--help"], (error, stdout) =>
        resolve({ code: error?.code ?? 0, stdout }),
      ),
    );
    assert.equal(outcome.code, 0);
    assert.match(outcome.stdout, /tumorlab COMMAND/);
  });
});
