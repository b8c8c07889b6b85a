import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import { valuesOf } from "tumorlab/internal/lessons/exercises/exercise-spec";
import { findExercise, lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import { checkExercise, openExercise, showProgress } from "tumorlab/internal/lessons/lesson-exercises";
import { findReader, seedOfName, setReader } from "tumorlab/internal/lessons/progress/reader";
import { readSolution } from "tumorlab/internal/lessons/solution";
import { type FakeKernel, startFakeKernel } from "../notebook/fake-kernel.js";
import { useReaders } from "./use-readers.js";

interface ScanSize {
  slices: number;
  bits: number;
}
const megabytesOf = ({ slices, bits }: ScanSize): number => (512 * 512 * slices * bits) / 8 / 1e6;

describe("the reader's exercises", () => {
  const readers = useReaders();
  let kernel: FakeKernel;
  beforeEach(() => (kernel = startFakeKernel()));
  afterEach(() => kernel.stop());
  afterEach(() => readers.forget());

  const last = (): string => String(kernel.shown.at(-1)?.bundle["text/plain"]);
  const progressFiles = (): string[] =>
    readdirSync(readers.folder).filter((name) => name.startsWith("progress-"));

  it("have everybody's values without a name, and say so", async () => {
    const task = await openExercise<ScanSize>("scan-size");
    assert.deepEqual(task.values, { slices: 300, bits: 16 });
    assert.match(last(), /How large is a scan\?[\s\S]*512 x 512 x 300[\s\S]*setReader/);
    await task.check(megabytesOf(task.values));
    assert.match(last(), /Right/);
  });

  it("have values of their own with a name, the same each time, whatever spaces and capitals it has", async () => {
    await setReader("Ada");
    const ada = (await openExercise<ScanSize>("scan-size")).values;
    assert.match(last(), /values are those of Ada/);
    await setReader(" ADA ");
    assert.deepEqual((await openExercise("scan-size")).values, ada);
    const names = ["Ben", "Cem", "Dee", "Eve", "Fay"];
    const drawn = names.map((name) => valuesOf(findExercise("scan-size", ""), createKey(seedOfName(name))));
    assert.ok(new Set(drawn.map((each) => JSON.stringify(each))).size >= 4);
    await checkExercise("scan-size", megabytesOf(ada));
    assert.match(last(), /Right/);
    await checkExercise("scan-size", megabytesOf({ ...ada, slices: ada.slices + 100 }));
    assert.match(last(), /Not yet/);
    await assert.rejects(setReader("  "), /1 to 80 characters/);
  });

  it("show a hint, a better one, and a solution only after a try", async () => {
    const task = await openExercise<ScanSize>("scan-size");
    await task.showSolution();
    assert.match(last(), /Try an answer first/);
    await task.hint();
    assert.match(last(), /Hint 1 of 2.*How many bytes/);
    await task.hint();
    await task.hint();
    assert.match(last(), /Hint 2 of 2.*8 bits/);
    await task.check(undefined);
    await task.showSolution();
    assert.match(last(), /Try an answer first/);
    await task.check(1);
    await task.showSolution();
    assert.match(last(), /```ts\n[\s\S]*1_000_000/);
    await task.check(157.2864);
    await showProgress("00-start-here");
    assert.match(last(), /1 of \d+ exercises? solved[\s\S]*How large is a scan\?.* 2 .*solved, after a look/);
  });

  it("keep progress in a file, one a reader, so that hints go on in another kernel", async () => {
    await checkExercise("scan-size", 1);
    assert.match(last(), /Hint: So far/);
    await checkExercise("scan-size", 1);
    assert.match(last(), /Hint: A byte/);
    await setReader("Ada");
    await checkExercise("scan-size", 1);
    assert.match(last(), /Hint: So far/);
    assert.equal(progressFiles().length, 2);
    const { progressFile } = await findReader();
    const { exercises } = JSON.parse(readFileSync(progressFile, "utf8"));
    const { lastTry, ...rest } = exercises["scan-size"];
    assert.deepEqual(rest, { tries: 1, wrong: 1, solved: false, hints: 0, solution: "no" });
    assert.match(lastTry, /^\d{4}-.*Z$/);
  });

  it("lose no try when many are counted at once", async () => {
    await Promise.all(Array.from({ length: 3 }, () => checkExercise("scan-size", 1)));
    await showProgress();
    const { progressFile } = await findReader();
    assert.equal(JSON.parse(readFileSync(progressFile, "utf8")).exercises["scan-size"].tries, 3);
  });

  for (const damage of [
    "",
    "{",
    "null",
    '{"format":"tumorlab-progress","version":1,"reader":"","exercises":[]}',
  ])
    it(`set a damaged file aside and say so: ${damage || "empty"}`, async () => {
      const { progressFile } = await findReader();
      mkdirSync(readers.folder, { recursive: true });
      writeFileSync(progressFile, damage);
      await checkExercise("scan-size", 1);
      const texts = kernel.shown.map(({ bundle }) => String(bundle["text/plain"]));
      assert.ok(texts.some((text) => /was damaged. It is kept as `progress-.*damaged-\d+\.json`/.test(text)));
      const aside = progressFiles().find((name) => name.includes("damaged"))!;
      assert.equal(readFileSync(path.join(readers.folder, aside), "utf8"), damage);
      assert.equal(JSON.parse(readFileSync(progressFile, "utf8")).exercises["scan-size"].tries, 1);
    });

  it("go on in memory, and say so, where nothing can be saved", async () => {
    writeFileSync(readers.folder, "a file where the folder should be");
    try {
      await checkExercise("scan-size", 1);
      await checkExercise("scan-size", 1);
      const texts = kernel.shown.map(({ bundle }) => String(bundle["text/plain"]));
      assert.equal(texts.filter((text) => /can't be saved/.test(text)).length, 1);
      assert.match(last(), /Hint: A byte/);
    } finally {
      rmSync(readers.folder);
    }
  });

  describe("in a course's folder", () => {
    const here = process.cwd();
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "course-"));
      process.chdir(folder);
    });
    afterEach(() => {
      process.chdir(here);
      rmSync(folder, { recursive: true });
    });
    const card = {
      format: "tumorlab-course",
      version: 1,
      course: "Spring",
      student: { id: "s1", name: "Ada Lovelace" },
      seed: 7,
      lessons: ["00-start-here"],
      solutions: false,
    };

    it("come from its course.json, whatever name was set", async () => {
      await setReader("Somebody");
      writeFileSync("course.json", JSON.stringify(card));
      const task = await openExercise("scan-size");
      assert.deepEqual(task.values, valuesOf(findExercise("scan-size", ""), createKey(7)));
      assert.match(last(), /1 point\b[\s\S]*Ada Lovelace/);
      assert.doesNotMatch(last(), /hidden tests/);
      await openExercise("window-count");
      assert.match(last(), /There may be hidden tests/);
      await setReader("Other");
      assert.match(last(), /belongs to a course/);
      await task.check(1);
      await task.showSolution();
      assert.match(last(), /come from your teacher/);
    });

    it("are not asked with a damaged course.json", async () => {
      writeFileSync("course.json", JSON.stringify({ ...card, seed: -1 }));
      await assert.rejects(openExercise("scan-size"), /course\.json, seed: found -1/);
    });
  });

  it("all have a solution in a notebook, two hints, and a test that refuses nonsense", async () => {
    for (const exercise of lessonExercises) {
      assert.match(await readSolution(exercise), new RegExp(`\\b${exercise.answer}\\b`), exercise.id);
      assert.ok(exercise.points > 0 && exercise.title !== "");
      for (const key of [undefined, createKey(1), createKey(2)]) {
        const values = valuesOf(exercise, key);
        assert.deepEqual(structuredClone(values), values, "values are plain data");
        assert.equal(exercise.hints(values).length, 2);
        assert.ok(exercise.prompt(values).length > 20);
        const verdict = await exercise.test("nonsense", values, createKey(3));
        assert.equal(typeof verdict, "string", exercise.id);
      }
    }
    assert.equal(new Set(lessonExercises.map(({ id }) => id)).size, lessonExercises.length);
  });
});
