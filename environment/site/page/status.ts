import { stat } from "tumorlab/internal/platform/files";
import { kernelLogo } from "../../kernel/logo.js";
import { kernelDisplayName, kernelName } from "../../kernel/spec.js";
import type { PageRoutes } from "./exchange.js";

/**
 * The small rest of a server's API.
 *
 * @param root the project folder in the page.
 */
export function createStatusRoutes(root: string, loaded: string): PageRoutes {
  const spec = {
    argv: [],
    display_name: kernelDisplayName,
    language: "typescript",
    interrupt_mode: "message",
    env: {},
    metadata: { debugger: false },
  };
  const logo = `data:image/svg+xml,${encodeURIComponent(kernelLogo)}`;
  const model = { name: kernelName, spec, resources: { "logo-svg": logo } };
  const identity = {
    username: "reader",
    name: "Reader",
    display_name: "Reader",
    initials: "R",
    avatar_url: null,
    color: null,
  };
  return {
    "GET /api": () => ({ json: { version: "2.14.0" } }),
    "GET /api/status": () => ({
      json: { started: loaded, last_activity: loaded, connections: 1, kernels: 0 },
    }),
    "GET /api/me": () => ({ json: { identity, permissions: {} } }),
    "GET /api/kernelspecs": () => ({ json: { default: kernelName, kernelspecs: { [kernelName]: model } } }),
    "GET /api/kernelspecs/:name": () => ({ json: model }),
    "GET /api/terminals": () => ({ json: [] }),
    "GET /api/nbconvert": () => ({ json: {} }),
    "POST /api/events": () => ({ status: 204 }),
    "GET /api/resolvePath": async ({ query }) => {
      const plain = (query.get("path") ?? "").replace(/^\.?\/+/, "");
      for (const path of plain === "" ? [] : [plain, `notebooks/${plain}`])
        if (await stat(`${root}/${path}`).catch(() => undefined))
          return { json: { resolved: [{ scope: "server", path }], unresolved: [] } };
      return { json: { resolved: [], unresolved: [{ scope: "server" }, { scope: "kernel" }] } };
    },
  };
}
