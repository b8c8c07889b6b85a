import { isOwnKernel } from "tumorlab/internal/contracts/foreign-kernel";

/** What a notebook says of its kernel: the parts of its metadata that JupyterLab writes when a kernel has started. */
const kernelParts = ["kernelspec", "language_info"];

/**
 * Whether a notebook keeps what it says of its kernel although the kernel says it in more or other words, such as with
 * the version of its language: true where both name the same kernel or language, or where a kernel of this project stands in
 * for one of another name that nobody gave up.
 *
 * @param part a name in the notebook's metadata
 * @param written what the notebook says; undefined where it says nothing
 * @param told what would be written
 * @param isChosen whether the reader has chosen the kernel
 */
export function keepsKernelMetadata(
  part: string,
  written: unknown,
  told: unknown,
  isChosen: boolean,
): boolean {
  const [name, other] = [nameOf(written), nameOf(told)];
  if (!kernelParts.includes(part) || name === undefined || other === undefined) return false;
  return name === other || (!isChosen && isOwnKernel(name) && isOwnKernel(other));
}

/** JupyterLab writes an empty name into a notebook that has none. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
  return typeof value.name === "string" && value.name !== "" ? value.name : undefined;
}
