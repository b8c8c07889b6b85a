import { requireThat } from "../core/errors.js";
import type { FileHandle } from "../platform/files.js";

/** Fills `bytes` from `position` on and returns it; a file that ends before throws a LabError naming it. */
export async function readFully(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  file: string,
): Promise<Uint8Array> {
  for (let done = 0; done < bytes.length;) {
    // One read moves at most 2 GiB.
    const step = Math.min(bytes.length - done, 1 << 30);
    const { bytesRead } = await handle.read(bytes, done, step, position + done);
    requireThat(
      bytesRead > 0,
      file,
      `${position + done} bytes`,
      `${position + bytes.length} bytes`,
      "It was cut short while being read",
    );
    done += bytesRead;
  }
  return bytes;
}
