import { LabError } from "tumorlab/dist/errors.js";
import type { Notebook } from "./notebook.js";

/**
 * Refuses a notebook that names another kernel than this project's, or another language where it names none: its code
 * would be taken for TypeScript. A kernel's name may go on behind `tumorlab`, as with `kernel:install --name tumorlab-2`.
 *
 * @param name the notebook's, for the message.
 * @throws LabError that names the kernel.
 */
export function requireOwnKernel({ metadata }: Notebook, name: string): void {
  const spec = toRecord(metadata.kernelspec);
  const kernel = typeof spec.name === "string" ? spec.name : undefined;
  const language = [spec.language, toRecord(metadata.language_info).name].find(
    (each) => typeof each === "string",
  );
  const isOwn =
    kernel === undefined
      ? language === undefined || /^typescript$/i.test(language)
      : /^tumorlab(-|$)/.test(kernel);
  if (isOwn) return;
  throw new LabError(
    name,
    kernel === undefined ? { language } : { kernel },
    "a notebook for the kernel tumorlab, which runs TypeScript",
    kernel === undefined
      ? "Run it with a kernel of its own language, such as by jupyter nbconvert --execute"
      : `It is a notebook for the kernel ${kernel}: run it there, such as by jupyter nbconvert --execute. If its cells are TypeScript, choose the kernel tumorlab for it in the lab and save it`,
  );
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
