/**
 * Compiles the kernels to WebAssembly, with and without relaxed SIMD, and writes them as ../modules.ts:
 *   node src/model/simd3d/assembly/build.mjs
 * The compiler is pinned, so the same source gives the same bytes; a test compares them.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const folder = new URL("./", import.meta.url);
const target = fileURLToPath(new URL("../modules.ts", import.meta.url));
const features = ["--enable", "simd", "--enable", "threads"];
const memory = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

/** The bytes of one module; throws with the compiler's messages when the source does not compile. */
export async function compileModule(relaxed) {
  let bytes;
  const relaxation = relaxed ? ["--enable", "relaxed-simd"] : [];
  const { error, stderr } = await asc.main(
    [
      "index.ts",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      ...features,
      ...relaxation,
      ...memory,
      "-o",
      "out.wasm",
    ],
    {
      readFile: (name) => {
        const file = new URL(name, folder);
        return existsSync(file) ? readFileSync(file, "utf8") : null;
      },
      writeFile: (name, contents) => {
        if (name === "out.wasm") bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`the kernels do not compile: ${error.message}\n${stderr.toString()}`);
  return Buffer.from(bytes);
}

/** Text of modules.ts. */
export function embedModules(plain, relaxed) {
  const embed = (name, comment, bytes) => [
    "",
    `/** ${comment} sha256 ${createHash("sha256").update(bytes).digest("hex")} */`,
    `export const ${name}: string = [`,
    ...bytes
      .toString("base64")
      .match(/.{1,100}/g)
      .map((line) => `  "${line}",`),
    '].join("");',
  ];
  return [
    "/** Made by `node src/model/simd3d/assembly/build.mjs` from assembly/; do not edit. */",
    ...embed("plainModule", "With SIMD, base64.", plain),
    ...embed("relaxedModule", "With relaxed SIMD, base64.", relaxed),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(target, embedModules(await compileModule(false), await compileModule(true)));
