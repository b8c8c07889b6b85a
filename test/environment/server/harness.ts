import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type RunningServer, type ServerOptions, startServer } from "#environment/server/server.js";

/** A server on a project of its own in a temporary folder, with kernels that only look like ones. */
export interface TestLab {
  root: string;
  server: RunningServer;
  /** What the server logged. */
  log: string[];
  /** Asks with the token in a header; `body` goes as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Writes a file into the project. */
  put(path: string, text: string | Uint8Array): string;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: any;
}

export const fakeKernelFile: string = join(__dirname, "fake-kernel.js");

/** A kernelspec of the fake kernel. */
export function fakeSpec(
  name = "fake",
  modes: string[] = [],
  interruptMode: "message" | "signal" = "message",
) {
  return {
    name,
    spec: {
      argv: [process.execPath, fakeKernelFile, "{connection_file}", ...modes],
      display_name: name,
      language: "typescript",
      interrupt_mode: interruptMode,
      env: { TUMORLAB_ROOT: "/project" },
      metadata: {},
    },
  };
}

export async function openLab(options: Partial<ServerOptions> = {}): Promise<TestLab> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tumorlab-test-")));
  mkdirSync(join(root, "notebooks"));
  const log: string[] = [];
  const server = await startServer({
    root,
    kernelSpecs: [fakeSpec()],
    log: (text) => log.push(text),
    ...options,
  });
  const base = `http://127.0.0.1:${server.port}`;
  return {
    root,
    server,
    log,
    async ask(method, path, body, headers = {}) {
      const response = await fetch(base + path, {
        method,
        redirect: "manual",
        headers: {
          Authorization: `token ${server.token}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json") && text !== "";
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : undefined,
      };
    },
    put(path, text) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    async close() {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Fulfilled when `check` gives something; asks again every few milliseconds and fails after a long while. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process exists (and is not a zombie waiting for us). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
