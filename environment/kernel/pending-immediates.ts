import { Session } from "node:inspector";

/** An immediate, as far as Node lets it be seen. */
interface Immediate extends NodeJS.Immediate {
  _destroyed?: boolean;
}

const holderKey = "tumorlab.kernel.immediates";

/** Number of the last call. */
let latest = 0;

/** Turns of the event loop after which whatever was scheduled before has run. */
const turns = 3;

/**
 * Makes the event loop rest again after a cut.
 *
 * Node runs the immediates of one turn from a list of its own. When one of them is cut off the rest of the list is
 * forgotten but stays counted, and a loop that waits for immediates which never come spins for ever. Nothing of this is
 * to be seen but the count; whatever it has too much is taken off it.
 */
export function settleImmediates(): void {
  // The search takes long in a large heap, and one serves all cuts before it. Another cut may have ended the waiting.
  const number = ++latest;
  afterTurns(turns, () => {
    if (number !== latest) return;
    const counted = countCounted();
    if (counted === 0) return;
    const found = findPending();
    discount(counted - found.length);
    // Of those that something still refers to, the ones that the loop runs have run some turns later.
    afterTurns(turns, () => {
      for (const immediate of found) if (immediate._destroyed === false) clearImmediate(immediate);
    });
  });
}

function afterTurns(count: number, run: () => void): void {
  if (count === 0) run();
  else setTimeout(() => afterTurns(count - 1, run), 10).unref();
}

function countCounted(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Immediate").length;
}

/** Takes immediates off the count that are nowhere any more. */
function discount(count: number): void {
  const template = setImmediate(() => {});
  const flags = Object.getOwnPropertySymbols(template).filter((key) => Reflect.get(template, key) === true);
  clearImmediate(template);
  for (let index = 0; index < count; index++) {
    const standIn = Object.create(Object.getPrototypeOf(template) as object) as Immediate;
    Object.assign(standIn, { _destroyed: false, _idleNext: null, _idlePrev: null, _onImmediate() {} });
    for (const flag of flags) Object.assign(standIn, { [flag]: true });
    clearImmediate(standIn);
  }
}

/** Immediates in the heap that have not run; the search collects garbage first. */
function findPending(): Immediate[] {
  const probe = setImmediate(() => {});
  clearImmediate(probe);
  const holder = { prototype: Object.getPrototypeOf(probe) as unknown, found: [] as Immediate[] };
  const held = `globalThis[Symbol.for(${JSON.stringify(holderKey)})]`;
  const session = new Session();
  session.connect();
  Object.defineProperty(globalThis, Symbol.for(holderKey), { value: holder, configurable: true });
  try {
    session.post("Runtime.evaluate", { expression: `${held}.prototype` }, (error, evaluated) => {
      const prototypeObjectId = evaluated?.result?.objectId;
      if (error || prototypeObjectId === undefined) return;
      session.post("Runtime.queryObjects", { prototypeObjectId }, (failure, queried) => {
        const objectId = queried?.objects?.objectId;
        if (failure || objectId === undefined) return;
        const functionDeclaration = `function () { ${held}.found = [...this]; }`;
        session.post("Runtime.callFunctionOn", { objectId, functionDeclaration });
      });
    });
  } finally {
    session.disconnect();
    Reflect.deleteProperty(globalThis, Symbol.for(holderKey));
  }
  return holder.found.filter((immediate) => immediate._destroyed === false);
}
