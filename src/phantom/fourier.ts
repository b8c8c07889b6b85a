import { requireThat } from "../errors.js";

/** A plan for transforms of one length. */
export interface Fourier {
  /** Transforms `length` complex numbers in place, at `start`, `start + stride`, ... of both arrays; not scaled. */
  transform(re: Float64Array, im: Float64Array, start: number, stride: number): void;
}

/** The fast Fourier transform of a power of two (Cooley and Tukey, radix 2), exponent positive. */
export function createFourier(length: number): Fourier {
  requireThat(Number.isInteger(Math.log2(length)), "length", length, "a power of two");
  const [cos, sin] = [new Float64Array(length / 2), new Float64Array(length / 2)];
  for (let k = 0; k < length / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / length);
    sin[k] = Math.sin((2 * Math.PI * k) / length);
  }
  const order = new Uint32Array(length);
  const bits = Math.log2(length);
  for (let i = 0; i < length; i++)
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) order[i] |= 1 << (bits - 1 - bit);
  const [a, b] = [new Float64Array(length), new Float64Array(length)];
  return {
    transform(re, im, start, stride) {
      for (let i = 0; i < length; i++) {
        a[i] = re[start + order[i] * stride];
        b[i] = im[start + order[i] * stride];
      }
      for (let half = 1; half < length; half *= 2) {
        const turn = length / (2 * half);
        for (let block = 0; block < length; block += 2 * half)
          for (let k = 0; k < half; k++) {
            const c = cos[k * turn];
            const s = sin[k * turn];
            const even = block + k;
            const odd = even + half;
            const u = c * a[odd] - s * b[odd];
            const v = c * b[odd] + s * a[odd];
            a[odd] = a[even] - u;
            b[odd] = b[even] - v;
            a[even] += u;
            b[even] += v;
          }
      }
      for (let i = 0; i < length; i++) {
        re[start + i * stride] = a[i];
        im[start + i * stride] = b[i];
      }
    },
  };
}

/** The least power of two that is at least `count`. */
export function powerOfTwoFrom(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, count)));
}
