/**
 * Compiles kernels.ts to WebAssembly and writes it as ../kernels-wasm.ts:
 *   node src/volume/assembly/build.mjs
 * The compiler is pinned, so the same source gives the same bytes; a test compares them.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileAssembly, embedBytes } from "../../assembly-script.mjs";

const target = fileURLToPath(new URL("../kernels-wasm.ts", import.meta.url));

/** The bytes of the module; throws with the compiler's messages when the source does not compile. */
export async function compileKernels() {
  return compileAssembly(new URL("./", import.meta.url), "kernels.ts");
}

/** Text of kernels-wasm.ts for those bytes. */
export function embedKernels(bytes) {
  return [
    "/** Made by `node src/volume/assembly/build.mjs` from assembly/kernels.ts; do not edit. */",
    ...embedBytes("kernelsBase64", "The WebAssembly module, base64.", bytes),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(target, embedKernels(await compileKernels()));
