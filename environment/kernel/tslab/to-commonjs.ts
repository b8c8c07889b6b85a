import type { SourceMapPayload } from "node:module";
import type * as ts from "@tslab/typescript-for-tslab";
import { fromBase64 } from "tumorlab/internal/platform/bytes";
import { takeOverExports } from "./take-over-exports.js";

/** Code as Node's `require` world runs it, and how to get back from it to the TypeScript it came from. */
export interface CommonJsCode {
  code: string;
  /** The map to the ECMAScript module, then that module's own map to TypeScript. */
  maps: SourceMapPayload[];
  /** Names a cell exports. */
  names: string[];
}

const inlineMap = "//# sourceMappingURL=data:application/json;base64,";

/**
 * Turns an ECMAScript module that carries its source map inside into CommonJS.
 *
 * @param isCell whether its exports are the variables of a cell; see {@link takeOverExports}.
 */
export function toCommonJs(
  typescript: typeof ts,
  module: string,
  target: ts.ScriptTarget,
  isCell: boolean,
): CommonJsCode {
  const at = module.lastIndexOf(inlineMap);
  const code = at < 0 ? module : module.slice(0, at);
  const names: string[] = [];
  const { outputText, sourceMapText } = typescript.transpileModule(code, {
    fileName: "cell.js",
    transformers: isCell ? { after: [takeOverExports(typescript, (name) => names.push(name))] } : {},
    compilerOptions: {
      module: typescript.ModuleKind.CommonJS,
      esModuleInterop: true,
      target,
      newLine: typescript.NewLineKind.LineFeed,
      noImplicitUseStrict: true,
      sourceMap: true,
    },
  });
  const maps: SourceMapPayload[] = [];
  if (sourceMapText) maps.push(JSON.parse(sourceMapText) as SourceMapPayload);
  if (at >= 0) {
    const encoded = module.slice(at + inlineMap.length).trim();
    maps.push(JSON.parse(new TextDecoder().decode(fromBase64(encoded))) as SourceMapPayload);
  }
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), maps, names };
}
