// Literals and copies of a block.

import {
  BITS,
  DISTANCES,
  DISTANCE_BITS,
  HOLD,
  INPUT,
  LITERALS,
  LITERAL_BITS,
  OLDEST,
  OUTPUT,
  REPEATS,
  STRIDES,
} from "./memory";
import { END_OF_BLOCK, LONGER, ONLY_LITERALS, SPECIAL, SPECIAL_DISTANCE } from "./tables";

/** How a call ends: the part is done, more input or more room for output is needed, the stream is damaged. */
export const DONE: i32 = 0;
export const NEEDS_INPUT: i32 = 1;
export const NEEDS_OUTPUT: i32 = 2;
export const DAMAGED: i32 = 3;

/** Most bytes that one turn of the loop writes, the odd ones beyond its output included. */
export const TURN_OUTPUT: u32 = 320;

/**
 * Decodes until the block ends, a turn would start beyond `inputLimit`, or one beyond `outputLimit`.
 *
 * What a turn costs is how long each look-up waits for the one before, and each wrong guess at a branch. Therefore
 * `hold` has its next bit at position 2, so that masked it is the offset of an entry of 4 bytes, and the next entry is
 * looked up before more bits are taken. `bits` counts those of `hold`, the two used ones as well; what entries leave
 * above its low 6 bits has no meaning. After taking bits there are 54 at least: enough for two look-ups of literals and
 * a length (12 + 5 bits and 28 for its distance).
 */
export function decodeSymbols(inputLimit: u32, outputLimit: u32): i32 {
  const literalMask: u32 = ((1 << LITERAL_BITS) - 1) << 2;
  const distanceMask: u32 = ((1 << DISTANCE_BITS) - 1) << 2;
  const oldest = load<u32>(OLDEST);
  let hold = load<u64>(HOLD) << 2;
  let bits = <u64>load<u32>(BITS) + 2;
  let input = load<u32>(INPUT);
  let output = load<u32>(OUTPUT);
  let status = DONE;

  hold |= load<u64>(input) << bits;
  input += <u32>(~bits >>> 3) & 7;
  bits |= 56;
  let entry = load<u32>(<u32>hold & literalMask, LITERALS);
  while (true) {
    if (input > inputLimit) {
      status = NEEDS_INPUT;
      break;
    }
    if (output > outputLimit) {
      status = NEEDS_OUTPUT;
      break;
    }
    hold |= load<u64>(input) << bits;
    input += <u32>(~bits >>> 3) & 7;
    bits |= 56;
    // Two bytes whether there are two literals, one or none: the others are written over.
    store<u16>(output, entry >>> 8);
    output += (entry >>> 6) & 3;
    if ((entry & ONLY_LITERALS) != 0) {
      hold >>= <u64>entry;
      bits -= <u64>entry;
      entry = load<u32>(<u32>hold & literalMask, LITERALS);
      hold |= load<u64>(input) << bits;
      input += <u32>(~bits >>> 3) & 7;
      bits |= 56;
      store<u16>(output, entry >>> 8);
      output += (entry >>> 6) & 3;
      if ((entry & ONLY_LITERALS) != 0) {
        hold >>= <u64>entry;
        bits -= <u64>entry;
        entry = load<u32>(<u32>hold & literalMask, LITERALS);
        continue;
      }
    }
    if ((entry & SPECIAL) != 0) {
      if ((entry & LONGER) != 0) {
        hold >>= <u64>LITERAL_BITS;
        bits -= <u64>LITERAL_BITS;
        const more = <u32>(hold >> 2) & (((<u32>1) << ((entry >>> 8) & 15)) - 1);
        entry = load<u32>((((entry >>> 16) & 0x1fff) + more) << 2, LITERALS);
        if ((entry & ONLY_LITERALS) != 0) {
          store<u8>(output, entry >>> 8);
          output++;
          hold >>= <u64>entry;
          bits -= <u64>entry;
          entry = load<u32>(<u32>hold & literalMask, LITERALS);
          continue;
        }
      }
      if ((entry & SPECIAL) != 0) {
        hold >>= <u64>entry;
        bits -= <u64>entry;
        status = (entry & END_OF_BLOCK) != 0 ? DONE : DAMAGED;
        break;
      }
      hold |= load<u64>(input) << bits;
      input += <u32>(~bits >>> 3) & 7;
      bits |= 56;
    }

    let length = (entry >>> 16) & 511;
    const extra = entry >>> 25;
    if (extra != 0) length += <u32>(hold >> <u64>((entry & 63) + 2 - extra)) & (((<u32>1) << extra) - 1);
    hold >>= <u64>entry;
    bits -= <u64>entry;
    entry = load<u32>(<u32>hold & distanceMask, DISTANCES);
    if ((entry & SPECIAL_DISTANCE) != 0) {
      if ((entry & LONGER) != 0) {
        hold >>= <u64>DISTANCE_BITS;
        bits -= <u64>DISTANCE_BITS;
        const more = <u32>(hold >> 2) & (((<u32>1) << ((entry >>> 8) & 15)) - 1);
        entry = load<u32>((((entry >>> 16) & 0x1fff) + more) << 2, DISTANCES);
      }
      if ((entry & SPECIAL_DISTANCE) != 0) {
        status = DAMAGED;
        break;
      }
    }
    const distance =
      (entry >>> 16) + ((<u32>(hold >> 2) & (((<u32>1) << (entry & 31)) - 1)) >>> ((entry >>> 8) & 15));
    hold >>= <u64>entry;
    bits -= <u64>entry;
    if ((<u32>bits & 63) < LITERAL_BITS + 2) {
      hold |= load<u64>(input) << bits;
      input += <u32>(~bits >>> 3) & 7;
      bits |= 56;
    }
    entry = load<u32>(<u32>hold & literalMask, LITERALS);

    if (distance > output - oldest) {
      status = DAMAGED;
      break;
    }
    let from = output - distance;
    const end = output + length;
    if (distance >= 16) {
      v128.store(output, v128.load(from));
      while (output + 16 < end) {
        output += 16;
        from += 16;
        v128.store(output, v128.load(from));
      }
    } else {
      const bytes = i8x16.swizzle(v128.load(from), v128.load(distance << 4, REPEATS));
      const stride = load<u32>(distance << 2, STRIDES);
      do {
        v128.store(output, bytes);
        output += stride;
      } while (output < end);
    }
    output = end;
  }

  // Whole bytes go back: the caller may move the input.
  bits = (bits & 63) - 2;
  store<u32>(INPUT, input - <u32>(bits >> 3));
  store<u64>(HOLD, (hold >> 2) & (((<u64>1) << (bits & 7)) - 1));
  store<u32>(BITS, <u32>bits & 7);
  store<u32>(OUTPUT, output);
  return status;
}
