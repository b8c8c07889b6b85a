import assert from "node:assert/strict";
import type { Plan } from "./make-course.js";
import type { CourseGrades } from "#environment/course/grade.js";

/** Holds that every notebook was graded or named, each as its damage asks for; counts both. */
export function expectGrades(grades: CourseGrades, plan: Plan): { graded: number; named: number } {
  const counts = { graded: 0, named: 0 };
  grades.students.forEach(({ student, notebooks }, at) => {
    assert.equal(notebooks.length, grades.course.lessons.length);
    notebooks.forEach(({ lesson, reason, exercises, notes, file }, number) => {
      const { name, expected } = plan(at, number);
      const place = `${student.id}, ${lesson}: ${name}: ${JSON.stringify({ reason, exercises, notes })}`;
      assert.notEqual(file, "", place);
      assert.ok(exercises.length > 0, place);
      if (expected.reason) {
        assert.match(reason, expected.reason, place);
        counts.named++;
        return;
      }
      counts.graded++;
      assert.equal(reason, "", place);
      const [first] = exercises;
      assert.equal(first.outcome, expected.outcome, place);
      assert.equal(first.earned, expected.outcome === "right" ? first.points : 0, place);
      if (expected.remark) assert.match(first.remark, expected.remark, place);
      if (expected.note) assert.match([...notes, ...first.notes].join(" "), expected.note, place);
    });
  });
  return counts;
}
