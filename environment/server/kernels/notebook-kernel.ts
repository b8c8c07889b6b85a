import { readFile, stat } from "node:fs/promises";
import { findForeignKernel } from "tumorlab/internal/contracts/foreign-kernel";
import { describeValue } from "tumorlab/internal/core/errors";
import { largestContentBytes, typeOf } from "../contents/model.js";
import { type Notebook, parseNotebook } from "../contents/notebook.js";
import type { Project } from "../contents/paths.js";
import { HttpError } from "../http/errors.js";

/**
 * The kernel that a notebook runs on when nobody chooses one: the one it names where that is among `available`, else
 * undefined, which is this project's own.
 *
 * @param path of the document; one that can't be read as a notebook, or isn't saved yet, names none
 * @param available names of kernels
 * @throws HttpError 501 where the notebook names another kernel or language: its cells would be taken for TypeScript
 */
export async function kernelOfNotebook(
  project: Project,
  path: string,
  available: readonly string[],
): Promise<string | undefined> {
  const isNotebook = typeOf(path) === "notebook";
  const metadata = isNotebook ? await readMetadata(project, path).catch(() => undefined) : undefined;
  if (metadata === undefined) return undefined;
  const foreign = findForeignKernel(metadata, available);
  if (!foreign) {
    const { name } = (metadata.kernelspec ?? {}) as { name?: unknown };
    return available.find((each) => each === name);
  }
  const { kernel, language } = foreign;
  const asked =
    kernel === undefined ? `the language ${describeValue(language)}` : `the kernel ${describeValue(kernel)}`;
  const names = available.map((name) => JSON.stringify(name)).join(", ");
  throw new HttpError(
    501,
    `${path} is a notebook for ${asked}, which is not available here. Run it where that is, or, if its cells are TypeScript, name the kernel to take: ${names}.`,
  );
}

async function readMetadata(project: Project, path: string): Promise<Notebook["metadata"] | undefined> {
  const absolute = await project.locate(path);
  const stats = await stat(absolute);
  if (!stats.isFile() || stats.size > largestContentBytes) return undefined;
  return parseNotebook(await readFile(absolute, "utf8"), path).metadata;
}
