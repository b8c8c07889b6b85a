import { requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";

/**
 * A label map as runs of equal labels along x, background left out: what components, regions and boxes are
 * counted from without touching every voxel again.
 */
export interface LabelRuns {
  /** Number of runs. */
  count: number;
  /** Row `y + ny * z` owns runs `rowStart[row]` to `rowStart[row + 1] - 1`; length `ny * nz + 1`. */
  rowStart: Int32Array;
  /** First x of each run; `count` entries are in use, likewise below. */
  start: Int32Array;
  /** The x after the last of each run. */
  end: Int32Array;
  /** Label of each run; 1 for every run when labels were not told apart. */
  label: Uint16Array;
}

/**
 * Finds the runs of label data of `shape`, x fastest. With `merged`, every label above 0 counts as the same.
 * Background and long runs are skipped four bytes at a time, whatever the row length or the array's offset.
 */
export function findRuns(data: Uint8Array | Uint16Array, shape: Vec3, merged = false): LabelRuns {
  const [nx, ny, nz] = shape;
  requireThat(
    data.length === nx * ny * nz,
    "data",
    data.length,
    `${nx * ny * nz} labels for shape ${shape.join(" x ")}`,
  );
  requireThat(data.length < 2 ** 31, "shape", [...shape], "fewer than 2^31 voxels");
  const rows = ny * nz;
  // Lanes: labels in a 32-bit word. `lead` labels of the first word lie before the array.
  const lanes = 4 / data.BYTES_PER_ELEMENT;
  const laneMask = lanes - 1;
  const laneBits = lanes === 4 ? 2 : 1;
  const spread = lanes === 4 ? 0x01010101 : 0x00010001;
  const leadBytes = data.byteOffset & 3;
  const lead = leadBytes / data.BYTES_PER_ELEMENT;
  const words = new Uint32Array(data.buffer, data.byteOffset - leadBytes, (leadBytes + data.byteLength) >> 2);

  let capacity = 1 << 14;
  let start = new Int32Array(capacity);
  let end = new Int32Array(capacity);
  let label = new Uint16Array(capacity);
  const rowStart = new Int32Array(rows + 1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const first = row * nx;
    const last = first + nx;
    const lastWord = (last + lead) >> laneBits;
    let i = first;
    while (i < last) {
      if (((i + lead) & laneMask) === 0) {
        let word = (i + lead) >> laneBits;
        while (word < lastWord && words[word] === 0) word++;
        i = (word << laneBits) - lead;
        if (i >= last) break;
      }
      const value = data[i];
      if (value === 0) {
        i++;
        continue;
      }
      const from = i++;
      if (merged) while (i < last && data[i] !== 0) i++;
      else {
        const uniform = Math.imul(value, spread) >>> 0;
        while (i < last) {
          if (((i + lead) & laneMask) === 0) {
            let word = (i + lead) >> laneBits;
            while (word < lastWord && words[word] === uniform) word++;
            i = (word << laneBits) - lead;
            if (i >= last) break;
          }
          if (data[i] !== value) break;
          i++;
        }
      }
      if (count === capacity) {
        capacity *= 2;
        start = grown(start, new Int32Array(capacity));
        end = grown(end, new Int32Array(capacity));
        label = grown(label, new Uint16Array(capacity));
      }
      start[count] = from - first;
      end[count] = i - first;
      label[count++] = merged ? 1 : value;
    }
    rowStart[row + 1] = count;
  }
  return { count, rowStart, start, end, label };
}

function grown<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
