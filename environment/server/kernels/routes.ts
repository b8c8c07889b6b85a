import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkPath, isHidden } from "../contents/check-path.js";
import type { Project } from "../contents/paths.js";
import { readJson, stringField } from "../http/body.js";
import { HttpError } from "../http/errors.js";
import { sendText } from "../http/reply.js";
import type { Routes } from "../http/router.js";
import { sendFile } from "../http/send-file.js";
import type { KernelManager, NamedKernelSpec } from "./manager.js";
import { folderOf, type SessionRequest, type Sessions } from "./sessions.js";

/** `/api/kernels`, `/api/kernelspecs`, `/kernelspecs` and `/api/sessions`. */
export function createKernelRoutes(project: Project, manager: KernelManager, sessions: Sessions): Routes {
  const specOf = (name: string) => {
    const found = manager.specs.find((spec) => spec.name === name);
    if (!found) throw new HttpError(404, `Kernel spec ${JSON.stringify(name)} not found.`);
    return found;
  };

  return {
    "GET /api/kernelspecs": async () => {
      const models = await Promise.all(manager.specs.map(describeSpec));
      const kernelspecs = Object.fromEntries(models.map((model) => [model.name, model]));
      return { json: { default: manager.specs[0]?.name ?? "", kernelspecs } };
    },
    "GET /api/kernelspecs/:name": async ({ params }) => ({ json: await describeSpec(specOf(params.name)) }),
    "GET /kernelspecs/:name/:file": async (exchange) => {
      const { name, file } = exchange.params;
      const { resourceDir, resources = {} } = specOf(name);
      const headers = { "Cache-Control": "private, no-cache" };
      if (Object.hasOwn(resources, file)) return sendText(exchange.response, file, resources[file], headers);
      const files = resourceDir === undefined ? [] : await listResources(resourceDir);
      if (resourceDir === undefined || !files.includes(file))
        throw new HttpError(404, `Kernel spec ${JSON.stringify(name)} has no ${JSON.stringify(file)}.`);
      return await sendFile(exchange, join(resourceDir, file), file, headers);
    },

    "GET /api/kernels": () => ({ json: manager.kernels.map((kernel) => kernel.model) }),
    "POST /api/kernels": async ({ request }) => {
      const body = await readJson(request);
      const folder = await folderOf(project, checkPath(stringField(body, "path") ?? ""));
      const { model } = manager.start(stringField(body, "name"), folder);
      return { status: 201, json: model, headers: { Location: `/api/kernels/${model.id}` } };
    },
    "GET /api/kernels/:id": ({ params }) => ({ json: manager.get(params.id).model }),
    "DELETE /api/kernels/:id": async ({ params }) => {
      await manager.shutdown(params.id);
      return { status: 204 };
    },
    "POST /api/kernels/:id/interrupt": ({ params }) => {
      manager.get(params.id).interrupt();
      return { status: 204 };
    },
    "POST /api/kernels/:id/restart": async ({ params }) => {
      const kernel = manager.get(params.id);
      try {
        await kernel.restart();
      } catch (error) {
        throw new HttpError(500, (error as Error).message, { traceback: kernel.model.traceback ?? "" });
      }
      return { json: kernel.model };
    },

    "GET /api/sessions": () => ({ json: sessions.list() }),
    "POST /api/sessions": async ({ request }) => {
      const model = await sessions.open(readRequest(await readJson(request)));
      return { status: 201, json: model, headers: { Location: `/api/sessions/${model.id}` } };
    },
    "GET /api/sessions/:id": ({ params }) => ({ json: sessions.get(params.id) }),
    "PATCH /api/sessions/:id": async ({ params, request }) => ({
      json: await sessions.change(params.id, readRequest(await readJson(request))),
    }),
    "DELETE /api/sessions/:id": async ({ params }) => {
      await sessions.close(params.id);
      return { status: 204 };
    },
  };
}

async function describeSpec({ name, spec, resourceDir, resources: resourcesOfSpec = {} }: NamedKernelSpec) {
  const files = [
    ...Object.keys(resourcesOfSpec),
    ...(resourceDir === undefined ? [] : await listResources(resourceDir)),
  ];
  const resources = Object.fromEntries(
    files.map((file) => [
      file.replace(/\.[^.]*$/, ""),
      `/kernelspecs/${encodeURIComponent(name)}/${encodeURIComponent(file)}`,
    ]),
  );
  return { name, spec, resources };
}

async function listResources(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !isHidden(name) && name !== "kernel.json");
}

function readRequest(body: Record<string, unknown> | undefined): SessionRequest {
  const notebook = (body?.notebook ?? undefined) as Record<string, unknown> | undefined;
  if (notebook !== undefined && (typeof notebook !== "object" || Array.isArray(notebook)))
    throw new HttpError(400, '"notebook" must be an object with a path.');
  const kernel = body?.kernel;
  if (kernel !== undefined && kernel !== null && (typeof kernel !== "object" || Array.isArray(kernel)))
    throw new HttpError(400, '"kernel" must be an object with a name or an id.');
  const wanted = (kernel ?? undefined) as Record<string, unknown> | undefined;
  return {
    path: stringField(body, "path") ?? stringField(notebook, "path"),
    name: stringField(body, "name"),
    type: stringField(body, "type"),
    kernel: wanted && { id: stringField(wanted, "id"), name: stringField(wanted, "name") },
  };
}
