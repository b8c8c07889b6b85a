import { parseVolumePayload, type VolumePayload } from "tumorlab/internal/contracts/volume-payload";

/** A payload with its voxels unpacked; both arrays have x fastest and are as long as the shape says. */
export interface DecodedVolume {
  payload: VolumePayload;
  /** Index into `payload.ct.levelsHu`. */
  ct: Uint8Array;
  /** Label value, 0 is background; absent where the payload has no labels. */
  labels: Uint8Array | undefined;
}

/**
 * Checks a payload and unpacks its voxels.
 *
 * @throws Error in one sentence for the reader: that the volume cannot be shown, and why.
 */
export async function openVolume(json: unknown): Promise<DecodedVolume> {
  try {
    return await decodeVolume(parseVolumePayload(json));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`This volume cannot be shown: ${reason}.`, { cause: error });
  }
}

/**
 * Unpacks the voxels of a checked payload.
 *
 * @throws Error where the data are not base64, not gzip, or not as long as the shape says; unpacking stops as soon
 *   as they are too long, so that a small text cannot fill the memory
 */
export async function decodeVolume(payload: VolumePayload): Promise<DecodedVolume> {
  const voxels = payload.shape[0] * payload.shape[1] * payload.shape[2];
  const [ct, labels] = await Promise.all([
    decodeGzipBase64(payload.ct.data, voxels, "ct.data"),
    payload.labels && decodeGzipBase64(payload.labels.data, voxels, "labels.data"),
  ]);
  return { payload, ct, labels };
}

/**
 * @param byteCount exact length of the unpacked data
 * @param where name of the field, for messages
 */
export async function decodeGzipBase64(text: string, byteCount: number, where: string): Promise<Uint8Array> {
  const out = new Uint8Array(byteCount);
  let filled = 0;
  const reader = new Blob([decodeBase64(text, where)])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .getReader() as ReadableStreamDefaultReader<Uint8Array>;
  for (;;) {
    const { done, value } = await reader.read().catch(() => fail(where, "no whole gzip stream", "gzip"));
    if (done) break;
    if (filled + value.length > byteCount) {
      await reader.cancel().catch(() => undefined);
      fail(where, `more than ${byteCount} bytes`, `${byteCount} bytes, one for each voxel`);
    }
    out.set(value, filled);
    filled += value.length;
  }
  if (filled < byteCount) fail(where, `${filled} bytes`, `${byteCount} bytes, one for each voxel`);
  return out;
}

function decodeBase64(text: string, where: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return fail(where, "not base64", "base64");
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function fail(where: string, found: string, expected: string): never {
  throw new Error(`${where} holds ${found}, expected ${expected}`);
}
