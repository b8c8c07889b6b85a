import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createExperiment,
  type Experiment,
  experimentPaths,
  readPlan,
} from "tumorlab/internal/experiment/run/experiment-folder";
import { createTestPlan } from "../tiny-experiment.js";
import { tumorlab } from "./run-command.js";

describe("the commands of an experiment", () => {
  const root = mkdtempSync(join(tmpdir(), "tumorlab-experiment-words-"));
  const plan = createTestPlan({ organs: [{ organ: "kidney", sizes: [1, 2] }] });
  let whole: Experiment;
  before(async () => (whole = await createExperiment(plan, join(root, "whole"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("refuses a folder of another experiment, and words that make no sense", async () => {
    const path = join(root, "other.json");
    writeFileSync(path, JSON.stringify({ ...plan, seeds: [5] }));
    const refused = await tumorlab("run", path, "--out", whole.folder);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /plan\.json: found "plan test [0-9a-f]{12}", expected the same plan, test /);
    writeFileSync(path, JSON.stringify({ ...plan, organs: [{ organ: "liver", sizes: [9] }] }));
    const large = await tumorlab("run", path, "--out", join(root, "nothing"));
    assert.equal(large.code, 1);
    assert.match(large.err, /other\.json, organs\[0\]\.sizes: found 9, expected at most the 3 patients/);
    assert.ok(!existsSync(join(root, "nothing")), "nothing was made");
    writeFileSync(path, "{");
    assert.match(
      (await tumorlab("run", path, "--out", join(root, "nothing"))).err,
      /a plan of an experiment as JSON/,
    );
    const missing = await tumorlab("status", join(root, "nothing"));
    assert.match(missing.err, /nothing.plan\.json: found "no such file"/);
    // What would be passed over, or make no sense, is refused before anything is written.
    const good = experimentPaths.plan(whole.folder);
    const fresh = ["run", good, "--out", join(root, "nothing")];
    const refusals: [string[], RegExp, number][] = [
      [["--workers", "0"], /--workers: found "0"/, 2],
      [["--runner", "carrier-pigeon"], /--runner is carrier-pigeon/, 2],
      [["--partition", "long"], /--partition is for --runner slurm/, 2],
      [["--engine", "steam"], /engine: found "steam", expected auto, tensorflow/, 1],
      [["--threads", "many"], /--threads: found "many"/, 2],
      [["--index", "8"], /index: found 8, expected a whole number from 0 to 7/, 1],
      [["--index", "-1"], /--index: found "-1"/, 2],
      [["--index", "1", "--scans"], /either --index or --scans/, 2],
      [["--index", "1", "--workers", "2"], /--index runs one trial: it takes no --workers/, 2],
      [["--index", "1", "--detach"], /--detach is for --runner slurm/, 2],
      [["--scans", "--json"], /--scans makes scans and nothing else: it takes no --json/, 2],
      [["--scans", "--threads", "2"], /it takes no --threads/, 2],
    ];
    for (const [words, message, exitCode] of refusals) {
      const { code, err } = await tumorlab(...fresh, ...words);
      assert.equal(code, exitCode, words.join(" "));
      assert.match(err, message);
    }
    assert.ok(!existsSync(join(root, "nothing")), "nothing was made");
    const usages: [string[], RegExp][] = [
      [["run"], /no plan given/],
      [["run", path], /--out is missing/],
      [["run", path, path, "--out", root], /unexpected/],
      [["status"], /no folder/],
      [["collect", root, root], /unexpected/],
      [["resume"], /no folder/],
      [["resume", root, root], /unexpected/],
      [["plan"], /--preset is missing/],
      [["plan", "--preset", "tiny", "more"], /unexpected more/],
      [
        ["plan", "--preset", "medium", "--scans", root, "--arms", "real,foo"],
        /--arms: found "foo", expected some of real, real\+synthetic, real\+healthy, synthetic, real\/4, real\+learned, real\*2\n/,
      ],
      [["plan", "--preset", "tiny", "--scans", root, "--organs", "heart"], /--organs: found "heart"/],
      [
        ["run", experimentPaths.plan(whole.folder), "--out", whole.folder, "--runner", "carrier-pigeon"],
        /--runner is carrier-pigeon/,
      ],
      [["resume", whole.folder, "--workers", "0"], /--workers: found "0"/],
    ];
    for (const [words, message] of usages) {
      const { code, err } = await tumorlab(...words);
      assert.equal(code, 2, words.join(" "));
      assert.match(err, message);
    }
  });

  it("puts a preregistration into the plan, and names what does not go with it", async () => {
    const [prereg, out] = [join(root, "prereg.json"), join(root, "medium.json")];
    const question = {
      id: "people-or-tumors",
      question: "Do synthetic tumors help beyond the people they are put into?",
      measure: "area",
      rule: "superior",
      margin: 0,
      organ: "pancreas",
      arm: "real+synthetic",
      against: "real+healthy",
    };
    const write = (primary: object[]): void => {
      const rest = { secondary: [], family: "holm", level: 0.95 };
      writeFileSync(
        prereg,
        JSON.stringify({ version: 1, title: "Plateau", date: "2026-01-31", primary, ...rest }),
      );
    };
    write([question]);
    const words = ["plan", "--preset", "medium", "--prereg", prereg];
    const written = await tumorlab(...words, "--out", out);
    assert.equal(written.code, 0, written.err);
    assert.match(written.err, /preregistered \([0-9a-f]{12}\): 1 primary and 0 secondary questions/);
    assert.match(written.err, /at n = 320 of 960 patients two seeds share about 107/);
    assert.match(
      written.err,
      /GB of disk\)\n {2}scans of ID, OOD, OOD thick slices are cut to the box of the reference organ/,
    );
    const { preregistration } = await readPlan(out);
    assert.equal(preregistration!.text, readFileSync(prereg, "utf8"));
    // Written by an editor that puts a byte order mark first, with the ends of lines of Windows.
    const bytes = Buffer.from(`\uFEFF${preregistration!.text.replaceAll(",", ",\r\n")}`, "utf8");
    writeFileSync(prereg, bytes);
    assert.equal((await tumorlab(...words, "--out", out, "--force")).code, 0);
    const kept = (await readPlan(out)).preregistration!;
    assert.equal(kept.sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.deepEqual(Buffer.from(kept.text, "utf8"), bytes);
    writeFileSync(prereg, Buffer.from(`\uFEFF${preregistration!.text}`, "utf16le"));
    assert.match(
      (await tumorlab(...words)).err,
      /prereg\.json: found "bytes that are no UTF-8".*Save the file as/,
    );
    write([{ ...question, against: "nobody" }]);
    const refused = await tumorlab(...words);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /prereg\.json, .*primary\[0\]\.against: found "nobody", expected an arm of the plan/,
    );
    const over = await tumorlab(...words, "--out", prereg, "--force");
    assert.notEqual(over.code, 0, "what is read is not written over");
  });
});
