// AssemblyScript, not TypeScript: compiled by build.mjs beside it, which writes ../inflate-wasm.ts. Inflates a raw DEFLATE
// stream piece by piece, from one stretch of memory into another, both chosen by the caller beyond `room`. The output
// must have `WINDOW` bytes in front of it, where slide() moves what later copies may need.

import { AT_END, IN_HEADER, IN_STORED, IN_SYMBOLS, readHeader } from "./header";
import { BITS, HOLD, INPUT, LAST, OLDEST, OUTPUT, PART, ROOM, STORED, WINDOW } from "./memory";
import { DAMAGED, decodeSymbols, DONE, NEEDS_INPUT, NEEDS_OUTPUT, TURN_OUTPUT } from "./symbols";
import { prepare } from "./tables";

export { prepare };

/** First byte that the caller may use. */
export const room: u32 = ROOM;
/** Bytes that must follow the output's end, and zeros that must follow the last of the input. */
export const spare: u32 = 1024;

/** Starts a stream whose output goes to `output`. */
export function begin(output: u32): void {
  store<u64>(HOLD, 0);
  store<u32>(BITS, 0);
  store<u32>(PART, IN_HEADER);
  store<u32>(OUTPUT, output);
  store<u32>(OLDEST, output);
}

/** Where the input goes on, after a call of decode: what comes before is done with. */
export function inputAt(): u32 {
  return load<u32>(INPUT);
}

/** Where the output ends so far. */
export function outputAt(): u32 {
  return load<u32>(OUTPUT);
}

/** Moves the last of the output to in front of `output`, where it goes on. */
export function slide(output: u32): void {
  const end = load<u32>(OUTPUT);
  const kept = min(end - load<u32>(OLDEST), WINDOW);
  memory.copy(output - kept, end - kept, kept);
  store<u32>(OLDEST, output - kept);
  store<u32>(OUTPUT, output);
}

/**
 * Decodes input from `input` to `inputEnd` to where the output stands and not beyond `outputEnd`, until one of both is
 * used up: all but the last `spare` bytes of the input unless it is the `last`. Returns 0 at the end of the stream, where
 * inputAt() is the byte after it; 1 where more input is needed, 2 where the output must be taken away, 3 where the stream
 * is damaged.
 */
export function decode(input: u32, inputEnd: u32, last: bool, outputEnd: u32): i32 {
  store<u32>(INPUT, input);
  // A turn that starts beyond the end of the last input has nothing to be right about.
  const inputLimit = last ? inputEnd + 8 : inputEnd - spare;
  const outputLimit = outputEnd - TURN_OUTPUT;
  while (true) {
    const part = load<u32>(PART);
    if (part == AT_END) return DONE;
    if (part == IN_STORED) {
      const status = copyStored(inputEnd, outputEnd);
      if (status != DONE) return status;
    } else if (part == IN_SYMBOLS) {
      const status = decodeSymbols(inputLimit, outputLimit);
      if (status != DONE) return status;
    } else {
      if (load<u32>(INPUT) > inputLimit) return NEEDS_INPUT;
      if (!readHeader()) return DAMAGED;
      continue;
    }
    store<u32>(PART, load<u32>(LAST) != 0 ? AT_END : IN_HEADER);
  }
}

function copyStored(inputEnd: u32, outputEnd: u32): i32 {
  const left = load<u32>(STORED);
  const input = load<u32>(INPUT);
  const output = load<u32>(OUTPUT);
  if (left == 0) return DONE;
  if (input >= inputEnd) return NEEDS_INPUT;
  if (output >= outputEnd) return NEEDS_OUTPUT;
  const length = min(left, min(inputEnd - input, outputEnd - output));
  memory.copy(output, input, length);
  store<u32>(STORED, left - length);
  store<u32>(INPUT, input + length);
  store<u32>(OUTPUT, output + length);
  if (length == left) return DONE;
  return input + length >= inputEnd ? NEEDS_INPUT : NEEDS_OUTPUT;
}
