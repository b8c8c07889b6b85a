import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "../files/is-running.js";

/** The five channels of a kernel. */
export const channels = ["shell", "iopub", "stdin", "control", "hb"] as const;

/** One of the five channels. */
export type Channel = (typeof channels)[number];

/** What a Jupyter connection file holds. */
export interface ConnectionInfo {
  transport: string;
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  signature_scheme: string;
  kernel_name: string;
}

/** A connection file on disk, readable by its owner alone. */
export interface ConnectionFile {
  info: ConnectionInfo;
  path: string;
  /** Deletes the file and its folder; harmless when called twice. */
  remove(): void;
}

/** Longest path of a Unix domain socket that every system takes, in bytes. */
const longestSocketPath = 100;

const folderPrefix = "tumorlab-kernel-";

/**
 * Writes a connection file in a private temporary folder of this process.
 *
 * The channels are Unix domain sockets in that folder, which no other user can reach and no other program can take
 * in the moment before the kernel binds them. Where there are none (Windows, or a temporary folder with a very long
 * name) and for kernels that don't know them they are five free loopback ports.
 *
 * @param knowsUnixSockets whether the kernel can listen on them
 */
export async function createConnectionFile(
  kernelName: string,
  knowsUnixSockets: boolean,
): Promise<ConnectionFile> {
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const prefix = join(folder, "channel");
  const hasSockets =
    knowsUnixSockets && process.platform !== "win32" && Buffer.byteLength(`${prefix}-0`) <= longestSocketPath;
  const [shell, iopub, stdin, control, hb] = hasSockets ? [1, 2, 3, 4, 5] : await findFreePorts(5);
  const info: ConnectionInfo = {
    transport: hasSockets ? "ipc" : "tcp",
    ip: hasSockets ? prefix : "127.0.0.1",
    shell_port: shell,
    iopub_port: iopub,
    stdin_port: stdin,
    control_port: control,
    hb_port: hb,
    key: randomBytes(24).toString("hex"),
    signature_scheme: "hmac-sha256",
    kernel_name: kernelName,
  };
  const path = join(folder, "connection.json");
  writeFileSync(path, JSON.stringify(info), { mode: 0o600 });
  return { info, path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Deletes the connection files of processes that were killed before they could do it themselves. */
export function removeStaleConnectionFiles(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(folderPrefix)
      ? Number(/^(\d+)-/.exec(name.slice(folderPrefix.length))?.[1])
      : NaN;
    if (!(pid > 0) || isRunning(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // It is another user's.
    }
  }
}

/** Reads a connection file. Throws when it is not one. */
export function readConnectionFile(path: string): ConnectionInfo {
  const info = JSON.parse(readFileSync(path, "utf8")) as ConnectionInfo;
  for (const channel of channels) {
    const port = info[`${channel}_port`];
    if (!Number.isInteger(port))
      throw new Error(`${path}: ${channel}_port is ${String(port)}, expected a port number`);
  }
  return info;
}

/** The ZeroMQ address of a channel. */
export function addressOf(info: ConnectionInfo, channel: Channel): string {
  const separator = info.transport === "ipc" ? "-" : ":";
  return `${info.transport}://${info.ip}${separator}${info[`${channel}_port`]}`;
}

/** Distinct free TCP ports on loopback; all are held open until the last is known. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
