/**
 * Compiles index.ts to WebAssembly and writes it as ../inflate-wasm.ts:
 *   node src/nifti/assembly/build.mjs
 * The compiler is pinned, so the same source gives the same bytes; a test compares them.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileAssembly, embedBytes } from "../../assembly-script.mjs";

/** The bytes of the module. */
export async function compileInflate() {
  return compileAssembly(new URL("./", import.meta.url), "index.ts");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = [
    "/** Made by `node src/nifti/assembly/build.mjs` from assembly/; do not edit. */",
    ...embedBytes("inflateModule", "The WebAssembly module, base64.", await compileInflate()),
    "",
  ];
  writeFileSync(new URL("../inflate-wasm.ts", import.meta.url), lines.join("\n"));
}
