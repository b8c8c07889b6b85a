import { createRequire } from "node:module";
import { dirname } from "node:path";
import type * as ts from "@tslab/typescript-for-tslab";
import type * as converterModule from "tslab/dist/converter.js";
import type * as executorModule from "tslab/dist/executor.js";
import type * as inspectModule from "tslab/dist/inspect.js";
import type * as jupyterModule from "tslab/dist/jupyter.js";
import type * as metadataModule from "tslab/dist/metadata.js";
import { checkVersion, loadPatched } from "./apply-patches.js";
import { patches, tslabVersion } from "./patches.js";

type ConverterModule = typeof converterModule;
type ExecutorModule = typeof executorModule;
type MetadataModule = typeof metadataModule;
type InspectModule = typeof inspectModule;
type JupyterModule = typeof jupyterModule;

/** The parts of tslab this kernel is built on. */
export interface Tslab {
  createConverter: ConverterModule["createConverter"];
  createExecutor: ExecutorModule["createExecutor"];
  getCodeMetadata: MetadataModule["getCodeMetadata"];
  printQuickInfo: InspectModule["printQuickInfo"];
  /** Where `import { display } from "tslab"` sends its bundles. */
  jupyter: { lastWriteDisplayData: JupyterModule["lastWriteDisplayData"] };
  /** The TypeScript that tslab compiles with. */
  typescript: typeof ts;
}

const load = createRequire(__filename);

/** The folder of the installed tslab. */
export function findTslab(): string {
  return dirname(load.resolve("tslab/package.json"));
}

/** Loads tslab, patched. Throws a PatchError when it is not the tslab the patches were written for. */
export function loadTslab(): Tslab {
  checkVersion((load("tslab/package.json") as { version: string }).version, tslabVersion);
  return loadPatched(findTslab(), patches, () => {
    const { createConverter } = load("tslab/dist/converter.js") as ConverterModule;
    const { createExecutor } = load("tslab/dist/executor.js") as ExecutorModule;
    const { getCodeMetadata } = load("tslab/dist/metadata.js") as MetadataModule;
    const { printQuickInfo } = load("tslab/dist/inspect.js") as InspectModule;
    const jupyter = load("tslab/dist/jupyter.js") as Tslab["jupyter"];
    const typescript = load("@tslab/typescript-for-tslab") as typeof ts;
    return {
      createConverter,
      createExecutor,
      getCodeMetadata,
      printQuickInfo,
      jupyter,
      typescript,
    };
  });
}
