// The header of a block: what kind it is, and its codes.

import { BITS, HOLD, INPUT, LAST, LENGTHS, PART, PRECODES, PRECODE_BITS, STORED } from "./memory";
import { buildDistances, buildLiterals, buildPrecodes } from "./tables";

export const IN_HEADER: u32 = 0;
export const IN_SYMBOLS: u32 = 1;
export const IN_STORED: u32 = 2;
export const AT_END: u32 = 3;

/** Reads a header, of 600 bytes at most, and gets ready for what follows it; false where it is not as it should be. */
export function readHeader(): bool {
  store<u32>(LAST, takeBits(1));
  const kind = takeBits(2);
  if (kind == 0) return readStored();
  if (kind == 1) {
    setLengths(0, 144, 8);
    setLengths(144, 256, 9);
    setLengths(256, 280, 7);
    setLengths(280, 288, 8);
    setLengths(288, 320, 5);
  } else if (kind == 3) return false;
  const dynamic = kind == 2;
  const literals = dynamic ? takeBits(5) + 257 : 288;
  const distances = dynamic ? takeBits(5) + 1 : 32;
  if (dynamic && (literals > 286 || distances > 30 || !readLengths(literals + distances))) return false;
  store<u32>(PART, IN_SYMBOLS);
  return (
    load<u8>(LENGTHS + 256) != 0 && buildDistances(LENGTHS + literals, distances) && buildLiterals(literals)
  );
}

function readStored(): bool {
  takeBits(load<u32>(BITS) & 7);
  const length = takeBits(16);
  const inverse = takeBits(16);
  // Whole bytes that were taken too many.
  store<u32>(INPUT, load<u32>(INPUT) - (load<u32>(BITS) >>> 3));
  store<u64>(HOLD, 0);
  store<u32>(BITS, 0);
  store<u32>(STORED, length);
  store<u32>(PART, IN_STORED);
  return (length ^ inverse) == 0xffff;
}

/** Lengths of `n` codes, which have codes of their own. */
function readLengths(n: u32): bool {
  const precodes = takeBits(4) + 4;
  setLengths(0, 19, 0);
  for (let i: u32 = 0; i < precodes; i++) store<u8>(LENGTHS + precodeAt(i), <u8>takeBits(3));
  if (!buildPrecodes()) return false;
  for (let i: u32 = 0; i < n;) {
    fill();
    const entry = load<u32>(PRECODES + (load<u32>(HOLD) & ((1 << PRECODE_BITS) - 1)) * 4);
    takeBits(entry & 63);
    const symbol = entry >>> 16;
    if (symbol < 16) {
      store<u8>(LENGTHS + i, <u8>symbol);
      i++;
      continue;
    }
    if (symbol == 16 && i == 0) return false;
    const value: u32 = symbol == 16 ? <u32>load<u8>(LENGTHS + i - 1) : 0;
    const end = i + (symbol == 16 ? 3 + takeBits(2) : symbol == 17 ? 3 + takeBits(3) : 11 + takeBits(7));
    if (end > n) return false;
    setLengths(i, end, <u8>value);
    i = end;
  }
  return true;
}

/** In which order the codes of a header come: 16, 17, 18, 0, 8, 7, 9, 6, 10 and so on to 1, 15. */
function precodeAt(i: u32): u32 {
  if (i < 3) return 16 + i;
  if (i == 3) return 0;
  return (i & 1) != 0 ? 9 - (i >>> 1) : 6 + (i >>> 1);
}

function setLengths(first: u32, end: u32, length: u8): void {
  for (let i = first; i < end; i++) store<u8>(LENGTHS + i, length);
}

/** Takes bits from the input, so that there are 54 to 61 in `HOLD`. */
function fill(): void {
  const bits = load<u32>(BITS);
  const input = load<u32>(INPUT);
  store<u64>(HOLD, load<u64>(HOLD) | (load<u64>(input) << (<u64>bits)));
  store<u32>(INPUT, input + ((61 - bits) >>> 3));
  store<u32>(BITS, bits + ((61 - bits) & 56));
}

/** The next `n` bits of the stream, at most 32. */
function takeBits(n: u32): u32 {
  if (load<u32>(BITS) < n) fill();
  const hold = load<u64>(HOLD);
  store<u64>(HOLD, hold >> <u64>n);
  store<u32>(BITS, load<u32>(BITS) - n);
  return <u32>(hold & (((<u64>1) << (<u64>n)) - 1));
}
