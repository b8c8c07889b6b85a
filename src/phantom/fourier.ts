import { requireThat } from "../core/errors.js";

/** A plan for transforms of one length. */
export interface Fourier {
  /**
   * Transforms `lines` series of `length` complex numbers at once, in place, not scaled: number k of series i lies at
   * `k * lines + i` of both arrays.
   */
  transform(re: Float64Array, im: Float64Array, lines: number): void;
}

/**
 * The fast Fourier transform of a power of two (Cooley and Tukey, radix 2), exponent positive. Series lie side by side, so
 * that each butterfly is one long loop over neighbours in memory.
 */
export function createFourier(length: number): Fourier {
  requireThat(Number.isInteger(Math.log2(length)), "length", length, "a power of two");
  const bits = Math.log2(length);
  const mirrored = Uint32Array.from({ length }, (_, i) => {
    let turned = 0;
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) turned |= 1 << (bits - 1 - bit);
    return turned;
  });
  const angles = Float64Array.from({ length: length / 2 }, (_, k) => (2 * Math.PI * k) / length);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  return {
    transform(re, im, lines) {
      for (let i = 0; i < length; i++)
        if (mirrored[i] > i) swapRows(re, im, i * lines, mirrored[i] * lines, lines);
      for (let half = 1; half < length; half *= 2) {
        const turn = length / (2 * half);
        for (let block = 0; block < length; block += 2 * half)
          for (let k = 0; k < half; k++)
            turnPairs(re, im, (block + k) * lines, half * lines, lines, cosines[k * turn], sines[k * turn]);
      }
    },
  };
}

/** Transforms a square of numbers row by row and then column by column, in place. */
export function transformSquare(fourier: Fourier, side: number, re: Float64Array, im: Float64Array): void {
  for (let row = 0; row < side * side; row += side)
    fourier.transform(re.subarray(row, row + side), im.subarray(row, row + side), 1);
  fourier.transform(re, im, side);
}

function swapRows(re: Float64Array, im: Float64Array, one: number, other: number, lines: number): void {
  for (let i = 0; i < lines; i++) {
    [re[one + i], re[other + i]] = [re[other + i], re[one + i]];
    [im[one + i], im[other + i]] = [im[other + i], im[one + i]];
  }
}

/** One butterfly of each series: numbers from `even` on with those `step` further, turned by an angle. */
function turnPairs(
  re: Float64Array,
  im: Float64Array,
  even: number,
  step: number,
  lines: number,
  cosine: number,
  sine: number,
): void {
  for (let at = even, odd = even + step; at < even + lines; at++, odd++) {
    const u = cosine * re[odd] - sine * im[odd];
    const v = cosine * im[odd] + sine * re[odd];
    re[odd] = re[at] - u;
    im[odd] = im[at] - v;
    re[at] += u;
    im[at] += v;
  }
}

/** The least power of two that is at least `count`. */
export function powerOfTwoFrom(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, count)));
}
