/**
 * What a deflate stream holds (RFC 1951), in a page: whole or the beginning of one, with where it ended, which
 * browsers' own decompression does not tell and does not give without waiting.
 */

/** What was inflated. */
export interface Inflated {
  bytes: Uint8Array;
  /** Where the stream ends in the input, in bytes. */
  end: number;
  /** Whether the stream came to its end. */
  isWhole: boolean;
}

/** Codes by how long they are: `counts[n]` of n bits, and the symbols in their order. */
interface Codes {
  counts: Uint16Array;
  symbols: Uint16Array;
  /** For the next nine bits of the input: symbol * 16 + length, 0 where the code is longer. */
  quick: Uint16Array;
}

const quickBits = 9;
const maxBits = 15;

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Thrown inside where the input ends before the stream does. */
class InputOver extends Error {}

/**
 * @param from where the stream begins in `input`
 * @param sizeHint bytes that it probably gives
 * @param maxBytes more than this fails with the code `ERR_BUFFER_TOO_LARGE`
 * @throws Error as zlib words it: `unexpected end of file` unless `mayEnd`, or what is wrong with the stream
 */
export function inflateStream(
  input: Uint8Array,
  from: number,
  {
    sizeHint = 0,
    maxBytes = Infinity,
    mayEnd = false,
  }: { sizeHint?: number; maxBytes?: number; mayEnd?: boolean } = {},
): Inflated {
  let output = new Uint8Array(Math.max(64, Math.min(sizeHint, maxBytes)));
  let at = 0;
  let next = from;
  let held = 0;
  let heldBits = 0;

  function need(count: number): void {
    while (heldBits < count) {
      if (next >= input.length) throw new InputOver();
      held |= input[next++] << heldBits;
      heldBits += 8;
    }
  }
  function take(count: number): number {
    need(count);
    const value = held & ((1 << count) - 1);
    held >>>= count;
    heldBits -= count;
    return value;
  }
  function decode({ counts, symbols, quick }: Codes): number {
    while (heldBits < quickBits && next < input.length) {
      held |= input[next++] << heldBits;
      heldBits += 8;
    }
    const found = quick[held & ((1 << quickBits) - 1)];
    const bits = found & 15;
    if (bits > 0 && bits <= heldBits) {
      held >>>= bits;
      heldBits -= bits;
      return found >> 4;
    }
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= maxBits; length++) {
      code |= take(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error("invalid code lengths set");
  }
  function makeRoom(count: number): void {
    if (at + count > maxBytes)
      throw Object.assign(new RangeError("Cannot create a Buffer larger than what was allowed"), {
        code: "ERR_BUFFER_TOO_LARGE",
      });
    if (at + count <= output.length) return;
    const larger = new Uint8Array(Math.min(Math.max(2 * output.length, at + count), maxBytes));
    larger.set(output.subarray(0, at));
    output = larger;
  }
  function copyStored(): void {
    // What is left of the byte goes; whole bytes that were read ahead are given back.
    next -= heldBits >> 3;
    held = heldBits = 0;
    if (next + 4 > input.length) throw new InputOver();
    const length = input[next] | (input[next + 1] << 8);
    if ((length ^ (input[next + 2] | (input[next + 3] << 8))) !== 0xffff)
      throw new Error("invalid stored block lengths");
    next += 4;
    const there = Math.min(length, input.length - next);
    makeRoom(there);
    output.set(input.subarray(next, next + there), at);
    at += there;
    next += there;
    if (there < length) throw new InputOver();
  }
  function readCodes(): [Codes, Codes] {
    const [literals, distances, lengths] = [take(5) + 257, take(5) + 1, take(4) + 4];
    if (literals > 286 || distances > 30) throw new Error("too many length or distance symbols");
    const small = new Uint8Array(19);
    for (let i = 0; i < lengths; i++) small[orderOfLengths[i]] = take(3);
    const codes = makeCodes(small);
    const all = new Uint8Array(literals + distances);
    for (let i = 0; i < all.length;) {
      const symbol = decode(codes);
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw new Error("invalid bit length repeat");
      const value = symbol === 16 ? all[i - 1] : 0;
      const repeat = symbol === 16 ? take(2) + 3 : symbol === 17 ? take(3) + 3 : take(7) + 11;
      if (i + repeat > all.length) throw new Error("invalid bit length repeat");
      all.fill(value, i, (i += repeat));
    }
    if (all[256] === 0) throw new Error("invalid code -- missing end-of-block");
    return [makeCodes(all.subarray(0, literals)), makeCodes(all.subarray(literals))];
  }
  function inflateBlock(literals: Codes, distances: Codes): void {
    for (;;) {
      const symbol = decode(literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        if (at === output.length || at >= maxBytes) makeRoom(1);
        output[at++] = symbol;
        continue;
      }
      if (symbol > 285) throw new Error("invalid literal/length code");
      const length = lengthBase[symbol - 257] + take(lengthExtra[symbol - 257]);
      const far = decode(distances);
      if (far > 29) throw new Error("invalid distance code");
      const distance = distanceBase[far] + take(distanceExtra[far]);
      if (distance > at) throw new Error("invalid distance too far back");
      makeRoom(length);
      if (distance >= length) output.copyWithin(at, at - distance, at - distance + length);
      else for (let i = at; i < at + length; i++) output[i] = output[i - distance];
      at += length;
    }
  }

  let isWhole = true;
  try {
    for (let isLast = 0; isLast === 0;) {
      isLast = take(1);
      const kind = take(2);
      if (kind === 0) copyStored();
      else if (kind === 1) inflateBlock(...fixedCodes());
      else if (kind === 2) inflateBlock(...readCodes());
      else throw new Error("invalid block type");
    }
  } catch (error) {
    if (!(error instanceof InputOver)) throw asData(error);
    if (!mayEnd) throw Object.assign(new Error("unexpected end of file"), { code: "Z_BUF_ERROR", errno: -5 });
    isWhole = false;
  }
  return { bytes: output.subarray(0, at), end: next - (heldBits >> 3), isWhole };
}

function asData(error: unknown): unknown {
  return error instanceof Error && !("code" in error)
    ? Object.assign(error, { code: "Z_DATA_ERROR", errno: -3 })
    : error;
}

let fixed: [Codes, Codes] | undefined;

function fixedCodes(): [Codes, Codes] {
  if (fixed) return fixed;
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return (fixed = [makeCodes(lengths), makeCodes(new Uint8Array(30).fill(5))]);
}

function makeCodes(lengths: Uint8Array): Codes {
  const counts = new Uint16Array(maxBits + 1);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const starts = new Uint16Array(maxBits + 2);
  let left = 1;
  for (let length = 1; length <= maxBits; length++) {
    left = (left << 1) - counts[length];
    if (left < 0) throw new Error("invalid code lengths set");
    starts[length + 1] = starts[length] + counts[length];
  }
  const symbols = new Uint16Array(lengths.length);
  const places = starts.slice();
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[places[length]++] = symbol;
  });
  return { counts, symbols, quick: makeQuick(counts, symbols) };
}

function makeQuick(counts: Uint16Array, symbols: Uint16Array): Uint16Array {
  const quick = new Uint16Array(1 << quickBits);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= quickBits; length++) {
    for (let i = 0; i < counts[length]; i++, code++, index++) {
      let turned = 0;
      for (let bit = 0; bit < length; bit++) turned |= ((code >> bit) & 1) << (length - 1 - bit);
      for (let at = turned; at < quick.length; at += 1 << length) quick[at] = (symbols[index] << 4) | length;
    }
    code <<= 1;
  }
  return quick;
}
