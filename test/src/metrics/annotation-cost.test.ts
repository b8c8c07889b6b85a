import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { costAnnotation } from "tumorlab/internal/metrics/annotation-cost";
import type { FrocPoint } from "tumorlab/internal/metrics/froc";

const scans = 10;
const lesions = 20;
const point = (threshold: number, found: number, falsePositives: number): FrocPoint => ({
  ...{ threshold, found, falsePositives },
  sensitivity: found / lesions,
  falsePositivesPerScan: falsePositives / scans,
});
const curve = { scans, lesions, points: [point(0.9, 10, 1), point(0.5, 16, 12), point(0.1, 17, 300)] };

describe("costAnnotation", () => {
  it("adds up what is judged and what is drawn", () => {
    const { alonePerScan, points, best, falseAlarmsWorthAFind } = costAnnotation(curve, {
      judgeS: 6,
      drawMin: 5,
    });
    assert.equal(alonePerScan, 10);
    // (10 + 1) candidates of 0.1 min and 10 lesions of 5 min, over 10 scans.
    assert.ok(Math.abs(points[0].minutesPerScan - 5.11) < 1e-12);
    assert.ok(Math.abs(points[1].minutesPerScan - 2.28) < 1e-12);
    assert.ok(Math.abs(points[2].savedPerScan - 5.33) < 1e-12);
    assert.equal(best?.threshold, 0.5);
    assert.ok(Math.abs(falseAlarmsWorthAFind - 49) < 1e-9);
  });

  it("has no best threshold where false alarms cost more than finds save", () => {
    const noisy = { ...curve, points: [point(0.5, 1, 60), point(0.1, 2, 500)] };
    const { best, points } = costAnnotation(noisy, { judgeS: 6, drawMin: 5 });
    assert.equal(best, undefined);
    assert.ok(points.every(({ savedPerScan }) => savedPerScan < 0));
  });

  it("goes on to lower thresholds just as long as a find comes with fewer false alarms than it is worth", () => {
    const stream = createKey(3).split("costs").stream();
    for (let i = 0; i < 50; i++) {
      let [found, falsePositives] = [0, 0];
      const points = Array.from({ length: 30 }, (_, k) => {
        found = Math.min(lesions, found + stream.integer(0, 2));
        falsePositives += stream.integer(0, 90);
        return point(1 - k / 30, found, falsePositives);
      });
      const prices = { judgeS: stream.uniformBetween(1, 30), drawMin: stream.uniformBetween(1, 10) };
      const { best, falseAlarmsWorthAFind: worth } = costAnnotation({ ...curve, points }, prices);
      const gain = (each: FrocPoint): number => each.found * worth - each.falsePositives;
      const most = Math.max(0, ...points.map(gain));
      if (best) assert.ok(Math.abs(gain(best) - most) < 1e-6 * Math.max(1, most));
      else assert.equal(most, 0);
    }
  });

  it("knows empty curves, free judgements, and prices that cannot be", () => {
    const none = costAnnotation({ scans: 0, lesions: 0, points: [] }, { judgeS: 5, drawMin: 5 });
    assert.deepEqual([none.alonePerScan, none.points, none.best], [0, [], undefined]);
    assert.equal(costAnnotation(curve, { judgeS: 0, drawMin: 1 }).falseAlarmsWorthAFind, Infinity);
    assert.throws(() => costAnnotation(curve, { judgeS: -1, drawMin: 1 }), /judgeS: found -1/);
    assert.throws(() => costAnnotation(curve, { judgeS: 1, drawMin: 0 }), /drawMin: found 0/);
  });
});
