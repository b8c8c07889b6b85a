import type { Volume } from "../core/types.js";
import { fileOf } from "../nifti/origin.js";
import { projectFolder } from "../platform/locations.js";
import { isAbsolute, relative, resolve, sep } from "../platform/paths.js";

/**
 * The files that a volume and its labels were read from, as paths that the lab can ask its server for: below the
 * project's root, and nothing hidden. Undefined unless both have one.
 */
export function findServedFiles(
  volume: Volume,
  labels: Volume | undefined,
): { ct: string; labels?: string } | undefined {
  const ct = servedPath(volume);
  if (ct === undefined) return undefined;
  if (!labels) return { ct };
  const path = servedPath(labels);
  return path === undefined ? undefined : { ct, labels: path };
}

function servedPath(volume: Volume): string | undefined {
  const file = fileOf(volume);
  if (file === undefined) return undefined;
  const path = relative(projectFolder, resolve(file));
  const parts = path.split(sep);
  const isServed =
    !isAbsolute(path) &&
    path.length <= 500 &&
    parts.every((part) => !/^\.|^node_modules$|[\\:?#\0]/i.test(part));
  return isServed ? parts.join("/") : undefined;
}
