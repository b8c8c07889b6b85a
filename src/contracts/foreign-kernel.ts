/** What a notebook asks for that is not this project's: a kernel by its name, or a language where it names no kernel. */
export interface ForeignKernel {
  kernel?: string;
  language?: string;
}

/**
 * The kernel or language of a notebook whose code would wrongly be taken for TypeScript; undefined where the notebook is for this
 * project's kernel or says nothing.
 *
 * @param metadata the notebook's
 * @param others names of further kernels that are there to run it
 */
export function findForeignKernel(
  metadata: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): ForeignKernel | undefined {
  const spec = toRecord(metadata.kernelspec);
  const kernel = toName(spec.name);
  if (kernel !== undefined) return isOwnKernel(kernel) || others.includes(kernel) ? undefined : { kernel };
  const language = toName(spec.language) ?? toName(toRecord(metadata.language_info).name);
  return language === undefined || /^typescript$/i.test(language) ? undefined : { language };
}

/** Whether a kernel is this project's: its name may go on behind `tumorlab`, as with `kernel:install --name tumorlab-2`. */
export function isOwnKernel(name: string): boolean {
  return /^tumorlab(-|$)/.test(name);
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** JupyterLab writes an empty name into a notebook that has none. */
function toName(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
