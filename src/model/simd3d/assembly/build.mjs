/**
 * Compiles the kernels to WebAssembly, with and without relaxed SIMD, and writes them as ../modules.ts:
 *   node src/model/simd3d/assembly/build.mjs
 * The compiler is pinned, so the same source gives the same bytes; a test compares them.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileAssembly, embedBytes } from "../../../assembly-script.mjs";

const folder = new URL("./", import.meta.url);
const target = fileURLToPath(new URL("../modules.ts", import.meta.url));
const memory = ["--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

/** The bytes of one module; throws with the compiler's messages when the source does not compile. */
export async function compileModule(relaxed) {
  const features = ["threads", ...(relaxed ? ["relaxed-simd"] : [])];
  return compileAssembly(folder, "index.ts", [...features.flatMap((name) => ["--enable", name]), ...memory]);
}

/** Text of modules.ts. */
export function embedModules(plain, relaxed) {
  return [
    "/** Made by `node src/model/simd3d/assembly/build.mjs` from assembly/; do not edit. */",
    ...embedBytes("plainModule", "With SIMD, base64.", plain),
    ...embedBytes("relaxedModule", "With relaxed SIMD, base64.", relaxed),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(target, embedModules(await compileModule(false), await compileModule(true)));
