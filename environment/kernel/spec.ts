import { join } from "node:path";

/** What a kernel.json holds. */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message" | "signal";
  env: Record<string, string>;
  /** `unix_sockets: true` when the kernel can listen on Unix domain sockets; many only know TCP. */
  metadata: Record<string, unknown>;
}

/** Name of the kernel, as notebooks name it in `metadata.kernelspec.name`. */
export const kernelName = "tumorlab";

/** What a reader sees in the kernel menu. */
export const kernelDisplayName = "TypeScript (Tumorlab)";

/**
 * What a kernel's memory is asked to be: large arrays in large pages, where glibc hands out memory. A scan of 150 MB
 * otherwise costs 40,000 page faults each time that it is read, a fifth of the reading. Other C libraries pass over it,
 * and a setting of the reader's own comes first.
 */
export function memoryEnvironment(environment: NodeJS.ProcessEnv = process.env): { GLIBC_TUNABLES: string } {
  return { GLIBC_TUNABLES: environment.GLIBC_TUNABLES || "glibc.malloc.hugetlb=1" };
}

/**
 * The kernelspec of this project's kernel.
 *
 * @param root absolute path of the project folder, which holds `environment/dist`.
 * @param node the Node program that will run it; defaults to the one running now.
 */
export function createKernelSpec(root: string, node: string = process.execPath): KernelSpec {
  return {
    argv: [node, join(root, "environment", "dist", "kernel", "main.js"), "{connection_file}"],
    display_name: kernelDisplayName,
    language: "typescript",
    interrupt_mode: "message",
    env: { TUMORLAB_ROOT: root, ...memoryEnvironment() },
    metadata: { debugger: false, unix_sockets: true },
  };
}
