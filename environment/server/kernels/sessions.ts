import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { checkPath } from "../contents/check-path.js";
import type { Project } from "../contents/paths.js";
import { HttpError } from "../http/errors.js";
import type { Kernel, KernelModel } from "./kernel.js";
import type { KernelManager } from "./manager.js";
import { kernelOfNotebook } from "./notebook-kernel.js";

/** What the API says about a session: a document and the kernel it runs on. */
export interface SessionModel {
  id: string;
  path: string;
  name: string;
  type: string;
  kernel: KernelModel;
  /** As clients of old expect it. */
  notebook: { path: string; name: string };
}

/** What a client asks for. */
export interface SessionRequest {
  path?: string;
  name?: string;
  type?: string;
  kernel?: { id?: string; name?: string };
}

/** All sessions of a server. */
export interface Sessions {
  list(): SessionModel[];
  get(id: string): SessionModel;
  /**
   * The session of a document: the one it has (a dead kernel is started anew), else a new one. A notebook for which no kernel
   * is named gets the one it is for.
   *
   * @throws HttpError 501 when that kernel is not there
   */
  open(request: SessionRequest): Promise<SessionModel>;
  /** Renames the document or gives it another kernel; the old kernel ends when no other session has it. */
  change(id: string, request: SessionRequest): Promise<SessionModel>;
  /** Ends a session and its kernel. */
  close(id: string): Promise<void>;
}

interface Session {
  id: string;
  path: string;
  name: string;
  type: string;
  kernel: Kernel;
}

/** Makes the sessions of a project. Kernels run in the folder of their document. */
export function createSessions(project: Project, manager: KernelManager): Sessions {
  const sessions = new Map<string, Session>();
  manager.onShutdown((kernel) => {
    for (const [id, session] of sessions) if (session.kernel === kernel) sessions.delete(id);
  });

  const toModel = ({ id, path, name, type, kernel }: Session): SessionModel => {
    return { id, path, name, type, kernel: kernel.model, notebook: { path, name } };
  };

  function find(id: string): Session {
    const session = sessions.get(id);
    if (!session) throw new HttpError(404, `Session does not exist: ${id}`);
    return session;
  }

  const available = manager.specs.map((spec) => spec.name);

  async function chooseKernel(path: string, wanted: SessionRequest["kernel"]): Promise<Kernel> {
    if (wanted?.id) return manager.get(wanted.id);
    const name = wanted?.name || (await kernelOfNotebook(project, path, available));
    return manager.start(name, await folderOf(project, path));
  }

  /** Two requests for one document at the same time get the same session. */
  const opening = new Map<string, Promise<Session>>();

  async function open({
    path: wantedPath,
    name,
    type = "notebook",
    kernel,
  }: SessionRequest): Promise<Session> {
    if (wantedPath === undefined) throw new HttpError(400, 'A session needs a "path".');
    const path = checkPath(wantedPath);
    const existing = [...sessions.values()].find((session) => session.path === path && session.type === type);
    if (existing) {
      if (existing.kernel.isDead) {
        const old = existing.kernel;
        existing.kernel = await chooseKernel(path, { name: kernel?.name ?? old.options.name });
        await manager.shutdown(old.id).catch(() => undefined);
      }
      return existing;
    }
    const chosen = await chooseKernel(path, kernel);
    const session = {
      id: randomUUID(),
      path,
      name: name ?? path.slice(path.lastIndexOf("/") + 1),
      type,
      kernel: chosen,
    };
    sessions.set(session.id, session);
    return session;
  }

  return {
    list: () => [...sessions.values()].map(toModel),
    get: (id) => toModel(find(id)),
    async open(request) {
      const key = `${request.type ?? "notebook"} ${request.path}`;
      const pending = opening.get(key) ?? open(request);
      opening.set(key, pending);
      try {
        return toModel(await pending);
      } finally {
        opening.delete(key);
      }
    },
    async change(id, { path, name, type, kernel }) {
      const session = find(id);
      const newPath = path === undefined ? session.path : checkPath(path);
      const old = session.kernel;
      const isOther = kernel !== undefined && (kernel.id ? kernel.id !== old.id : Boolean(kernel.name));
      if (isOther) session.kernel = await chooseKernel(newPath, kernel);
      Object.assign(session, { path: newPath, name: name ?? session.name, type: type ?? session.type });
      const isShared = [...sessions.values()].some((other) => other.kernel === old);
      if (isOther && !isShared) await manager.shutdown(old.id).catch(() => undefined);
      return toModel(session);
    },
    async close(id) {
      const { kernel } = find(id);
      sessions.delete(id);
      await manager.shutdown(kernel.id).catch((error: unknown) => {
        if (!(error instanceof HttpError && error.status === 404)) throw error;
      });
    },
  };
}

/** The folder of a document; of one that is not saved yet, the nearest folder that exists. */
export async function folderOf(project: Project, path: string): Promise<string> {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const place = await project.locate(at).catch((error: unknown) => {
      if (error instanceof HttpError && error.status === 404 && at !== "") return undefined;
      throw error;
    });
    if (place !== undefined && (await stat(place)).isDirectory()) return place;
  }
}
