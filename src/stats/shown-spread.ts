/**
 * Nodes of the sum over the standard deviations that a sample may show; the error of a power that is smooth in it is below 1e-9. Few units
 * may show nearly anything, and need more nodes.
 */
const nodesFor = (degrees: number): number => (degrees < 30 ? 2000 : 400);

/**
 * Mean of a function of the standard deviation that a sample of normal values shows, in units of the true one, over all that it
 * may turn out to be: what a study finds when it divides by the spread of its own sample.
 *
 * @param degrees of freedom of the sample's standard deviation, above 0.
 * @param of from 0 to 1 and smooth, such as the chance that a test finds something once the spread is seen.
 */
export function averageOverShownSpread(degrees: number, of: (shown: number) => number): number {
  // The sample shows e^u times the true standard deviation. In u the density falls off on both sides faster than any power, and
  // the trapezoid rule on it converges exponentially; dividing by the sum of the weights saves its constant.
  const low = -(37 / degrees + 6.5 / Math.sqrt(degrees));
  const high = Math.min(6.5 / Math.sqrt(degrees), 2.5);
  const nodes = nodesFor(degrees);
  let [sum, total] = [0, 0];
  for (let i = 0; i <= nodes; i++) {
    const u = low + ((high - low) * i) / nodes;
    const shown = Math.exp(u);
    const weight = Math.exp(degrees * (u - (shown * shown - 1) / 2));
    sum += weight * of(shown);
    total += weight;
  }
  return sum / total;
}

/**
 * The smallest whole number from `least` that is enough, where every larger one is enough too. Few are asked where `guess` is near.
 */
export function findSmallestEnough(guess: number, least: number, isEnough: (n: number) => boolean): number {
  let high = Math.max(least, guess);
  let low = least - 1;
  let step = 1;
  if (isEnough(high)) {
    // Downwards in growing steps, to the first that is not enough.
    while (high - step > low && isEnough(high - step)) {
      high -= step;
      step *= 2;
    }
    low = Math.max(low, high - step);
  } else {
    while (!isEnough(high + step)) {
      low = high + step;
      step *= 2;
    }
    low = Math.max(low, high);
    high += step;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
