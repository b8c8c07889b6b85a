import { bodyLimits, readJson } from "./http/body.js";
import { HttpError } from "./http/errors.js";
import type { Routes } from "./http/router.js";
import type { KernelManager } from "./kernels/manager.js";
import type { WebSockets } from "./websocket/upgrade.js";

/** The version of the Jupyter Server API that is spoken here. */
export const apiVersion = "2.14.0";

/** What these routes tell of and act on. */
export interface StatusParts {
  manager: KernelManager;
  webSockets: WebSockets;
  /** Ends the server; called after the answer is on its way. */
  onShutdown: () => void;
}

/** `/api`, `/api/status`, `/api/me` and the small rest of the API. */
export function createStatusRoutes({ manager, webSockets, onShutdown }: StatusParts): Routes {
  const started = new Date().toISOString();
  return {
    "GET /api": () => ({ json: { version: apiVersion } }),
    "GET /api/status": () => {
      const models = manager.kernels.map((kernel) => kernel.model);
      const last_activity = models
        .map((model) => model.last_activity)
        .reduce((a, b) => (a > b ? a : b), started);
      const connections = models.reduce((sum, model) => sum + model.connections, 0);
      return { json: { started, last_activity, connections, kernels: models.length } };
    },
    "GET /api/me": () => ({
      json: {
        identity: {
          username: "reader",
          name: "Reader",
          display_name: "Reader",
          initials: "R",
          avatar_url: null,
          color: null,
        },
        permissions: {},
      },
    }),
    "GET /api/terminals": () => ({ json: [] }),
    "POST /api/events": async ({ request }) => {
      const event = await readJson(request, bodyLimits.small);
      if (typeof event?.schema_id !== "string") throw new HttpError(400, "An event has a schema_id.");
      const { schema_id, version = "1", data = {} } = event;
      if (typeof data !== "object" || data === null || Array.isArray(data))
        throw new HttpError(400, "An event's data are an object.");
      webSockets.publish({
        ...data,
        schema_id,
        schema_version: version,
        emission_time: new Date().toISOString(),
      });
      return { status: 204 };
    },
    "POST /api/shutdown": () => {
      setImmediate(onShutdown);
      return { json: { message: "The server ends." } };
    },
  };
}
