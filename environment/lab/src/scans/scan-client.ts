import { PageConfig } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";
import type {
  OverlayChoice,
  PieceSize,
  ScanDescription,
  SeriesChoice,
} from "tumorlab/internal/contracts/scan-description";
import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import type { PlaneValues } from "../logic/served-planes";

/** A scan of the project, and as what it is taken. */
export interface ScanAddress {
  path: string;
  /** Of a folder or archive that holds several. */
  series?: string;
  /** Whether it is an overlay: a label map whatever it looks like, of a folder its masks. */
  asLabels?: boolean;
}

/** Asks what a scan is; the server begins to read it, and holds it open. */
export async function askAbout(
  address: ScanAddress,
  signal: AbortSignal,
): Promise<ScanDescription | SeriesChoice> {
  return (await ask("scan/about", address, {}, signal)).json() as Promise<ScanDescription | SeriesChoice>;
}

/** Asks for one slice at full resolution. */
export async function askForPlane(
  address: ScanAddress,
  version: string,
  plane: string,
  index: number,
  signal: AbortSignal,
): Promise<PlaneValues> {
  const response = await ask(`scan/plane/${plane}/${index}`, address, { version }, signal);
  const bytes = await response.arrayBuffer();
  return response.headers.get("Tumorlab-Values") === "int16"
    ? new Int16Array(bytes)
    : new Float32Array(bytes);
}

/** Lists label maps that may lie over a scan. */
export async function askForOverlays(address: ScanAddress, signal: AbortSignal): Promise<OverlayChoice[]> {
  const { overlays } = (await (await ask("scan/overlays", address, {}, signal)).json()) as {
    overlays: OverlayChoice[];
  };
  return overlays;
}

/** Measures the connected piece of a label map at a voxel. */
export async function askForPiece(
  address: ScanAddress,
  version: string,
  voxel: Triple,
  signal: AbortSignal,
): Promise<PieceSize | undefined> {
  const query = { version, voxel: voxel.join(",") };
  const { piece } = (await (await ask("scan/measure", address, query, signal)).json()) as {
    piece: PieceSize | null;
  };
  return piece ?? undefined;
}

/** A downsampled copy of the whole, with an overlay or without, for 3D. */
export async function askForCopy(
  address: ScanAddress,
  overlay: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const query: Record<string, string> = overlay === undefined ? {} : { overlay: escapePath(overlay) };
  return (await ask("scans", { path: address.path, series: address.series }, query, signal)).json();
}

async function ask(
  what: string,
  { path, series, asLabels }: ScanAddress,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const words = new URLSearchParams({
    ...query,
    ...(series === undefined ? {} : { series }),
    ...(asLabels ? { labels: "1" } : {}),
  });
  const url = `${PageConfig.getBaseUrl()}lab/api/${what}/${escapePath(path)}?${words}`;
  const response = await ServerConnection.makeRequest(url, { signal }, ServerConnection.makeSettings());
  if (response.ok) return response;
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  throw new Error(message ?? `${path} could not be read: ${response.status} ${response.statusText}.`);
}

function escapePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
