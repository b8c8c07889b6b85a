/**
 * Compiles kernels.ts to WebAssembly and writes it as ../kernels-wasm.ts:
 *   node src/volume/assembly/build.mjs
 * The compiler is pinned, so the same source gives the same bytes; a test compares them.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const source = fileURLToPath(new URL("kernels.ts", import.meta.url));
const target = fileURLToPath(new URL("../kernels-wasm.ts", import.meta.url));

/** The bytes of the module; throws with the compiler's messages when the source does not compile. */
export async function compileKernels() {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      "kernels.ts",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--importMemory",
      "-o",
      "kernels.wasm",
    ],
    {
      readFile: (name) => (name === "kernels.ts" ? readFileSync(source, "utf8") : null),
      writeFile: (name, contents) => {
        if (name === "kernels.wasm") bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`kernels.ts does not compile: ${error.message}\n${stderr.toString()}`);
  return Buffer.from(bytes);
}

/** Text of kernels-wasm.ts for those bytes. */
export function embedKernels(bytes) {
  const lines = bytes.toString("base64").match(/.{1,100}/g);
  return [
    "/** Made by `node src/volume/assembly/build.mjs` from assembly/kernels.ts; do not edit. */",
    `export const kernelsSha256 = "${createHash("sha256").update(bytes).digest("hex")}";`,
    "",
    "/** The WebAssembly module, base64. */",
    "export const kernelsBase64: string = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(target, embedKernels(await compileKernels()));
