/** What a notebook says of its kernel: the parts of its metadata that JupyterLab writes when a kernel has started. */
const kernelParts = ["kernelspec", "language_info"];

/**
 * Whether a notebook keeps what it says of its kernel although the kernel says it in more or other words, such as with
 * the version of its language: true where both name the same kernel or language.
 *
 * @param part a name in the notebook's metadata
 * @param written what the notebook says; undefined where it says nothing
 * @param told what would be written
 */
export function keepsKernelMetadata(part: string, written: unknown, told: unknown): boolean {
  const name = nameOf(written);
  return kernelParts.includes(part) && name !== undefined && name === nameOf(told);
}

/** JupyterLab writes an empty name into a notebook that has none. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
  return typeof value.name === "string" && value.name !== "" ? value.name : undefined;
}
