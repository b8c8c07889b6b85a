import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { damages, largeOutput } from "./damage.js";
import { expectGrades } from "./expect-grades.js";
import { lessonCount, makeCourse, nextDamage, root } from "./make-course.js";
import { collectCourse } from "#environment/course/collect.js";
import { gradeCourse } from "#environment/course/grade.js";

/** Some 300 notebooks, each damaged in one of {@link damages}' ways. */
describe("grading 300 damaged notebooks", function () {
  this.timeout(3_600_000);
  const students = Math.ceil(300 / lessonCount);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "course-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("grades each or names it with the reason", async () => {
    largeOutput.bytes = 100_000_000;
    const course = await makeCourse(folder, students, nextDamage);
    const place = path.join(folder, "course");
    const { placed, left } = await collectCourse(place, [path.join(folder, "sent")]);
    assert.deepEqual(
      [placed.length, left.length, course.lessons.length],
      [students * lessonCount, 0, lessonCount],
    );
    const limits = { processorS: 3, wallS: 120, memoryMiB: 700 };
    const grades = await gradeCourse({ root, folder: place, hidden: true, workers: 2, limits });
    const { graded, named } = expectGrades(grades, nextDamage);
    assert.equal(graded + named, students * lessonCount);
    console.log(`      ${damages.length} ways of damage: ${graded} graded, ${named} named with the reason`);
  });
});
