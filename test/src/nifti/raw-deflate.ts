import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Decoder } from "tumorlab/internal/nifti/fast-inflate";

/** Raw DEFLATE for tests of the decoder: one that runs it over small pieces, and streams with copies of every kind. */

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (limits: { initial: number }) => { buffer: ArrayBuffer };
  Instance: new (module: object, imports: object) => { exports: unknown };
};

let made: { decoder: Decoder; bytes: Uint8Array } | undefined;

function makeDecoder(): { decoder: Decoder; bytes: Uint8Array } {
  const { inflateModule } = createRequire(__filename)(resolve("src/dist/nifti/inflate-wasm.js")) as {
    inflateModule: string;
  };
  const memory = new WebAssembly.Memory({ initial: 32 });
  const module = new WebAssembly.Module(Buffer.from(inflateModule, "base64"));
  const decoder = new WebAssembly.Instance(module, { env: { memory } }).exports as Decoder;
  decoder.prepare();
  return { decoder, bytes: new Uint8Array(memory.buffer) };
}

const guard = 0xa5;

/**
 * Inflates a raw stream, handed over in pieces of `pieceBytes` and taken away in pieces of at most `outputBytes`, or
 * gives `undefined` where it is refused or has no end. Asserts that nothing is written outside the output, its spare
 * bytes and the window before it.
 */
export function inflateByPieces(
  stream: Uint8Array,
  pieceBytes = 1 << 20,
  outputBytes = 1000,
): Uint8Array | undefined {
  const { decoder, bytes } = (made ??= makeDecoder());
  const spare = decoder.spare.value;
  bytes.fill(guard, decoder.room.value);
  const at = decoder.room.value + 3 * spare;
  const before = at + Math.min(pieceBytes, stream.length) + 2 * spare;
  const output = before + spare + 32768;
  const outputEnd = output + outputBytes;
  decoder.begin(output);
  const found: Uint8Array[] = [];
  let [input, end, status] = [at, at, 1];
  for (let start = 0; status === 1 && (start < stream.length || start === 0); start += pieceBytes) {
    const last = start + pieceBytes >= stream.length;
    const left = bytes.slice(input, end);
    input = at - left.length;
    bytes.set(left, input);
    const piece = stream.subarray(start, start + pieceBytes);
    bytes.set(piece, at);
    end = at + piece.length;
    if (last) bytes.fill(0, end, end + spare);
    do {
      status = decoder.decode(input, end, Number(last), outputEnd);
      input = decoder.inputAt();
      assert.ok(decoder.outputAt() <= outputEnd && decoder.outputAt() >= output);
      found.push(bytes.slice(output, decoder.outputAt()));
      decoder.slide(output);
    } while (status === 2);
    assert.ok(status !== 1 || end - input <= 2 * spare);
  }
  const isGuard = (byte: number): boolean => byte === guard;
  assert.ok(bytes.subarray(before, before + spare).every(isGuard), "in front of the window");
  assert.ok(bytes.subarray(outputEnd + spare, outputEnd + 5 * spare).every(isGuard), "behind the output");
  return status === 0 && input <= end ? Buffer.concat(found) : undefined;
}

/** Whole numbers from 0 to 2^31 - 1 by a seed. */
export function takeNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state ^ (state >>> 15)) & 0x7fffffff;
  };
}

/** A stream of one block with fixed codes that makes `size` bytes or a few more, nearly all by copies of any distance. */
export function makeStream(size: number, seed: number): { stream: Uint8Array; bytes: Buffer } {
  const next = takeNumbers(seed);
  const bytes = Buffer.alloc(size + 300);
  const stream: number[] = [];
  let [hold, held, at] = [0, 0, 0];
  const put = (value: number, n: number): void => {
    for (let i = 0; i < n; i++) {
      hold |= ((value >>> i) & 1) << held;
      if (++held === 8) {
        stream.push(hold);
        [hold, held] = [0, 0];
      }
    }
  };
  const putCode = (code: number, n: number): void => {
    for (let i = n - 1; i >= 0; i--) put(code >>> i, 1);
  };
  const putLiteral = (byte: number): void => {
    putCode(byte < 144 ? 48 + byte : 256 + byte, byte < 144 ? 8 : 9);
    bytes[at++] = byte;
  };
  put(3, 3);
  while (at < size) {
    if (at === 0 || next() % 5 === 0) putLiteral(next() & 255);
    const most = Math.min(at, 32768);
    const distance = 1 + ((next() % [16, 300, 32768][next() % 3]) % most);
    const length = 3 + (next() % [8, 256][next() % 2]);
    putLength(length, putCode, put);
    putDistance(at > 32768 && next() % 9 === 0 ? 32768 : distance, length);
  }
  putCode(0, 7);
  put(0, 7);
  return { stream: Uint8Array.from(stream), bytes: bytes.subarray(0, at) };

  function putDistance(distance: number, length: number): void {
    // Codes 0 to 3 are the distances 1 to 4; then two codes for each number of extra bits.
    const extra = distance < 5 ? 0 : 30 - Math.clz32(distance - 1);
    const code = distance < 5 ? distance - 1 : 2 * extra + ((distance - 1) >>> extra);
    putCode(code, 5);
    put((distance - 1) & ((1 << extra) - 1), extra);
    for (let i = 0; i < length; i++, at++) bytes[at] = bytes[at - distance];
  }
}

/** Symbols 257 to 264 are the lengths 3 to 10; then four symbols for each number of extra bits; 285 is 258. */
function putLength(
  length: number,
  putCode: (code: number, n: number) => void,
  put: (value: number, n: number) => void,
): void {
  const extra = length < 11 || length === 258 ? 0 : 29 - Math.clz32(length - 3);
  const symbol =
    length === 258 ? 285 : length < 11 ? 254 + length : 257 + 4 * extra + ((length - 3) >>> extra);
  putCode(symbol < 280 ? symbol - 256 : 192 + symbol - 280, symbol < 280 ? 7 : 8);
  put((length - 3) & ((1 << extra) - 1), extra);
}
