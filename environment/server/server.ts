import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { kernelLogo } from "../kernel/logo.js";
import { createKernelSpec, kernelName } from "../kernel/spec.js";
import { removeStaleConnectionFiles } from "../wire/connection.js";
import { formatApiSpec } from "./api-spec.js";
import { createConfigRoutes } from "./config-routes.js";
import { createCheckpoints } from "./contents/checkpoints.js";
import { createChunkedUploads } from "./contents/chunks.js";
import { openProject } from "./contents/paths.js";
import { createContentsRoutes } from "./contents/routes.js";
import type { SaveFs } from "./contents/save.js";
import { ContentsStore } from "./contents/store.js";
import { openNotary } from "./contents/trust.js";
import { createExportRoutes } from "./frontend/export-routes.js";
import { createPageRoutes } from "./frontend/page-routes.js";
import { createResolveRoutes } from "./frontend/resolve-routes.js";
import { createLabRoutes, createStaticRoutes } from "./frontend/routes.js";
import { createSettingsStore } from "./frontend/settings.js";
import { createWorkspaceStore } from "./frontend/workspaces.js";
import { createGate, type Gate } from "./http/auth.js";
import { HttpError, toHttpError } from "./http/errors.js";
import { checkHost, checkOrigin, isLoopback } from "./http/origin.js";
import { baseHeaders, sendError, sendReply, sendText } from "./http/reply.js";
import { createRouter, type Router } from "./http/router.js";
import { watchIdleKernels } from "./kernels/idle-limit.js";
import { createKernelManager, type KernelManager, type NamedKernelSpec } from "./kernels/manager.js";
import { createKernelRoutes } from "./kernels/routes.js";
import { createSessions } from "./kernels/sessions.js";
import { createScanRoutes } from "./scans/routes.js";
import { apiVersion, createStatusRoutes } from "./status-routes.js";
import type { ClientLimits } from "./websocket/client.js";
import { createWebSockets } from "./websocket/upgrade.js";

/** How a server is started. */
export interface ServerOptions {
  /** The project folder: root of what is listed and served. */
  root: string;
  /** Address to bind to. Defaults to 127.0.0.1. */
  host?: string;
  /** Defaults to 0, any free port. */
  port?: number;
  /** Defaults to 256 random bits. */
  token?: string;
  /** Kernels that were idle for so many minutes are ended. Defaults to never. */
  idleMinutes?: number;
  /** Takes lines for the terminal. Defaults to none. */
  log?: (text: string) => void;
  /** The built front end. Defaults to `environment/lab/dist` in the project folder. */
  labDist?: string;
  /** The document that `/` opens, relative to the project folder. */
  notebook?: string;
  /** The folder that the page shows first, relative to the project folder. Defaults to `notebooks`. */
  lessonsFolder?: string;
  /** Defaults to this project's kernel. */
  kernelSpecs?: readonly NamedKernelSpec[];
  /** Called when a page asks the server to end. Defaults to closing it. */
  onShutdown?: () => void;
  /** Bounds, and parts of the system that tests replace. */
  clientLimits?: ClientLimits;
  kernelStartTimeoutMs?: number;
  kernelGraceMs?: number;
  outputLimitBytes?: number;
  saveFs?: SaveFs;
}

/** A running server. */
export interface RunningServer {
  /** Address of the lab, with the token. */
  readonly url: string;
  readonly token: string;
  readonly port: number;
  readonly kernelCount: number;
  /** Ends kernels and connections; fulfilled when nothing is left. */
  close(): Promise<void>;
  /** Ends the kernels at once, for a process that can't wait. */
  killKernels(): void;
}

