import { requireThat } from "./errors.js";

/**
 * Randomness as a value: a key names a stream of numbers, and splitting a key names independent streams.
 * The same seed and the same names give the same numbers on every machine, whatever ran before.
 *
 * Method: xoshiro128** (Blackman and Vigna 2018) seeded by splitmix32-style mixing of a 128-bit key;
 * `split` mixes the name into the key with 32-bit FNV-1a and a finalizer per word (own construction).
 */
export interface Key {
  /** Four 32-bit words that name the stream. */
  readonly words: readonly [number, number, number, number];
  /** A key for the named part, independent of this key's own draws and of every other name. */
  split(name: string | number): Key;
  /** A fresh stream that starts at the beginning, however often it was drawn from before. */
  stream(): RandomStream;
}

/** A stateful sequence of draws; each call moves on by one. */
export interface RandomStream {
  /** A whole number, uniform on `[0, 2^32)`. */
  nextUint32(): number;
  /** Uniform on `[0, 1)` with 53 random bits. */
  uniform(): number;
  /** Uniform on `[low, high)`. Throws when a bound is not finite or `high < low`. */
  uniformBetween(low: number, high: number): number;
  /** A whole number, uniform on `[low, high]`, without bias. Throws unless both are whole and `low <= high`. */
  integer(low: number, high: number): number;
  /** Normal with mean 0 and standard deviation 1 (polar method, Marsaglia and Bray 1964). */
  normal(): number;
  /** One element, each equally likely. Throws on an empty array. */
  choose<T>(items: readonly T[]): T;
  /** A new array with the same elements in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** The root key of a seed. Throws unless the seed is a whole number from 0 to 2^53 - 1. */
export function createKey(seed: number): Key {
  requireThat(Number.isSafeInteger(seed) && seed >= 0, "seed", seed, "a whole number from 0 to 2^53 - 1");
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  return keyFromWords([
    mix(low ^ 0x9e3779b9),
    mix(high ^ 0x243f6a88),
    mix(low + 0x85ebca6b),
    mix(high ^ low ^ 0xb7e15162),
  ]);
}

/** The key with these words, as a record holds them. Throws unless they are four whole numbers below 2^32. */
export function restoreKey(words: readonly number[]): Key {
  requireThat(
    words.length === 4 && words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32),
    "key words",
    words,
    "four whole numbers from 0 to 2^32 - 1",
  );
  return keyFromWords([words[0], words[1], words[2], words[3]]);
}

function keyFromWords(words: readonly [number, number, number, number]): Key {
  return {
    words,
    split: (name) => splitKey(words, typeof name === "number" ? `#${name}` : `"${name}`),
    stream: () => createStream(words),
  };
}

function splitKey(words: readonly [number, number, number, number], name: string): Key {
  const hashes = words.map((word, lane) => {
    let hash = mix(word ^ Math.imul(lane + 1, 0x9e3779b9)) ^ 0x811c9dc5;
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i);
      hash = Math.imul(hash ^ (unit & 255), 0x01000193);
      hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
    }
    return mix(hash ^ name.length);
  });
  // Each word takes part in the next, so that a collision in one lane alone changes nothing else.
  const [a, b, c, d] = hashes;
  return keyFromWords([mix(a ^ (d >>> 1)), mix(b + a), mix(c ^ b), mix(d + c)]);
}

/** The 32-bit finalizer of MurmurHash3 (Appleby), a bijection that spreads every input bit. */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function createStream(words: readonly [number, number, number, number]): RandomStream {
  let [s0, s1, s2, s3] = words;
  if ((s0 | s1 | s2 | s3) === 0) s3 = 1; // the one state xoshiro cannot leave
  let spare: number | undefined;

  const nextUint32 = (): number => {
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
  for (let i = 0; i < 8; i++) nextUint32(); // keys that differ in one bit start far apart

  const uniform = (): number => (nextUint32() >>> 5) * 2 ** -27 + (nextUint32() >>> 6) * 2 ** -53;

  const uniformBetween = (low: number, high: number): number => {
    requireThat(
      Number.isFinite(low) && Number.isFinite(high) && low <= high,
      "uniformBetween(low, high)",
      [low, high],
      "two finite numbers with low <= high",
    );
    return low + (high - low) * uniform();
  };

  const integer = (low: number, high: number): number => {
    requireThat(
      Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high && high - low < 2 ** 32,
      "integer(low, high)",
      [low, high],
      "whole numbers with low <= high, less than 2^32 apart",
    );
    const span = high - low + 1;
    const limit = 2 ** 32 - (2 ** 32 % span); // draws beyond it would favour the small numbers
    let draw = nextUint32();
    while (draw >= limit) draw = nextUint32();
    return low + (draw % span);
  };

  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        spare = v * factor;
        return u * factor;
      }
    }
  };

  const choose = <T>(items: readonly T[]): T => {
    requireThat(items.length > 0, "choose(items)", items, "at least one item");
    return items[integer(0, items.length - 1)];
  };

  const shuffle = <T>(items: readonly T[]): T[] => {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = integer(0, i);
      [result[i], result[j]] = [result[j], result[i]];
    }
    return result;
  };

  return { nextUint32, uniform, uniformBetween, integer, normal, choose, shuffle };
}
