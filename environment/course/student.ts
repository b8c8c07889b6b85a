import { createKey } from "tumorlab/internal/core/random";

/** A student, as the class list has one. */
export interface Student {
  /** As the class list names the student; unique. */
  id: string;
  /** Name of the student's folders. */
  folder: string;
  name: string;
  /** Where the student's own values come from. */
  seed: number;
  /** The class list's row: all of its columns by their names. */
  columns: Record<string, string>;
}

/** Seed of a student, from the course's own. */
export function seedOfStudent(courseSeed: number, id: string): number {
  const stream = createKey(courseSeed).split("students").split(id).stream();
  return stream.integer(0, 2 ** 20 - 1) * 2 ** 32 + stream.nextUint32();
}

/** What columns are called, in the exports of Canvas, Moodle and ILIAS and in lists of your own; letters and digits alone. */
const columnNames = {
  id: [
    "id",
    "studentid",
    "idnumber",
    "matrikelnummer",
    "matriculation",
    "sisuserid",
    "username",
    "login",
    "sisloginid",
  ],
  name: ["name", "student", "fullname", "studentname", "vollstandigername", "vollständigername"],
  first: ["firstname", "vorname", "first", "givenname"],
  last: ["lastname", "nachname", "last", "surname", "familyname"],
  email: ["email", "emailaddress", "emailadresse", "mail"],
  idNumber: ["idnumber", "matrikelnummer", "matriculation", "sisuserid", "studentid"],
  login: ["login", "sisloginid", "username", "anmeldename", "benutzername"],
  sisUserId: ["sisuserid"],
  sisLoginId: ["sisloginid"],
  section: ["section"],
  canvasId: ["id", "canvasid"],
  iliasId: ["usrid", "iliasid", "userid"],
} as const;

/** What a column may hold, whatever it is called. */
export type ColumnMeaning = keyof typeof columnNames;

/** A student's cell of the first column that may hold it; empty where the list has none. */
export function readColumn(columns: Readonly<Record<string, string>>, meaning: ColumnMeaning): string {
  for (const wanted of columnNames[meaning])
    for (const [name, value] of Object.entries(columns))
      if (plainName(name) === wanted && value.trim() !== "") return value.trim();
  return "";
}

function plainName(column: string): string {
  return column.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}
