import assert from "node:assert/strict";
import { createBoard } from "tumorlab/internal/cli/experiment-board";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { listTrials } from "tumorlab/internal/experiment/plan/plan";
import type { RunnerEvent } from "tumorlab/internal/experiment/run/local-runner";

const [first, second, third] = listTrials(createPlan("tiny"));

/** What is written while these events happen. */
function show(isTerminal: boolean, events: readonly RunnerEvent[]): string[] {
  const written: string[] = [];
  const io = {
    out: () => undefined,
    err: (text: string) => void written.push(text),
    isTerminal,
    signal: new AbortController().signal,
  };
  const board = createBoard(12, 3, io);
  for (const event of events) board.add(event);
  board.end();
  return written;
}

const events: RunnerEvent[] = [
  { kind: "scans", done: 4, total: 9 },
  { kind: "start", trial: first, attempt: 1, pid: 1 },
  { kind: "start", trial: second, attempt: 1, pid: 2 },
  { kind: "progress", trial: second, update: { done: 30, total: 200, label: "training" } },
  { kind: "progress", trial: third, update: { done: 1 } },
  { kind: "done", trial: first, seconds: 4 },
  { kind: "failed", trial: third, reason: "no space left" },
];

describe("board of a running experiment", () => {
  it("draws a table over itself on a terminal: done, running, failed, and what each does", () => {
    const written = show(true, events);
    const last = written[written.length - 1];
    assert.match(last, /4 of 12 trials done, 1 running, 1 failed/);
    assert.match(last, /kidney, real\+synthetic, 1 patient, seed 1: training 30\/200, /);
    assert.match(last, /failed: kidney, real, 2 patients, seed 1: no space left/);
    assert.match(last, /scans 4\/9/);
    assert.ok(!last.includes("starting"));
    assert.ok(last.startsWith("\u001b[4A\r\u001b[J"), "over the four lines before it");
    assert.ok(!written[0].startsWith("\u001b["), "nothing to draw over at first");
  });

  it("tells each event but progress as a line of JSON elsewhere", () => {
    const lines = show(false, [...events, { kind: "scans", done: 9, total: 9 }]).map(
      (line) => JSON.parse(line) as { event: string; trial?: { index: number } },
    );
    assert.deepEqual(
      lines.map(({ event, trial }) => `${event} ${trial?.index ?? ""}`.trim()),
      ["start 0", "start 1", "done 0", "failed 2", "scans"],
    );
  });
});
