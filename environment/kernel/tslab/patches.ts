/** A change to one place of one of tslab's files, made as the file is loaded. */
export interface Patch {
  /** File inside of the package, or that of its compiler beside it. */
  file: string;
  /** Text that occurs there exactly once. */
  find: string;
  replacement: string;
}

/** The only release of tslab these patches were written for. */
export const tslabVersion = "1.0.22";

/** Where the patched code finds the functions of hooks.ts. */
export const hooksSymbol = Symbol.for("tumorlab.kernel.tslab");

const hooks = 'globalThis[Symbol.for("tumorlab.kernel.tslab")]';
const converter = "dist/converter.js";
const executor = "dist/executor.js";
const typescript = "../@tslab/typescript-for-tslab/lib/typescript.js";

/**
 * What tslab's converter and executor do differently here:
 * types of Node alone instead of every `@types` package in reach, source maps, our own module resolution and file
 * watching, `await` found in every position, `{ name }` of earlier cells' variables, variables that
 * know their cell, constants that a cell of parameters may change, errors handed over as data, cells run under their
 * names by us, doc comments of packages read when somebody asks for them.
 */
export const patches: readonly Patch[] = [
  {
    file: converter,
    find: "typeRoots: getTypeRoots(),",
    replacement: `typeRoots: ${hooks}.addTypeRoots(getTypeRoots()), types: ["node"], inlineSourceMap: true,`,
  },
  {
    file: converter,
    find: "const watch = ts.createWatchProgram(host);",
    replacement: `${hooks}.configureHost(ts, host, sys); const watch = ts.createWatchProgram(host);`,
  },
  {
    file: converter,
    find: "hasToplevelAwait: diag.hasToplevelAwait,",
    replacement: `hasToplevelAwait: diag.hasToplevelAwait || ${hooks}.hasTopLevelAwait(ts, srcFile),`,
  },
  {
    file: converter,
    find: "output: esModuleToCommonJSModule(output, transpileTarget),",
    replacement: `output: ${hooks}.convertCell(ts, output, transpileTarget),`,
  },
  {
    file: converter,
    find: "data: esModuleToCommonJSModule(data, transpileTarget),",
    replacement: `data: ${hooks}.convertFile(ts, data, transpileTarget, (0, tspath_1.normalizeJoin)(cwd, rel)),`,
  },
  {
    file: converter,
    find: "function wrapPrevIdentifier(node) {",
    replacement:
      "function wrapPrevIdentifier(node) {" +
      `const rewritten = ${hooks}.rewriteShorthand(ts, checker, declsFile, node); if (rewritten) return rewritten;`,
  },
  {
    file: converter,
    find: "console.log(d.messageText);",
    replacement: `${hooks}.log(ts.flattenDiagnosticMessageText(d.messageText, "\\n"));`,
  },
  {
    file: converter,
    find: 'console.warn("builder is not recreated though contents are changed.");',
    replacement: `${hooks}.log("The TypeScript program was not renewed though the cell changed.");`,
  },
  {
    file: executor,
    find: "const req = wrapRequire(createRequire(rootDir), rootDir, sideOutputs, sideModules);",
    replacement: `const req = wrapRequire(${hooks}.extendRequire(createRequire(rootDir)), rootDir, sideOutputs, sideModules);`,
  },
  {
    file: executor,
    find: "const exports = createExports();",
    replacement: `const exports = ${hooks}.variables;`,
  },
  {
    file: executor,
    find: "const converted = convs.node.convert(prevDecl, src);",
    replacement: `const converted = convs.node.convert(${hooks}.loosenConstants(prevDecl, src), src);`,
  },
  {
    file: executor,
    find: "const ret = vm_1.default.runInThisContext(wrapped, {",
    replacement: `const ret = ${hooks}.run(wrapped, prefix.length, {`,
  },
  {
    // What a cell declares stays declared when it fails or is interrupted: what it had computed is still there, and to
    // read what it had not is an error.
    file: executor,
    find: "let promise = null;",
    replacement: `prevDecl = converted.declOutput || "";\n        let promise = null;`,
  },
  {
    file: executor,
    find: "for (const diag of diagnostics) {",
    replacement: `return ${hooks}.reportDiagnostics(diagnostics);\n        for (const diag of diagnostics) {`,
  },
  {
    file: typescript,
    find: "return hasJSDoc ? addJSDocComment(node) : node;",
    replacement: `return hasJSDoc && !${hooks}.leavesDocs(fileName) ? addJSDocComment(node) : node;`,
  },
  {
    file: converter,
    find: "const info = ts.getQuickInfoAtPosition(",
    replacement:
      `${hooks}.bringDocs(ts, builder.getProgram(), srcFile, position + srcPrefix.length);` +
      "const info = ts.getQuickInfoAtPosition(",
  },
];
