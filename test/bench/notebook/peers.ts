import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createKernelSpec, type KernelSpec } from "#environment/kernel/spec.js";

/** A kernel to measure. */
export interface Peer {
  name: string;
  spec: KernelSpec;
}

export const projectRoot: string = path.resolve(__dirname, "../../../..");

/** This project's kernel, stock tslab of the same version that it is built on, and Deno's where `deno` can be run. */
export async function findPeers(): Promise<Peer[]> {
  const own = createKernelSpec(projectRoot);
  const tslab = path.join(projectRoot, "node_modules", "tslab");
  const manifest = JSON.parse(await readFile(path.join(tslab, "package.json"), "utf8")) as {
    version: string;
  };
  const peers: Peer[] = [
    { name: "tumorlab", spec: own },
    {
      name: `tslab ${manifest.version}`,
      spec: {
        ...own,
        argv: [
          process.execPath,
          path.join(tslab, "bin", "tslab"),
          "kernel",
          "--config-path",
          "{connection_file}",
        ],
        interrupt_mode: "signal",
        metadata: {},
      },
    },
  ];
  const deno = await askDenoVersion();
  if (deno)
    peers.push({
      name: `deno ${deno}`,
      spec: { ...own, argv: ["deno", "jupyter", "--kernel", "--conn", "{connection_file}"], metadata: {} },
    });
  return peers;
}

/** "" when Deno is not installed. */
function askDenoVersion(): Promise<string> {
  return new Promise((resolve) =>
    execFile("deno", ["--version"], (error, stdout) =>
      resolve(error ? "" : (/deno (\S+)/.exec(stdout)?.[1] ?? "")),
    ),
  );
}
