/** How the AssemblyScript of the rooms becomes WebAssembly that lies in TypeScript: their build.mjs files use it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/**
 * The bytes of the module that `entry` and its imports in `folder` (a URL that ends in a slash) make; `options` are
 * added to the compiler's. Throws with its messages when they do not compile.
 */
export async function compileAssembly(folder, entry, options = []) {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      entry,
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--importMemory",
      ...options,
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
  if (error) throw new Error(`${entry} does not compile: ${error.message}\n${stderr.toString()}`);
  return Buffer.from(bytes);
}

/** Lines of TypeScript that export the bytes under a name. */
export function embedBytes(name, comment, bytes) {
  return [
    "",
    `/** ${comment} sha256 ${createHash("sha256").update(bytes).digest("hex")} */`,
    `export const ${name}: string = [`,
    ...bytes
      .toString("base64")
      .match(/.{1,100}/g)
      .map((line) => `  "${line}",`),
    '].join("");',
  ];
}
