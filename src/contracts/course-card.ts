import { compileJsonSchema } from "../core/json-schema.js";
import { readChecked } from "../core/read-checked.js";
import { closedObject, type JsonSchema, listOf, wholeNumber } from "../core/schema.js";

/**
 * The `course.json` in a student's folder: whose it is, and the seed that the student's own values of each exercise come
 * from. `tumorlab course release` writes it, the lessons read it.
 */
export interface CourseCard {
  format: "tumorlab-course";
  version: 1;
  /** Name of the course, for people. */
  course: string;
  student: { id: string; name: string };
  /** A whole number from 0 to 2^53 - 1. */
  seed: number;
  /** Names of the lessons that were handed out, such as `01-one-scan`. */
  lessons: string[];
  /** Whether the notebooks may show the solutions that ship with the project. */
  solutions: boolean;
}

/** Name of the file in a student's folder. */
export const courseCardName = "course.json";

const text = { type: "string", minLength: 1 } as const;

/** The JSON Schema of a {@link CourseCard}. */
export const courseCardSchema: JsonSchema = closedObject({
  format: { enum: ["tumorlab-course"] },
  version: { enum: [1] },
  course: text,
  student: closedObject({ id: text, name: text }),
  seed: wholeNumber(0),
  lessons: listOf(text),
  solutions: { type: "boolean" },
});

const check = compileJsonSchema(courseCardSchema);

/** Reads a student's `course.json`. Throws a LabError naming the file, and the field that does not fit. */
export function readCourseCard(path: string): Promise<CourseCard> {
  return readChecked<CourseCard>(
    path,
    check,
    "a course.json as tumorlab course release writes it",
    "Take the one that was handed out",
  );
}
