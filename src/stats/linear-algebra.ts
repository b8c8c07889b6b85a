/** Small dense symmetric systems, row by row in one array; sizes here are a handful of parameters. */

/**
 * Solves `A x = b` for a symmetric positive definite `A` by Cholesky factorisation.
 *
 * @param a `size * size` numbers, row by row; only the lower triangle is read.
 * @returns the solution, or `undefined` when `A` is not positive definite to working precision.
 */
export function solvePositiveDefinite(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  size: number,
): Float64Array | undefined {
  const factor = factorCholesky(a, size);
  if (!factor) return undefined;
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * x[k];
    x[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * x[k];
    x[i] = sum / factor[i * size + i];
  }
  return x;
}

/** The lower Cholesky factor, or `undefined` when the matrix is not positive definite. */
export function factorCholesky(a: ArrayLike<number>, size: number): Float64Array | undefined {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      if (i === j) {
        if (!(sum > 0) || !Number.isFinite(sum)) return undefined;
        factor[i * size + i] = Math.sqrt(sum);
      } else {
        factor[i * size + j] = sum / factor[j * size + j];
      }
    }
  }
  return factor;
}

/**
 * Eigenvalues of a symmetric matrix by cyclic Jacobi rotations, ascending.
 *
 * @param a `size * size` numbers, row by row, symmetric.
 */
export function symmetricEigenvalues(a: ArrayLike<number>, size: number): number[] {
  const m = Float64Array.from(a);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) off += m[p * size + q] ** 2;
    if (off < 1e-300) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(m, size, p, q);
  }
  return Array.from({ length: size }, (_, i) => m[i * size + i]).sort((x, y) => x - y);
}

function rotate(m: Float64Array, size: number, p: number, q: number): void {
  const apq = m[p * size + q];
  if (apq === 0) return;
  const theta = (m[q * size + q] - m[p * size + p]) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const kp = m[k * size + p];
    const kq = m[k * size + q];
    m[k * size + p] = c * kp - s * kq;
    m[k * size + q] = s * kp + c * kq;
  }
  for (let k = 0; k < size; k++) {
    const pk = m[p * size + k];
    const qk = m[q * size + k];
    m[p * size + k] = c * pk - s * qk;
    m[q * size + k] = s * pk + c * qk;
  }
}
