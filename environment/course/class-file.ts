import path from "node:path";
import { compileJsonSchema } from "tumorlab/internal/core/json-schema";
import { readChecked } from "tumorlab/internal/core/read-checked";
import {
  closedObject,
  type JsonSchema,
  listOf,
  openObject,
  wholeNumber,
} from "tumorlab/internal/core/schema";
import type { Student } from "./student.js";

/** The `class.json` of a course's folder: the teacher's own, and never handed out, for the seeds are in it. */
export interface ClassFile {
  format: "tumorlab-class";
  version: 1;
  /** Name of the course. */
  course: string;
  /** Seed of the course: those of the students, and of the hidden tests, come from it. */
  seed: number;
  /** Names of the lessons that were handed out. */
  lessons: string[];
  students: Student[];
}

/** Where things lie in a course's folder. */
export const places = {
  classFile: "class.json",
  /** A folder for each student, to be handed out. */
  release: "release",
  /** The lessons as they were handed out, which what comes back is compared with. */
  released: "released-lessons",
  /** A folder for each student, with what came back. */
  submitted: "submitted",
  /** A page for each student. */
  feedback: "feedback",
} as const;

const text = { type: "string", minLength: 1 } as const;
/** The JSON Schema of a {@link ClassFile}. */
export const classFileSchema: JsonSchema = closedObject({
  format: { enum: ["tumorlab-class"] },
  version: { enum: [1] },
  course: text,
  seed: wholeNumber(0),
  lessons: listOf(text, 1),
  students: listOf(
    closedObject({ id: text, folder: text, name: text, seed: wholeNumber(0), columns: openObject({}) }),
    1,
  ),
});

const check = compileJsonSchema(classFileSchema);

/** Reads the class of a course's folder. Throws a LabError naming the file. */
export function readClassFile(folder: string): Promise<ClassFile> {
  return readChecked<ClassFile>(
    path.join(folder, places.classFile),
    check,
    "the class.json of a course",
    "tumorlab course release DIR makes one",
  );
}
