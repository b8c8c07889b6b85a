// From the lengths of codes to tables by the next bits of the stream.
//
// An entry has in bits 0..5 how many bits it uses up, extra bits included. In the table of literals and lengths:
//   6..7 number of literals; 8..15 and 16..23 the literals; bit 31 says that there is no more to it than those.
//   Otherwise a length follows (after one literal or none): 16..24 the shortest, 25..27 how many extra bits it has.
// In that of distances: 8..11 length of the code, 16..30 the shortest distance.
// An entry marked as special is the way to a table of longer codes (bit 29; 8..11 how many bits that takes, 16..28 where it
// starts), the end of a block (bit 28; after one literal or none), or no code at all.

import {
  CODES,
  COUNTS,
  DISTANCES,
  DISTANCE_BITS,
  DISTANCE_RESULTS,
  FIRST,
  LENGTHS,
  LITERALS,
  LITERALS_END,
  LITERAL_BITS,
  LITERAL_RESULTS,
  NEXT,
  PRECODES,
  PRECODE_BITS,
  PRECODE_RESULTS,
  REPEATS,
  SORTED,
  STRIDES,
} from "./memory";

export const ONLY_LITERALS: u32 = 0x80000000;
export const ONE_LITERAL: u32 = 0x40;
export const SPECIAL: u32 = 0x40000000;
export const SPECIAL_DISTANCE: u32 = 0x8000;
export const LONGER: u32 = 0x20000000;
export const END_OF_BLOCK: u32 = 0x10000000;

/** Fills in what never changes. Call it once. */
export function prepare(): void {
  for (let s: u32 = 0; s < 256; s++)
    store<u32>(LITERAL_RESULTS + s * 4, ONLY_LITERALS | ONE_LITERAL | (s << 8));
  store<u32>(LITERAL_RESULTS + 256 * 4, SPECIAL | END_OF_BLOCK);
  let shortest: u32 = 3;
  for (let s: u32 = 257; s < 285; s++) {
    const extra: u32 = s < 265 ? 0 : (s - 261) >>> 2;
    store<u32>(LITERAL_RESULTS + s * 4, (shortest << 16) | (extra << 25) | extra);
    shortest += 1 << extra;
  }
  store<u32>(LITERAL_RESULTS + 285 * 4, 258 << 16);
  for (let s: u32 = 286; s < 288; s++) store<u32>(LITERAL_RESULTS + s * 4, SPECIAL);

  shortest = 1;
  for (let s: u32 = 0; s < 30; s++) {
    const extra: u32 = s < 4 ? 0 : (s - 2) >>> 1;
    store<u32>(DISTANCE_RESULTS + s * 4, (shortest << 16) | extra);
    shortest += 1 << extra;
  }
  for (let s: u32 = 30; s < 32; s++) store<u32>(DISTANCE_RESULTS + s * 4, SPECIAL_DISTANCE);
  for (let s: u32 = 0; s < 19; s++) store<u32>(PRECODE_RESULTS + s * 4, s << 16);

  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let i: u32 = 0; i < 16; i++) store<u8>(REPEATS + distance * 16 + i, <u8>(i % distance));
    store<u32>(STRIDES + distance * 4, 16 - (16 % distance));
  }
}

/** The table of a block's header; false unless its codes are a full set. */
export function buildPrecodes(): bool {
  return build(LENGTHS, 19, 19, PRECODE_RESULTS, 1, 0, PRECODES, PRECODE_BITS);
}

/** The table of `n` distances whose lengths start at `lengths`; false when they are no full set. */
export function buildDistances(lengths: usize, n: u32): bool {
  return build(lengths, n, n, DISTANCE_RESULTS, 0x101, SPECIAL_DISTANCE, DISTANCES, DISTANCE_BITS);
}

/** The table of `n` literals and lengths; false when they are no full set. */
export function buildLiterals(n: u32): bool {
  return build(LENGTHS, n, 256, LITERAL_RESULTS, 1, SPECIAL, LITERALS, LITERAL_BITS);
}

/**
 * `n` codes, of which those from `literals` on are no literals. An entry is the symbol's result plus its code's length
 * times `step`. A set may be less than full as in zlib: no code, or a single one of one bit.
 */
