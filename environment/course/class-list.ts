import { readCells } from "tumorlab/internal/core/cell-table";
import { requireThat } from "tumorlab/internal/core/errors";
import { readText } from "tumorlab/internal/core/files";
import { readColumn, seedOfStudent, type Student } from "./student.js";

/**
 * Reads a class list: CSV with a line of names, one student a row; an export of Canvas, Moodle or ILIAS as it is, or a list
 * with `id` and `name`. All columns are kept.
 *
 * @throws LabError naming the file: no students, no name or id, an id that comes twice, one that can't name a folder.
 */
export async function readClassList(path: string, courseSeed: number): Promise<Student[]> {
  const what = "a class list with columns such as id and name";
  const { header, rows } = readCells(await readText(path, what), path, what);
  const listed = rows
    .map(({ cells, line }) => ({
      line,
      columns: Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ""])),
    }))
    // Canvas's second row, and its test student.
    .filter(({ columns }) => !/^\s*(points possible|student, test)/i.test(readColumn(columns, "name")));
  requireThat(listed.length > 0, path, "no students", what, "", "bad-file");
  const students = listed.map(({ line, columns }): Student => {
    const place = `${path}, row ${line}`;
    const email = readColumn(columns, "email");
    const id = readColumn(columns, "id") || email;
    requireThat(id !== "", place, columns, "an id, a login or an email address", "", "bad-file");
    const parts = [readColumn(columns, "first"), readColumn(columns, "last")].filter(Boolean).join(" ");
    const name = readColumn(columns, "name") || parts || id;
    return { id, folder: folderName(id), name, seed: seedOfStudent(courseSeed, id), columns };
  });
  const folders = new Map<string, string>();
  for (const { id, folder } of students) {
    const other = folders.get(folder.toLowerCase());
    requireThat(other === undefined, `${path}, id`, id, `an id of its own, unlike ${other}`, "", "bad-file");
    folders.set(folder.toLowerCase(), id);
  }
  return students;
}

/** A name that every file system takes. */
export function folderName(text: string): string {
  const name = text
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}@._-]+/gu, "-")
    .replaceAll(/^[.-]+|[.-]+$/g, "")
    .slice(0, 80);
  return name === "" ? "student" : name;
}
