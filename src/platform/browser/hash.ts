import type { Hash } from "../hash.js";
import { encodeText } from "./bytes.js";

/** SHA-256 (FIPS 180-4) in a page, whose own is not to be had without waiting. */

const blockBytes = 64;

/** The first 32 bits of the fractions of the cube roots of the first 64 primes, and of the square roots of 8. */
const [constants, startState] = makeConstants();

/** A new SHA-256. */
export function createSha256(): Hash {
  return wrap(startState.slice(), new Uint8Array(blockBytes), 0);
}

/** SHA-256 of text (as UTF-8) or bytes, as 64 hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createSha256().update(data).digest();
}

function wrap(state: Uint32Array, rest: Uint8Array, fed: number): Hash {
  const words = new Uint32Array(64);
  let length = fed;
  let isOver = false;
  const hash: Hash = {
    update(data) {
      if (isOver) throw new Error("Digest already called");
      const bytes = typeof data === "string" ? encodeText(data) : data;
      let at = 0;
      const held = length % blockBytes;
      length += bytes.length;
      if (held > 0) {
        at = Math.min(blockBytes - held, bytes.length);
        rest.set(bytes.subarray(0, at), held);
        if (held + at < blockBytes) return hash;
        digestBlock(state, words, rest, 0);
      }
      for (; at + blockBytes <= bytes.length; at += blockBytes) digestBlock(state, words, bytes, at);
      rest.set(bytes.subarray(at));
      return hash;
    },
    digest() {
      if (isOver) throw new Error("Digest already called");
      const held = length % blockBytes;
      const end = new Uint8Array(held < 56 ? blockBytes : 2 * blockBytes);
      end.set(rest.subarray(0, held));
      end[held] = 0x80;
      const bits = new DataView(end.buffer, end.length - 8);
      bits.setUint32(0, Math.floor(length / 2 ** 29));
      bits.setUint32(4, (length * 8) >>> 0);
      for (let at = 0; at < end.length; at += blockBytes) digestBlock(state, words, end, at);
      isOver = true;
      return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
    },
    peek: () => wrap(state.slice(), rest.slice(), length).digest(),
  };
  return hash;
}

function digestBlock(state: Uint32Array, words: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4)
    words[i] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15], words[i - 2]];
    const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = words[i - 16] + small + words[i - 7] + large;
  }
  let a = state[0] | 0;
  let b = state[1] | 0;
  let c = state[2] | 0;
  let d = state[3] | 0;
  let e = state[4] | 0;
  let f = state[5] | 0;
  let g = state[6] | 0;
  let h = state[7] | 0;
  for (let i = 0; i < 64; i++) {
    const large = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + large + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
    const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The constants, made in whole numbers: roots in floating point are not the same in every browser to the last bit. */
function makeConstants(): [Uint32Array, Uint32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fraction = (prime: number, power: bigint): number => {
    // The largest r with r^power <= prime * 2^(32 * power): the root with 32 bits behind the point.
    const wanted = BigInt(prime) << (32n * power);
    let root = 0n;
    for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** power <= wanted) root += bit;
    return Number(root & 0xffffffffn);
  };
  return [
    Uint32Array.from(primes, (prime) => fraction(prime, 3n)),
    Uint32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2n)),
  ];
}
