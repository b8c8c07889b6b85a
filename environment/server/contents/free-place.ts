import { lstat, stat } from "node:fs/promises";
import { codeOf, HttpError } from "../http/errors.js";
import type { Project } from "./paths.js";

/**
 * Tries names in a folder until one is free; returns its path.
 *
 * @param make makes the thing at a place; it throws EEXIST where the name is taken.
 */
export async function makeAtFirstFree(
  project: Project,
  folder: string,
  names: Iterable<string>,
  make: (absolute: string) => Promise<void>,
): Promise<string> {
  for (const name of names) {
    const path = folder === "" ? name : `${folder}/${name}`;
    try {
      await make(await project.locateEntry(path));
      return path;
    } catch (error) {
      if (codeOf(error) !== "EEXIST" && codeOf(error) !== "ERR_FS_CP_EEXIST") throw error;
    }
  }
  throw new HttpError(500, `${folder}: no free name.`);
}

/** Throws a 400 {@link HttpError} where the path is no folder. */
export async function requireFolder(project: Project, path: string): Promise<void> {
  if (!(await stat(await project.locate(path))).isDirectory())
    throw new HttpError(400, `${path} is a file; new things are made in folders.`);
}

/**
 * Throws a 409 {@link HttpError} where something has the name.
 *
 * @param besides a place that may have it: on disks that don't tell cases apart, a change of case finds the thing itself.
 */
export async function requireFreePlace(path: string, absolute: string, besides: string): Promise<void> {
  const there = await lstat(absolute).catch(() => undefined);
  if (!there) return;
  const same = await lstat(besides);
  if (same.ino === there.ino && same.dev === there.dev) return;
  throw new HttpError(409, `${path} exists already.`);
}
