import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Usage } from "./serve.js";
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
  metadata: Record<string, unknown> = { unix_sockets: true },
) {
  return {
    name,
    spec: {
      argv: [process.execPath, fakeKernelFile, "{connection_file}", ...modes],
      display_name: name,
      language: "typescript",
      interrupt_mode: interruptMode,
      // The coverage of a made-up kernel is nobody's.
      env: { TUMORLAB_ROOT: "/project", NODE_V8_COVERAGE: "" },
      metadata,
    },
  };
}

/** Opens a lab in this process. */
export async function openLab(options: Partial<ServerOptions> = {}): Promise<TestLab> {
  const root = createProject();
  const log: string[] = [];
  const server = await startServer({
    root,
    kernelSpecs: [fakeSpec()],
    log: (text) => log.push(text),
    ...options,
  });
  return createLab(root, server, log);
}

/** A lab whose server runs in a process of its own. */
export interface DistantLab extends TestLab {
  measure(): Promise<Usage>;
  /** Folder for the temporary files of the server and its kernels, and of nobody else. */
  temporary: string;
}

/** Opens a lab in a process of its own. `options` must be plain data. */
export async function openDistantLab(options: Partial<ServerOptions> = {}): Promise<DistantLab> {
  const root = createProject();
  const temporary = join(root, ".tmp");
  mkdirSync(temporary);
  const child = fork(join(__dirname, "serve.js"), [root, JSON.stringify(options)], {
    env: { ...process.env, TMPDIR: temporary },
    execArgv: ["--expose-gc"],
  });
  const tell = async (message?: string) => {
    const answer = once(child, "message");
    if (message !== undefined) child.send(message);
    return (await answer)[0] as unknown;
  };
  const { port, token } = (await tell()) as { port: number; token: string };
  const server: RunningServer = {
    port,
    token,
    url: `http://127.0.0.1:${port}/lab?token=${token}`,
    kernelCount: NaN,
    close: async () => void (await tell("close")),
    killKernels: () => {},
  };
  const lab = createLab(root, server, []);
  return {
    ...lab,
    temporary,
    measure: async () => (await tell("measure")) as Usage,
    async close() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A project folder with an empty `notebooks/`. */
export function createProject(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tumorlab-test-")));
  mkdirSync(join(root, "notebooks"));
  return root;
}

function createLab(root: string, server: RunningServer, log: string[]): TestLab {
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
          // Open connections are counted by some tests: one that is kept alive would be open for a minute.
          Connection: "close",
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

/** For tests that start processes: what a very busy machine may take, in ms. Only failures wait so long. */
export const patienceMs = 120_000;

/** Fulfilled when `check` gives something; asks again every few milliseconds and fails after a long while. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** One request as it is, without the tidying that fetch does to addresses and headers. */
export function rawRequest(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
