import { checkPath } from "../../server/contents/check-path.js";
import { HttpError } from "../../server/http/errors.js";
import { createId } from "../../wire/identity.js";
import { type PageRoutes, textField } from "./exchange.js";
import { type PageKernel, type KernelModel } from "./page-kernel.js";

/** The kernels of a page, by their ids. */
export type PageKernels = Map<string, PageKernel>;

interface Session {
  id: string;
  path: string;
  name: string;
  type: string;
  kernel: PageKernel;
}

interface SessionModel {
  id: string;
  path: string;
  name: string;
  type: string;
  kernel: KernelModel;
  notebook: { path: string; name: string };
}

/**
 * `/api/kernels` and `/api/sessions`.
 *
 * @param start starts a kernel in the folder of a document, given by its path in the project.
 */
export function createKernelRoutes(kernels: PageKernels, start: (path: string) => PageKernel): PageRoutes {
  const sessions = new Map<string, Session>();
  const toModel = ({ id, path, name, type, kernel }: Session): SessionModel => ({
    ...{ id, path, name, type },
    kernel: kernel.model,
    notebook: { path, name },
  });
  const find = <T>(all: ReadonlyMap<string, T>, id: string, what: string): T => {
    const found = all.get(id);
    if (!found) throw new HttpError(404, `${what} does not exist: ${id}`);
    return found;
  };
  const startAt = (path: string): PageKernel => {
    const kernel = start(path);
    kernels.set(kernel.id, kernel);
    return kernel;
  };
  function shutdown(id: string): void {
    find(kernels, id, "Kernel").shutdown();
    kernels.delete(id);
    for (const session of [...sessions.values()]) if (session.kernel.id === id) sessions.delete(session.id);
  }
  /** The kernel that a request asks for by its id, or a new one. */
  function choose(body: Record<string, unknown>, path: string): PageKernel {
    const { id } = (body.kernel ?? {}) as { id?: unknown };
    return typeof id === "string" && id !== "" ? find(kernels, id, "Kernel") : startAt(path);
  }

  return {
    "GET /api/kernels": () => ({ json: [...kernels.values()].map(({ model }) => model) }),
    "POST /api/kernels": ({ body }) => ({ status: 201, json: startAt(textField(body, "path") ?? "").model }),
    "GET /api/kernels/:id": ({ params }) => ({ json: find(kernels, params.id, "Kernel").model }),
    "DELETE /api/kernels/:id": ({ params }) => {
      shutdown(params.id);
      return { status: 204 };
    },
    "POST /api/kernels/:id/interrupt": ({ params }) => {
      find(kernels, params.id, "Kernel").interrupt();
      return { status: 204 };
    },
    "POST /api/kernels/:id/restart": ({ params }) => {
      const kernel = find(kernels, params.id, "Kernel");
      kernel.restart();
      return { json: kernel.model };
    },

    "GET /api/sessions": () => ({ json: [...sessions.values()].map(toModel) }),
    "POST /api/sessions": ({ body }) => {
      const path = checkPath(textField(body, "path") ?? "");
      const type = textField(body, "type") ?? "notebook";
      const there = [...sessions.values()].find((each) => each.path === path && each.type === type);
      if (there) return { status: 201, json: toModel(there) };
      const name = textField(body, "name") ?? path.slice(path.lastIndexOf("/") + 1);
      const session = { id: createId(), path, name, type, kernel: choose(body, path) };
      sessions.set(session.id, session);
      return { status: 201, json: toModel(session) };
    },
    "GET /api/sessions/:id": ({ params }) => ({ json: toModel(find(sessions, params.id, "Session")) }),
    "PATCH /api/sessions/:id": ({ params, body }) => {
      const session = find(sessions, params.id, "Session");
      const path = textField(body, "path");
      if (path !== undefined) session.path = checkPath(path);
      session.name = textField(body, "name") ?? session.name;
      session.type = textField(body, "type") ?? session.type;
      if (body.kernel) {
        const before = session.kernel;
        session.kernel = choose(body, session.path);
        const isUsed = [...sessions.values()].some(({ kernel }) => kernel === before);
        if (!isUsed) shutdown(before.id);
      }
      return { json: toModel(session) };
    },
    "DELETE /api/sessions/:id": ({ params }) => {
      const { kernel } = find(sessions, params.id, "Session");
      sessions.delete(params.id);
      if (kernels.has(kernel.id)) shutdown(kernel.id);
      return { status: 204 };
    },
  };
}
