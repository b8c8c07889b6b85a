/** What of a wheel event tells how far it turned. */
export interface WheelTurn {
  deltaY: number;
  /** As in the DOM: 0 pixels, 1 lines, 2 pages. */
  deltaMode: number;
}

/** Pixels that a finger goes on a trackpad for one slice. */
const pixelsPerSlice = 60;

/** Events of this many pixels and more come from the notches of a wheel; trackpads send many small ones. */
const leastNotch = 60;

/**
 * Turns wheel events into slices: one notch of a wheel is one slice, whatever browser and system make of a notch; small
 * movements of a trackpad add up. A change of direction begins anew.
 *
 * @returns takes an event, gives the slices to move: positive for a turn downwards
 */
export function createWheelSteps(): (turn: WheelTurn) => number {
  let gathered = 0;
  return ({ deltaY, deltaMode }) => {
    if (deltaY === 0) return 0;
    if (deltaMode !== 0 || Math.abs(deltaY) >= leastNotch) {
      gathered = 0;
      return Math.sign(deltaY);
    }
    if (Math.sign(gathered) === -Math.sign(deltaY)) gathered = 0;
    gathered += deltaY;
    const slices = Math.trunc(gathered / pixelsPerSlice);
    gathered -= slices * pixelsPerSlice;
    return slices === 0 ? 0 : slices;
  };
}
