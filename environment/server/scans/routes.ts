import { decodeUrlPath, type Project } from "../contents/paths.js";
import { HttpError } from "../http/errors.js";
import type { Routes } from "../http/router.js";
import { readScan } from "./read-scan.js";

/**
 * `/lab/api/scans/PATH`: a scan of the project in any format that `readVolume` takes, as the viewer's payload. Scans are
 * read one after the other: two large ones at once may be more than the memory holds.
 */
export function createScanRoutes(project: Project): Routes {
  let last: Promise<unknown> = Promise.resolve();
  return {
    "GET /lab/api/scans/**": async ({ rest, response }) => {
      const path = decodeUrlPath(rest);
      const file = await project.locate(path);
      const left = new AbortController();
      response.once("close", () => left.abort(new HttpError(499, `${path}: the page did not wait for it.`)));
      const reading = last.then(() => readScan({ file, path }, left.signal));
      last = reading.catch(() => undefined);
      const found = await reading;
      if ("refusal" in found) throw new HttpError(422, found.refusal.replaceAll(file, path));
      const body = Buffer.from(found.json);
      response.writeHead(200, {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": String(body.length),
        "Cache-Control": "no-store",
      });
      response.end(body);
      return undefined;
    },
  };
}
