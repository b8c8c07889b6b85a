import assert from "node:assert/strict";
import { formatStop } from "#environment/lab/src/logic/format-stop.js";
import { type PacedRequest, RequestPace } from "#environment/lab/src/logic/request-pace.js";

describe("requests of controls", () => {
  it("go out one at a time, of those that wait only the latest", () => {
    const sent: PacedRequest<number>[] = [];
    const pace = new RequestPace<number>((request) => sent.push(request));
    for (let value = 1; value <= 50; value++) pace.ask(value, value === 50);
    assert.deepEqual(sent, [{ values: 1, settled: false, sequence: 1 }]);
    assert.equal(pace.answered(7), false);
    assert.equal(pace.answered(1), true);
    assert.deepEqual(sent.slice(1), [{ values: 50, settled: true, sequence: 2 }]);
    assert.equal(pace.answered(1), false);
    assert.equal(pace.isBusy, true);
    assert.equal(pace.answered(2), true);
    assert.equal(pace.isBusy, false);
    assert.equal(sent.length, 2);
  });

  it("begin afresh when whoever would answer is gone", () => {
    const sent: number[] = [];
    const pace = new RequestPace<number>(({ values }) => sent.push(values));
    pace.ask(1, true);
    pace.ask(2, true);
    pace.reset();
    assert.equal(pace.answered(1), false);
    pace.ask(3, true);
    assert.deepEqual(sent, [1, 3]);
  });
});

describe("the value beside a slider", () => {
  it("has the decimals of its stops", () => {
    assert.equal(formatStop(0.5, { step: 0.25 }), "0.50");
    assert.equal(formatStop(2000, { step: 50 }), "2,000");
    assert.equal(formatStop(1, { min: 0.5 }), "1.0");
    assert.equal(formatStop(3e-7, { step: 1e-7 }), "0.0000003");
    assert.equal(formatStop(-160, {}), "-160");
  });
});
