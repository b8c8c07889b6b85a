import { readColumn, type Student } from "./student.js";

/** Whose a file is, or why that can't be told. */
export type Whose = { student: Student; by: string } | { reason: string };

/**
 * Whose a file is, by its path: a folder's name or the file's holds an id, a login, an email address or the name, with
 * whatever a learning platform put round it (`Lovelace Ada_12345_assignsubmission_file_`, `lovelaceada_123_456_01-one-scan
 * (1).ipynb`). The part nearest to the file counts first; where the path says nothing, the notebook's own metadata do.
 *
 * @param parts of the path, from the outermost.
 * @param stamped id of the student that the notebook was handed out to; empty where it doesn't say.
 */
export function identifyStudent(
  parts: readonly string[],
  stamped: string,
  students: readonly Student[],
): Whose {
  for (const part of [...parts].reverse()) {
    for (const find of [byId, byName]) {
      const found = students.filter((student) => find(part, student));
      if (found.length === 1) return { student: found[0], by: part };
      if (found.length > 1)
        return {
          reason: `${JSON.stringify(part)} may be ${found.map(({ name, id }) => `${name} (${id})`).join(" or ")}`,
        };
    }
  }
  const own = students.find(({ id }) => id === stamped);
  if (own) return { student: own, by: "the notebook's metadata" };
  return { reason: "no part of its path names a student of the class, and neither do its metadata" };
}

/** The lesson of a file: by its metadata, by its name, by the exercises in it. */
export function identifyLesson(
  file: string,
  sent: { lesson: string; exercises: readonly string[] },
  lessons: readonly string[],
  lessonOf: (exercise: string) => string | undefined,
): string | undefined {
  if (lessons.includes(sent.lesson)) return sent.lesson;
  const plain = file.toLowerCase();
  const named = lessons.filter((lesson) => plain.includes(lesson.toLowerCase()));
  if (named.length === 1) return named[0];
  const votes = sent.exercises
    .map(lessonOf)
    .filter((lesson) => lesson !== undefined && lessons.includes(lesson));
  if (new Set(votes).size === 1) return votes[0];
  // Platforms put their numbers in front, with an underscore.
  const number = /(?:^|[_\s-])(\d\d)(?=[-_. (]|$)[^_]*$/.exec(file.replace(/\.ipynb$/i, ""))?.[1];
  const numbered = lessons.filter((lesson) => number !== undefined && lesson.startsWith(`${number}-`));
  return numbered.length === 1 ? numbered[0] : undefined;
}

function byId(part: string, { id, folder, columns }: Student): boolean {
  const email = readColumn(columns, "email");
  const ids = [id, folder, email, email.split("@")[0]];
  for (const meaning of ["login", "idNumber", "canvasId", "iliasId", "sisUserId", "sisLoginId"] as const)
    ids.push(readColumn(columns, meaning));
  const plain = part.normalize("NFC").toLowerCase();
  const words = plain.split(/[_\s()]+/);
  return ids.some((each) => {
    const wanted = each.normalize("NFC").toLowerCase();
    if (wanted.length < 2) return plain === wanted && wanted !== "";
    return (
      plain === wanted || words.includes(wanted) || (/[_@\s.-]/.test(wanted) && containsWhole(plain, wanted))
    );
  });
}

function containsWhole(text: string, wanted: string): boolean {
  const at = text.indexOf(wanted);
  if (at < 0) return false;
  const isLetter = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
  return !isLetter(text[at - 1]) && !isLetter(text[at + wanted.length]);
}

/** Whether a part of a path begins with a student's name, in either order, with or without spaces and accents. */
function byName(part: string, { name, columns }: Student): boolean {
  const words = letters(name.replaceAll(",", " ")).split(" ").filter(Boolean);
  if (words.length === 0) return false;
  const given = letters(part.split(/_\d|_assign/i)[0]);
  const first = letters(readColumn(columns, "first"));
  const last = letters(readColumn(columns, "last"));
  const orders = [
    words,
    [...words.slice(1), words[0]],
    [words.at(-1)!, ...words.slice(0, -1)],
    [first, last],
    [last, first],
  ]
    .map((order) => order.join(" ").trim())
    .filter(Boolean);
  const plain = given.replaceAll(" ", "");
  return orders.some((order) => {
    const wanted = order.replaceAll(" ", "");
    return (
      wanted.length >= 4 && (plain === wanted || letters(part.split("_")[0]).replaceAll(" ", "") === wanted)
    );
  });
}

function letters(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