/**
 * Starts the Jupyter server of a project.
 *
 * @throws a system error when the port is taken (`EADDRINUSE`) or the project folder can't be used; LabError never
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = "127.0.0.1", token = randomBytes(32).toString("base64url"), log = () => {} } = options;
  if (token.length < 8)
    throw new Error("The token has fewer than 8 characters; leave it out to get a random one.");
  const project = await openProject(options.root);
  const state = join(project.root, ".tumorlab");
  await mkdir(state, { recursive: true });
  const labDist = options.labDist ?? join(project.root, "environment", "lab", "dist");

  removeStaleConnectionFiles();
  const notary = await openNotary(join(state, "trust"));
  const server = createServer();
  // A large upload over a slow line may take its time, a request that sends nothing may not.
  Object.assign(server, { requestTimeout: 300_000, headersTimeout: 30_000, keepAliveTimeout: 65_000 });
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;

  const uploads = createChunkedUploads();
  const store = new ContentsStore({ project, notary, uploads, saveFs: options.saveFs });
  const manager = createKernelManager({
    specs: options.kernelSpecs ?? [defaultKernel(project.root)],
    log,
    startTimeoutMs: options.kernelStartTimeoutMs,
    graceMs: options.kernelGraceMs,
    outputLimitBytes: options.outputLimitBytes,
  });
  const { idleMinutes } = options;
  const idle = idleMinutes === undefined ? undefined : watchIdleKernels(manager, { idleMinutes, log });
  const webSockets = createWebSockets(manager, options.clientLimits);

  const gate = createGate(token, port, { warn: log });

  const openRouter = createRouter(
    createStaticRoutes(labDist),
    createPageRoutes({
      project,
      labDist,
      docs: join(state, "docs"),
      gate,
      notebook: options.notebook ?? "",
      lessons: options.lessonsFolder ?? "notebooks",
    }),
  );
  const scans = createScanRoutes(project);
  const guarded = [
    createStatusRoutes({
      manager,
      webSockets,
      onShutdown: () => (options.onShutdown ?? (() => void close()))(),
    }),
    createContentsRoutes(project, store, createCheckpoints(project, join(state, "checkpoints"))),
    createKernelRoutes(project, manager, createSessions(project, manager)),
    createExportRoutes(project),
    createResolveRoutes(project),
    scans.routes,
    createLabRoutes(
      labDist,
      createSettingsStore(labDist, join(state, "settings")),
      createWorkspaceStore(join(state, "workspaces")),
    ),
    createConfigRoutes(join(state, "config")),
  ];
  const spec = formatApiSpec(apiVersion, ...guarded);
  const guardedRouter = createRouter(...guarded, {
    "GET /api/spec.yaml": ({ response }) => sendText(response, "spec.yaml", spec),
  });
  server.on("request", (request, response) => {
    handle({ request, response, host, gate, openRouter, guardedRouter }).catch((error: unknown) => {
      const failure = toHttpError(error);
      // What the system refuses, such as a full disk, is no defect of ours: the stack would tell nobody anything.
      const what = failure.status === 500 ? describe(error) : failure.message;
      if (failure.status >= 500) log(`${request.method} ${request.url?.split("?")[0]}: ${what}\n`);
      sendError(response, failure);
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
    webSockets.upgrade(request, socket, head, async (query) => {
      checkHost(request, host);
      const proof = await gate.prove(request, query);
      if (proof === undefined) throw new HttpError(403, "The token is missing or wrong.");
      checkOrigin(request, proof, true);
    });
  });

  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    idle?.stop();
    return (closing ??= closeAll(server, manager, [
      () => webSockets.close(),
      () => uploads.close(),
      () => Promise.resolve(scans.close()),
    ]));
  }

  const shownHost = isLoopback(host) || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return {
    url: `http://${shownHost.includes(":") ? `[${shownHost}]` : shownHost}:${port}/lab?token=${encodeURIComponent(token)}`,
    token,
    port,
    get kernelCount() {
      return manager.kernels.length;
    },
    close,
    killKernels: () => manager.killAll(),
  };
}

function defaultKernel(root: string): NamedKernelSpec {
  return { name: kernelName, spec: createKernelSpec(root), resources: { "logo-svg.svg": kernelLogo } };
}

interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  host: string;
  gate: Gate;
  openRouter: Router;
  guardedRouter: Router;
}

async function handle({ request, response, host, gate, openRouter, guardedRouter }: Incoming): Promise<void> {
  for (const [name, value] of Object.entries(baseHeaders)) response.setHeader(name, value);
  checkHost(request, host);
  const [pathname, search] = (request.url ?? "/").split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const method = request.method ?? "GET";
  let found = openRouter.find(method, pathname);
  if (!found) {
    const proof = await gate.prove(request, query);
    if (proof === undefined) throw new HttpError(403, "The token is missing or wrong.");
    checkOrigin(request, proof);
    found = guardedRouter.find(method, pathname);
  }
  if (!found) throw new HttpError(404, `There is nothing at ${pathname}.`);
  const { handler, params, rest } = found;
  const reply = await handler({ request, response, pathname, query, params, rest });
  if (reply) sendReply(response, reply);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function closeAll(
  server: Server,
  manager: KernelManager,
  others: (() => Promise<void>)[],
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await manager.close();
  await Promise.all(others.map((end) => end()));
  server.closeAllConnections();
  await closed;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
