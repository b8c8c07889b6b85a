import type { SourceMapPayload } from "node:module";
import type * as ts from "@tslab/typescript-for-tslab";

/** Code as Node's `require` world runs it, and how to get back from it to the TypeScript it came from. */
export interface CommonJsCode {
  code: string;
  /** The map to the ECMAScript module, then that module's own map to TypeScript. */
  maps: SourceMapPayload[];
}

const inlineMap = "//# sourceMappingURL=data:application/json;base64,";

/** Turns an ECMAScript module that carries its source map inside into CommonJS. */
export function toCommonJs(typescript: typeof ts, module: string, target: ts.ScriptTarget): CommonJsCode {
  const at = module.lastIndexOf(inlineMap);
  const code = at < 0 ? module : module.slice(0, at);
  const { outputText, sourceMapText } = typescript.transpileModule(code, {
    fileName: "cell.js",
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
    maps.push(JSON.parse(Buffer.from(encoded, "base64").toString()) as SourceMapPayload);
  }
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), maps };
}
