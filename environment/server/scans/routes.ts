import { decodeUrlPath } from "../contents/check-path.js";
import type { Project } from "../contents/paths.js";
import { HttpError } from "../http/errors.js";
import type { Exchange, Routes } from "../http/router.js";
import { findOverlays } from "./find-overlays.js";
import { HeldScans } from "./held-scans.js";
import type { ScanPlace } from "./open-scan.js";
import { parseVoxel } from "./parse-voxel.js";
import { readScan } from "./read-scan.js";
import type { ScanQuestion } from "./scan-thread.js";

/** Routes of scans, and what ends the threads behind them. */
export interface ScanRoutes {
  routes: Routes;
  close(): void;
}

/**
 * Scans of the project in any format that `readVolume` takes; a folder or zip archive with DICOM is a path too, of which
 * `?series=` chooses one, and `?labels=1` takes what is there as a label map, a folder of masks too:
 *
 * - `/lab/api/scan/about/PATH` says what it is, and holds it open: a `ScanDescription`, or a `SeriesChoice`.
 * - `/lab/api/scan/plane/axial/12/PATH?version=` gives one slice at full resolution: real values, little-endian, as the header
 *   `Tumorlab-Values` names them. 409 where the file is not what was described any more.
 * - `/lab/api/scan/measure/PATH?version=&voxel=1,2,3` measures a connected piece of a label map.
 * - `/lab/api/scan/overlays/PATH` lists label maps beside it.
 * - `/lab/api/scans/PATH?overlay=PATH` is a downsampled copy of the whole as the notebook's viewer takes it, for 3D.
 */
export function createScanRoutes(project: Project, held: HeldScans = new HeldScans()): ScanRoutes {
  let last: Promise<unknown> = Promise.resolve();

  async function placeOf({ rest, query }: Exchange): Promise<ScanPlace> {
    const path = decodeUrlPath(rest);
    const series = query.get("series") ?? undefined;
    const asLabels = query.get("labels") === "1";
    return { file: await project.locate(path), path, series, ...(asLabels ? { asLabels } : {}) };
  }

  async function ask(
    exchange: Exchange,
    question: ScanQuestion,
  ): Promise<{ value: unknown; place: ScanPlace }> {
    const place = await placeOf(exchange);
    const version = exchange.query.get("version");
    if (version !== null && version !== (await held.versionOf(place)))
      throw new HttpError(409, `${place.path} has changed on disk. Open it again.`);
    const answer = await held.ask(place, question);
    if ("refusal" in answer) throw new HttpError(422, answer.refusal.replaceAll(place.file, place.path));
    return { value: answer.value, place };
  }

  const routes: Routes = {
    "GET /lab/api/scan/about/**": async (exchange) => {
      const { value, place } = await ask(exchange, { ask: "describe" });
      return { json: { ...(value as object), version: await held.versionOf(place) } };
    },
    "GET /lab/api/scan/plane/:plane/:index/**": async (exchange) => {
      const { plane, index } = exchange.params;
      const { value } = await ask(exchange, { ask: "plane", plane, index: Number(index) });
      const values = value as Int16Array | Float32Array;
      const body = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      exchange.response.writeHead(200, {
        "Content-Type": "application/octet-stream",
        "Content-Length": String(body.length),
        "Cache-Control": "no-store",
        "Tumorlab-Values": values instanceof Int16Array ? "int16" : "float32",
      });
      exchange.response.end(body);
      return undefined;
    },
    "GET /lab/api/scan/measure/**": async (exchange) => {
      const voxel = parseVoxel(exchange.query.get("voxel"));
      const { value } = await ask(exchange, { ask: "measure", voxel });
      return { json: { piece: value } };
    },
    "GET /lab/api/scan/overlays/**": async (exchange) => {
      const { path } = await placeOf(exchange);
      return { json: { overlays: await findOverlays(project, path) } };
    },
    "GET /lab/api/scans/**": async (exchange) => {
      const place = await placeOf(exchange);
      const overlay = exchange.query.get("overlay");
      const labels = overlay === null ? undefined : await project.locate(decodeUrlPath(overlay));
      const { response } = exchange;
      const left = new AbortController();
      response.once("close", () =>
        left.abort(new HttpError(499, `${place.path}: the page did not wait for it.`)),
      );
      const reading = last.then(() => readScan({ ...place, labels }, left.signal));
      last = reading.catch(() => undefined);
      const found = await reading;
      if ("refusal" in found) throw new HttpError(422, found.refusal.replaceAll(place.file, place.path));
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
  return { routes, close: () => held.close() };
}
