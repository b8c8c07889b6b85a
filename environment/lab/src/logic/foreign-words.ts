import type { ForeignKernel } from "tumorlab/internal/contracts/foreign-kernel";

/** Longest name shown of what a notebook asks for: a file may say anything. */
const longestName = 60;

/**
 * Why no kernel was started for a notebook, and what to do.
 *
 * @param notebook name of its file
 * @param foreign what it asks for
 * @param ownName the kernel that is here, as people read it
 */
export function explainForeignKernel(
  notebook: string,
  { kernel, language }: ForeignKernel,
  ownName: string,
): string {
  const asked = kernel === undefined ? `the language ${clip(language)}` : `the kernel ${clip(kernel)}`;
  return (
    `${notebook} is a notebook for ${asked}, which this lab does not have. ` +
    `Its cells would be taken for TypeScript, and fail or mean something else. ` +
    `It can be read and edited here without a kernel; to run it, open it where ${clip(kernel ?? language)} is. ` +
    `If its cells are TypeScript, run it with ${ownName}, which the notebook then names.`
  );
}

function clip(name = ""): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName)}…`;
}
