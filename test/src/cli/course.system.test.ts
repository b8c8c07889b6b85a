import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "./run.js";

describe("tumorlab course", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "course-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("releases, collects and grades", async () => {
    const [place, list] = [path.join(folder, "spring"), path.join(folder, "class.csv")];
    writeFileSync(
      list,
      "id,name,email,usr_id\ns1,Ada Lovelace,ada@x.org,12\ns2,Emmy Noether,emmy@x.org,13\n",
    );
    const released = await run("course", "release", place, "--class", list, "--lessons", "05", "--seed", "1");
    assert.deepEqual([released.code, released.err], [0, ""]);
    assert.match(released.out, /2 students, 1 lesson:/);
    const again = await run("course", "release", place, "--class", list);
    assert.equal(again.code, 1);
    assert.match(again.err, /Nothing is overwritten/);

    const notebook = JSON.parse(
      readFileSync(path.join(place, "release", "s1", "05-train-and-segment.ipynb"), "utf8"),
    );
    const answer = notebook.cells.find((cell: any) => cell.id === "window-count-answer");
    answer.source =
      "const windowCount = (n, size, step) => (n <= size ? 1 : Math.ceil((n - size) / step) + 1);";
    const sent = path.join(folder, "lovelaceada_1_2_05-train-and-segment.ipynb");
    writeFileSync(sent, JSON.stringify(notebook));
    const collected = await run("course", "collect", place, sent);
    assert.deepEqual([collected.code, collected.err], [0, ""]);
    assert.match(collected.out, /1 notebook placed\nnothing so far from s2/);

    const graded = await run("course", "grade", place, "--hidden", "--workers", "1");
    assert.deepEqual([graded.code, graded.err], [0, ""]);
    assert.match(graded.out, /1 of 1 notebook graded, 0 named with the reason, 1 not sent/);
    const read = (name: string): string[] => readFileSync(path.join(place, name), "utf8").split("\r\n");
    assert.match(read("grades.csv")[1], /^s1,Ada Lovelace,ada@x\.org,2,2,6,33.3,,$/);
    assert.match(read("grades.csv")[2], /^s2,Emmy Noether,emmy@x\.org,0,0,6,0,,05-train-and-segment$/);
    assert.deepEqual(read("grades-canvas.csv").slice(0, 3), [
      "Student,ID,SIS User ID,SIS Login ID,Section,spring 05-train-and-segment",
      '"    Points Possible",,,,,6',
      '"Lovelace, Ada",s1,,,,2',
    ]);
    assert.match(read("grades-moodle.csv")[1], /^Ada,Lovelace,,,ada@x\.org,2,2,2 of 6 points$/);
    assert.deepEqual(read("grades-ilias.csv").slice(0, 3), [
      "update,usr_id,login,lastname,firstname,status,mark,notice,comment,plagiarism,plag_comment",
      "1,12,,Lovelace,Ada,failed,2,,2 of 6 points,,",
      "1,13,,Noether,Emmy,failed,0,,0 of 6 points,,",
    ]);
    assert.ok(existsSync(path.join(place, "feedback", "s2.html")));
    const refused = await run("course", "grade", place);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /grades of a former run.*--force/);
    const forced = await run("course", "grade", place, "--force", "--json");
    assert.equal(JSON.parse(forced.out).students[0].notebooks[0].exercises[1].outcome, "right");
  });

  it("says what is missing on the command line", async () => {
    for (const [words, remark] of [
      [["release"], /DIR is missing/],
      [["release", folder], /--class is missing/],
      [["collect", folder], /FROM is missing/],
      [["grade", folder, "more"], /unexpected more/],
      [["grade", folder, "--workers", "0"], /--workers: found "0"/],
    ] as const) {
      const { code, err } = await run("course", ...words);
      assert.equal(code, 2);
      assert.match(err, remark);
    }
    const lost = await run("course", "grade", path.join(folder, "nowhere"));
    assert.equal(lost.code, 1);
    assert.match(lost.err, /class\.json.*tumorlab course release DIR makes one/);
  });
});
