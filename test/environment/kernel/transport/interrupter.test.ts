import assert from "node:assert/strict";
import { until } from "../support.js";
import { createSections } from "#environment/kernel/sections.js";
import { createSharedState, mode, word } from "#environment/kernel/shared-state.js";
import { createInterrupter } from "#environment/kernel/transport/interrupter.js";
import { createMail } from "#environment/kernel/transport/mail.js";

describe("an interrupt of a thread that does not listen", () => {
  /** A main thread that runs loops one after the other, each until it is terminated, and then hears all its mail. */
  function startMain({ loops, hits }: { loops: number; hits: (attempt: number) => boolean }) {
    const state = createSharedState();
    const sections = createSections(state);
    let left = loops;
    let attempts = 0;
    const port = {
      postMessage({ number, message }: { number: number; message: { kind: string; attempt?: number } }) {
        if (left > 0 || number !== Atomics.load(state, word.received) + 1) return;
        Atomics.store(state, word.received, number);
        if (message.kind === "cut") sections.endCut(message.attempt!);
        if (message.kind === "interrupt") Atomics.store(state, word.interruptsOver, 1);
      },
    };
    const mail = createMail(port, state);
    const interrupter = createInterrupter(
      state,
      (number) => mail.tell({ kind: "interrupt", number }),
      (attempt, limitMs) => mail.insist({ kind: "cut", attempt }, limitMs),
      () => {
        if (hits(attempts++)) left--;
        return Promise.resolve();
      },
    );
    const isAtRest = (): boolean =>
      Atomics.load(state, word.interruptsOver) === 1 && Atomics.load(state, word.mode) === mode.open;
    return { state, interrupter, isAtRest, attempts: () => attempts };
  }

  it("needs one cut where that hits the loop", async () => {
    const main = startMain({ loops: 1, hits: () => true });
    main.interrupter.interrupt();
    await until(main.isAtRest, "the interrupt to be over", 10_000);
    assert.equal(main.attempts(), 1);
  });

  it("cuts again where the first cut came between two callbacks, and where another loop follows", async () => {
    const missed = startMain({ loops: 1, hits: (attempt) => attempt > 1 });
    missed.interrupter.interrupt();
    await until(missed.isAtRest, "the interrupt to be over", 10_000);
    assert.equal(missed.attempts(), 3);
    const two = startMain({ loops: 2, hits: () => true });
    two.interrupter.interrupt();
    await until(two.isAtRest, "the interrupt to be over", 10_000);
    assert.equal(two.attempts(), 2);
  });

  it("lets an earlier attempt's end be no end of a later one, and frees kernel code that was left", () => {
    const state = createSharedState();
    const sections = createSections(state);
    Atomics.store(state, word.mode, mode.cutting + 1);
    sections.endCut(0);
    assert.equal(sections.isCutting, true);
    sections.endCut(1);
    assert.equal(Atomics.load(state, word.mode), mode.open);
    Atomics.store(state, word.mode, mode.kernel);
    sections.endCut(0);
    assert.equal(Atomics.load(state, word.mode), mode.open);
  });
});
