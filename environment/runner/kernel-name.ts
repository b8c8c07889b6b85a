import { findForeignKernel } from "tumorlab/internal/contracts/foreign-kernel";
import { LabError } from "tumorlab/internal/core/errors";
import type { Notebook } from "./notebook.js";

/**
 * Refuses a notebook that names another kernel than this project's, or another language where it names none: its code
 * would be taken for TypeScript.
 *
 * @param name the notebook's, for the message.
 * @throws LabError that names the kernel.
 */
export function requireOwnKernel({ metadata }: Notebook, name: string): void {
  const foreign = findForeignKernel(metadata);
  if (!foreign) return;
  const { kernel } = foreign;
  throw new LabError(
    name,
    foreign,
    "a notebook for the kernel tumorlab, which runs TypeScript",
    kernel === undefined
      ? "Run it with a kernel of its own language, such as by jupyter nbconvert --execute"
      : `It is a notebook for the kernel ${kernel}: run it there, such as by jupyter nbconvert --execute. If its cells are TypeScript, choose the kernel tumorlab for it in the lab and save it`,
  );
}
