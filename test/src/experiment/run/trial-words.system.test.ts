import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readTrialWords, wordsOfScans, wordsOfTrials } from "tumorlab/internal/experiment/run/trial-words";

describe("the words of a trial's program", () => {
  it("are read as they were written", () => {
    const [, , ...trial] = [...wordsOfTrials("/a b", 3, "reference"), "7"];
    assert.deepEqual(readTrialWords(trial), {
      kind: "trial",
      folder: "/a b",
      threads: 3,
      engine: "reference",
      index: 7,
    });
    const [, , ...anyEngine] = [...wordsOfTrials("out", 1, undefined), "0"];
    assert.deepEqual(readTrialWords(anyEngine), { kind: "trial", folder: "out", threads: 1, index: 0 });
    const [, , ...scans] = wordsOfScans("out", 2);
    assert.deepEqual(readTrialWords(scans), { kind: "scans", folder: "out", workers: 2 });
  });

  it("are refused where they are others", async () => {
    for (const words of [
      [],
      ["trial", "out", "1", ""],
      ["trial", "out", "0", "", "1"],
      ["scans", "out", "x"],
      ["run"],
    ])
      assert.equal(readTrialWords(words), undefined, words.join(" "));
    const [node, program] = wordsOfScans("out", 1);
    const said = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
      execFile(node, [program, "--help"], (error, _, stderr) => resolve({ code: error?.code, stderr })),
    );
    assert.equal(said.code, 2);
    assert.match(said.stderr, /use tumorlab experiment run/);
  });
});
