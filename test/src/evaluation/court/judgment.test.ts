import assert from "node:assert/strict";
import { settleVerdict } from "tumorlab/internal/evaluation/court/judgment";
import type { CourtVerdict } from "tumorlab/internal/evaluation/court/judgment";

describe("settleVerdict", () => {
  const settle = (...verdicts: CourtVerdict[]): CourtVerdict =>
    settleVerdict(verdicts.map((verdict) => ({ verdict })));

  it("keeps what all say", () => {
    const [better, small, equal, none]: CourtVerdict[] = [
      ...(["better", "better by less than the margin"] as const),
      ...(["equal within the margin", "cannot be told"] as const),
    ];
    for (const each of [better, small, equal, none]) assert.equal(settle(each, each), each);
    assert.equal(settle(better, small), "better");
    assert.equal(settle(small, equal), "equal within the margin");
    for (const other of [equal, none]) assert.equal(settle(better, other), "cannot be told");
    assert.equal(settle(better, small, equal), "cannot be told");
    assert.equal(settle(small, none), "cannot be told");
    assert.equal(settle(), "cannot be told");
  });
});
