import type * as ts from "@tslab/typescript-for-tslab";
import type { Tslab } from "../../kernel/tslab/load.js";

/**
 * tslab as it was bundled, with the kernel's patches in it.
 *
 * @param system what the compiler runs on; its modules ask for it as they are loaded, and so come behind it.
 */
export async function loadTslab(system: ts.System): Promise<Tslab> {
  const typescript = unwrap(await import("@tslab/typescript-for-tslab")) as typeof ts;
  // Not declared.
  (typescript as unknown as { setSys(system: ts.System): void }).setSys(system);
  const { createConverter } = unwrap(await import("tslab/dist/converter.js"));
  const { createExecutor } = unwrap(await import("tslab/dist/executor.js"));
  const { getCodeMetadata } = unwrap(await import("tslab/dist/metadata.js"));
  const jupyter = unwrap(await import("tslab/dist/jupyter.js")) as Tslab["jupyter"];
  const { printQuickInfo } = unwrap(await import("tslab/dist/inspect.js"));
  return { createConverter, createExecutor, getCodeMetadata, printQuickInfo, jupyter, typescript };
}

/** What a CommonJS module exports, however it was bundled. */
function unwrap<T>(module: T): T {
  return (module as { default?: T }).default ?? module;
}
