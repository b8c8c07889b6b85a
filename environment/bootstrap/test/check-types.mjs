#!/usr/bin/env node
/*
 * Compiles like `tsc -b FOLDER...`, and writes each file in one step and only where it differs: tests may run from the
 * compiled files meanwhile. Prints the mistakes; exit status 0 when there are none.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { locate, projectRoot } from "../project.mjs";
import { writeWhole } from "./transpile.mjs";

/** @type {typeof import("typescript")} */
const ts = createRequire(import.meta.url)(join(locate(projectRoot).modules, "typescript"));
const host = ts.createSolutionBuilderHost(
  { ...ts.sys, writeFile: (path, text) => writeWhole(path, text) },
  ts.createEmitAndSemanticDiagnosticsBuilderProgram,
  ({ file, start, messageText }) => {
    const where =
      file && start !== undefined
        ? `${file.fileName}(${file.getLineAndCharacterOfPosition(start).line + 1}): `
        : "";
    console.log(where + ts.flattenDiagnosticMessageText(messageText, "\n"));
  },
);
process.exitCode = ts.createSolutionBuilder(host, process.argv.slice(2), { incremental: true }).build();
