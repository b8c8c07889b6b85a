import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism, freemem, totalmem } from "node:os";
import { type CheckContext, fail, info, ok } from "../check.js";

/** Memory a lab with one notebook open takes: server, kernel with the library, compiler that watches. */
const neededMemoryBytes = 1e9;
const neededDiskBytes = 0.5e9;
const usualPort = 8888;

/** Memory that a new process could have, and the cores. */
export function checkMemory() {
  const available = process.availableMemory?.() ?? freemem();
  const text = `${gigabytes(available)} of ${gigabytes(totalmem())} available, ${availableParallelism()} cores`;
  return [
    available >= neededMemoryBytes
      ? ok(text)
      : fail(`${text}: the lab needs ${gigabytes(neededMemoryBytes)}`),
  ];
}

/** Room on the disk of the project, where notebooks and results are saved. */
export async function checkDisk({ root }: CheckContext) {
  const { bavail, bsize } = await statfs(root);
  const text = `${gigabytes(bavail * bsize)} free`;
  return [bavail * bsize >= neededDiskBytes ? ok(text) : fail(`${text}: saving notebooks needs some room`)];
}

/** Whether the usual port can be had; the lab takes the next one when it cannot. */
export async function checkPort() {
  const code = await new Promise<string>((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(usualPort, "127.0.0.1", () => server.close(() => resolve("")));
  });
  if (!code) return [ok(`${usualPort} on 127.0.0.1 is free`)];
  return [info(`${usualPort} on 127.0.0.1 is taken (${code}); the lab will take another one`)];
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
