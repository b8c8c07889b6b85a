import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryName } from "../../files/temporary.js";
import { HttpError } from "../http/errors.js";
import type { Project } from "./paths.js";
import { saveFile } from "./save.js";

/** A kept copy of a file. */
export interface Checkpoint {
  id: string;
  last_modified: string;
}

/** Copies kept for each file, out of the way of the file browser and of git. */
export interface Checkpoints {
  /** Oldest first. */
  list(path: string): Promise<Checkpoint[]>;
  /** Keeps a copy of what the file holds now; the oldest goes when there are too many. */
  create(path: string): Promise<Checkpoint>;
  /** Puts a copy back in the file's place. */
  restore(path: string, id: string): Promise<void>;
  remove(path: string, id: string): Promise<void>;
  /** Lets the copies of a file, or of all files in a folder, follow it to another name. */
  follow(from: string, to: string): Promise<void>;
  /** Drops all copies of a file, or of all files in a folder. */
  forget(path: string): Promise<void>;
}

const maxKept = 5;
const ending = ".checkpoints";

/**
 * Checkpoints in `folder`, as a tree like the project's: `notebooks/a.ipynb` has its copies in
 * `notebooks/a.ipynb.checkpoints/`, named by the time they were made.
 */
export function createCheckpoints(project: Project, folder: string): Checkpoints {
  const placeOf = (path: string) => join(folder, ...path.split("/")) + ending;

  async function list(path: string): Promise<Checkpoint[]> {
    const names = await readdir(placeOf(path)).catch(() => []);
    return names
      .filter((name) => idPattern.test(name))
      .sort()
      .map((id) => ({ id, last_modified: dateOf(id).toISOString() }));
  }

  async function find(path: string, id: string): Promise<string> {
    const place = join(placeOf(path), id);
    if (!idPattern.test(id) || !(await stat(place).then(Boolean, () => false)))
      throw new HttpError(404, `${path} has no checkpoint ${JSON.stringify(id)}.`);
    return place;
  }

  return {
    list,
    async create(path) {
      const source = await project.locate(path);
      if (!(await stat(source)).isFile())
        throw new HttpError(400, `${path} is a folder; checkpoints are for files.`);
      await mkdir(placeOf(path), { recursive: true, mode: 0o700 });
      const before = await list(path);
      const id = idOf(
        Math.max(Date.now(), before.length > 0 ? dateOf(before[before.length - 1].id).getTime() + 1 : 0),
      );
      const target = join(placeOf(path), id);
      const temporary = temporaryName(target);
      try {
        await copyFile(source, temporary);
        await rename(temporary, target);
      } finally {
        await rm(temporary, { force: true });
      }
      for (const old of before.slice(0, Math.max(0, before.length + 1 - maxKept)))
        await rm(join(placeOf(path), old.id), { force: true });
      return { id, last_modified: dateOf(id).toISOString() };
    },
    async restore(path, id) {
      const copy = await readFile(await find(path, id));
      await saveFile(await project.locate(path, { mayBeMissing: true }), copy);
    },
    async remove(path, id) {
      await rm(await find(path, id));
    },
    async follow(from, to) {
      for (const end of [ending, ""]) {
        const [source, target] = [from, to].map((path) => join(folder, ...path.split("/")) + end);
        if (!(await stat(source).then(Boolean, () => false))) continue;
        await rm(target, { recursive: true, force: true });
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(source, target);
      }
    },
    async forget(path) {
      for (const end of [ending, ""])
        await rm(join(folder, ...path.split("/")) + end, { recursive: true, force: true });
    },
  };
}

const idPattern = /^\d{8}T\d{9}Z$/;

/** A time as a file name that sorts by time: 20250131T235959999Z. */
function idOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:.]/g, "");
}

function dateOf(id: string): Date {
  const [, date, time] = /^(\d{8})T(\d{9})Z$/.exec(id) ?? ["", "19700101", "000000000"];
  const part = (text: string, pattern: RegExp, form: string) => text.replace(pattern, form);
  return new Date(
    `${part(date, /(....)(..)(..)/, "$1-$2-$3")}T${part(time, /(..)(..)(..)(...)/, "$1:$2:$3.$4")}Z`,
  );
}