function build(
  lengths: usize,
  n: u32,
  literals: u32,
  results: usize,
  step: u32,
  special: u32,
  table: usize,
  bits: u32,
): bool {
  const free = sortCodes(lengths, n, literals);
  const total = load<u32>(FIRST + 16 * 4);
  if (free < 0) return false;
  if (free > 0) {
    if (special == 0 || total > 1 || load<u32>(COUNTS + 4) != total) return false;
    const code = results + <u32>load<u16>(SORTED) * 4;
    for (let i: u32 = 0; i < (<u32>1) << bits; i++)
      store<u32>(table + i * 4, total == 1 && (i & 1) == 0 ? load<u32>(code) + step : special);
    return true;
  }

  // The codes of l bits are put into a table of 2^l entries, which is twice the one before.
  const paired = literals == 256;
  let k: u32 = 0;
  let code: u32 = 0;
  let size: u32 = 1;
  let l: u32 = 1;
  for (; l <= bits; l++) {
    repeat(table, size);
    size <<= 1;
    for (const end = load<u32>(FIRST + 4 + l * 4); k < end; k++) {
      const entry = load<u32>(results + <u32>load<u16>(SORTED + k * 2) * 4) + l * step;
      store<u32>(table + code * 4, entry);
      if (paired) {
        store<u32>(CODES + k * 8, code);
        store<u32>(CODES + 4 + k * 8, asSecond(entry));
      }
      code = codeAfter(code, size - 1);
    }
    if (paired) addPairs(l);
  }

  // Longer ones have tables of their own, by the bits that follow the main table's.
  let longest: u32 = 15;
  while (longest > bits && load<u32>(COUNTS + longest * 4) == 0) longest--;
  const more = longest - bits;
  let start: u32 = size;
  let next: u32 = size;
  let prefix: u32 = size;
  for (; l <= longest; l++)
    for (const end = load<u32>(FIRST + 4 + l * 4); k < end; k++) {
      if ((code & (size - 1)) != prefix) {
        prefix = code & (size - 1);
        start = next;
        next += (<u32>1) << more;
        store<u32>(table + prefix * 4, bits | (more << 8) | special | LONGER | (start << 16));
      }
      const entry = load<u32>(results + <u32>load<u16>(SORTED + k * 2) * 4) + (l - bits) * step;
      for (let i = code >>> bits; i < (<u32>1) << more; i += (<u32>1) << (l - bits))
        store<u32>(table + (start + i) * 4, entry);
      code = codeAfter(code, ((<u32>1) << l) - 1);
    }
  return true;
}

/** Sorts symbols by the length of their code; how much the codes leave free, negative where they are too many. */
function sortCodes(lengths: usize, n: u32, literals: u32): i32 {
  for (let l: u32 = 0; l < 16; l++) store<u32>(COUNTS + l * 4, 0);
  for (let s: u32 = 0; s < n; s++) {
    const at = COUNTS + <u32>load<u8>(lengths + s) * 4;
    store<u32>(at, load<u32>(at) + 1);
  }
  let free: i32 = 1 << 15;
  let total: u32 = 0;
  for (let l: u32 = 1; l < 16; l++) {
    const count = load<u32>(COUNTS + l * 4);
    store<u32>(FIRST + l * 4, total);
    store<u32>(NEXT + l * 4, total);
    store<u32>(LITERALS_END + l * 4, total);
    free -= count << (15 - l);
    total += count;
  }
  store<u32>(FIRST + 16 * 4, total);
  for (let s: u32 = 0; s < n; s++) {
    const l = <u32>load<u8>(lengths + s);
    if (l == 0) continue;
    const k = load<u32>(NEXT + l * 4);
    store<u16>(SORTED + k * 2, <u16>s);
    store<u32>(NEXT + l * 4, k + 1);
    if (s < literals) store<u32>(LITERALS_END + l * 4, k + 1);
  }
  return free;
}

/** Writes the first `size` entries of a table once more behind them. */
function repeat(table: usize, size: u32): void {
  const end = table + size * 4;
  if (size < 4) for (let at: u32 = 0; at < size * 4; at += 4) store<u32>(end + at, load<u32>(table + at));
  else for (let at: u32 = 0; at < size * 4; at += 16) v128.store(end + at, v128.load(table + at));
}

/** The next code of the same length, first bit lowest; `ones` has all bits of that length. Not for the last one. */
function codeAfter(code: u32, ones: u32): u32 {
  const highest: u32 = 0x80000000 >>> clz<u32>(code ^ ones);
  return (code & (highest - 1)) | highest;
}

/** An entry that comes after a literal: a literal moves on to be the second one. */
function asSecond(entry: u32): u32 {
  return select<u32>(
    ((entry & 0xff00) << 8) | (entry & (ONLY_LITERALS | 0xff)),
    entry,
    (entry & ONLY_LITERALS) != 0,
  );
}

/** Puts each literal and what comes second into the table of as many bits as both take together. */
function addPairs(bits: u32): void {
  for (let first: u32 = 1; first < bits; first++) {
    const end = load<u32>(LITERALS_END + first * 4);
    const second = load<u32>(FIRST + (bits - first) * 4);
    const secondEnd = load<u32>(FIRST + (bits - first) * 4 + 4);
    if (second == secondEnd) continue;
    for (let k = load<u32>(FIRST + first * 4); k < end; k++) {
      const at = LITERALS + load<u32>(CODES + k * 8) * 4;
      const literal = ((<u32>load<u16>(SORTED + k * 2)) << 8) + ONE_LITERAL + first;
      for (let k2 = second; k2 < secondEnd; k2++)
        store<u32>(at + (load<u32>(CODES + k2 * 8) << (first + 2)), load<u32>(CODES + 4 + k2 * 8) + literal);
    }
  }
}
