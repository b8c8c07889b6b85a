import { isAbsolute, relative, sep } from "node:path";
import { checkPath } from "../contents/check-path.js";
import type { Project } from "../contents/paths.js";
import { HttpError } from "../http/errors.js";
import type { Routes } from "../http/router.js";

/**
 * `/api/resolvePath`: which file of the project a path in an output means, so that the lines of a traceback open it.
 * JupyterLab finds paths that begin with `/`, `./` or `~/`; of `src/core/errors.ts`, as outputs of old name it, it takes
 * `/errors.ts`, which is therefore looked for in `src/` too. What is no file of the project is no error, but resolves to nothing.
 */
export function createResolveRoutes(project: Project): Routes {
  return {
    "GET /api/resolvePath": async ({ query }) => {
      const wanted = query.get("path") ?? "";
      for (const path of listCandidates(project.root, wanted))
        if (await exists(project, path))
          return { json: { resolved: [{ scope: "server", path }], unresolved: [] } };
      return { json: { resolved: [], unresolved: [{ scope: "server" }, { scope: "kernel" }] } };
    },
  };
}

function listCandidates(root: string, wanted: string): string[] {
  const inside = relative(root, wanted);
  if (isAbsolute(wanted) && inside !== "" && !inside.startsWith("..") && !isAbsolute(inside))
    return [inside.split(sep).join("/")];
  const plain = wanted.replace(/^\.?\/+/, "");
  if (plain === "") return [];
  return wanted.startsWith("/") ? [`src/${plain}`] : [plain, `notebooks/${plain}`];
}

async function exists(project: Project, path: string): Promise<boolean> {
  try {
    await project.locate(checkPath(path));
    return true;
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}
