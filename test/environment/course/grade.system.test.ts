import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { damages } from "./damage.js";
import { expectGrades } from "./expect-grades.js";
import { lessonCount, makeCourse, nextDamage, plantLink, root } from "./make-course.js";
import { collectCourse } from "#environment/course/collect.js";
import { gradeCourse } from "#environment/course/grade.js";
import { writeGrades } from "#environment/course/write-grades.js";

/** A share of the damaged notebooks; all of them are a heavy test. */
describe("grading damaged notebooks", function () {
  this.timeout(600_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "course-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("grades each or names it with the reason, whatever it is", async () => {
    const students = Math.ceil(damages.length / lessonCount);
    const course = await makeCourse(folder, students, nextDamage);
    const sent = path.join(folder, "sent");
    plantLink(path.join(sent, readdirSync(sent)[0]), course.lessons[0]);
    const place = path.join(folder, "course");
    const report = await collectCourse(place, [sent]);
    assert.equal(report.placed.length, lessonCount * students);
    assert.deepEqual(report.missing, []);
    assert.equal(report.left.length, 1);
    assert.match(report.left[0].reason, /a link/);
    assert.equal((await collectCourse(place, [sent])).known.length, lessonCount * students);

    const limits = { processorS: 2, wallS: 60, memoryMiB: 700 };
    const grades = await gradeCourse({ root, folder: place, hidden: true, workers: 2, limits });
    const { graded, named } = expectGrades(grades, nextDamage);
    assert.equal(graded + named, lessonCount * students);

    await writeGrades(place, grades);
    assert.equal(readdirSync(path.join(place, "feedback")).length, students);
    assert.match(readFileSync(path.join(place, "grades.csv"), "utf8"), /^id,name,email,00-start-here,/);
    const page = readFileSync(path.join(place, "feedback", "s100.html"), "utf8");
    assert.match(page, /There are hidden tests/);
    assert.doesNotMatch(page, /<script|https?:/);
  });
});
