import assert from "node:assert/strict";
import { noAugmentation } from "tumorlab/internal/training/augmentation";
import { checkTrainingConfig } from "tumorlab/internal/training/check-training-config";
import {
  findPreset,
  learningRateAt,
  presets,
  type TrainingConfig,
} from "tumorlab/internal/training/training-config";

const [liver, , tumor] = presets.tiny.targets;
const recipe: TrainingConfig = {
  ...presets.tiny,
  network: { ...presets.tiny.network, classes: 3 },
  targets: [liver, tumor],
};

describe("recipes", () => {
  it("of the presets hold together", () => {
    for (const preset of Object.values(presets)) checkTrainingConfig(preset);
    assert.equal(findPreset("paper").network.patch[0], 96);
    assert.throws(() => findPreset("huge"), /preset: found "huge", expected tiny, small, paper/);
  });

  it("are refused with the name of what cannot be", () => {
    const refused: [object, RegExp][] = [
      [{ targets: recipe.targets.slice(1) }, /targets: found "1 classes"/],
      [{ targets: [recipe.targets[0], recipe.targets[0]] }, /each structure in one class/],
      [{ targets: [recipe.targets[0], { name: "none", structures: [] }] }, /at least one structure/],
      [{ windowHu: [10, 10] }, /windowHu/],
      [{ spacingMm: [0, 1, 1] }, /spacingMm/],
      [{ batch: 0 }, /batch: found 0/],
      [{ foregroundShare: 2 }, /foregroundShare: found 2/],
      [{ averageDecay: 1 }, /averageDecay/],
      [{ overlap: 1 }, /overlap/],
      [{ gradientClip: -1 }, /gradientClip/],
      [{ optimizer: { kind: "adam" } }, /optimizer\.kind: found "adam", expected one of sgd, adamw/],
      [{ optimizer: { ...recipe.optimizer, learningRate: 0 } }, /learningRate: found 0/],
      [{ augmentation: { ...noAugmentation, flip: [2, 0, 0] } }, /augmentation\.flip/],
      [
        { augmentation: { ...noAugmentation, gamma: { probability: 1, low: 2, high: 1 } } },
        /augmentation\.gamma/,
      ],
      [
        { augmentation: { ...noAugmentation, gamma: { probability: 2, low: 1, high: 1 } } },
        /gamma\.probability/,
      ],
      [{ augmentation: { ...noAugmentation, noise: { probability: 1, maxDeviation: 2 } } }, /maxDeviation/],
      [{ augmentation: { ...noAugmentation, rotation: { probability: 1, maxDegrees: 200 } } }, /maxDegrees/],
      [
        { augmentation: { ...noAugmentation, gamma: { probability: 1 } } },
        /augmentation\.gamma\.low: found undefined/,
      ],
      [{ augmentation: { ...noAugmentation, flips: [0, 0, 0] } }, /augmentation: found "flips"/],
      [{ optimizer: { ...recipe.optimizer, beta1: undefined } }, /optimizer\.beta1: found undefined/],
      [{ optimizer: { ...recipe.optimizer, weightDecay: "0.1" } }, /optimizer\.weightDecay: found "0\.1"/],
      [{ optimizer: { ...recipe.optimizer, warmupSteps: 0.5 } }, /optimizer\.warmupSteps: found 0\.5/],
      [{ optimizer: { ...presets.paper.optimizer, momentum: 1 } }, /optimizer\.momentum: found 1/],
      [{ optimizer: { ...presets.paper.optimizer, power: -1 } }, /optimizer\.power: found -1/],
      [{ optimizer: null }, /optimizer: found null, expected an object with kind/],
      [{ gradientClip: NaN }, /gradientClip: found NaN/],
      [{ overlap: null }, /overlap: found null/],
      [{ spacingMm: [8, 8, "8"] }, /spacingMm: found \[8, 8, "8"\], expected three numbers above 0/],
      [{ windowHu: [-175] }, /windowHu: .*two rising numbers/],
      [{ targets: [null, tumor] }, /targets: .*a list of classes/],
      [{ ignore: [5] }, /ignore: found \[5\]/],
      [{ network: { ...recipe.network, inputChannels: 2 } }, /network\.inputChannels: found 2/],
      [{ network: { ...recipe.network, deepSupervision: "no" } }, /network\.deepSupervision: found "no"/],
      [{ network: { ...recipe.network, patch: [25, 24, 24] } }, /network\.patch: /],
      [{ epochs: 3 }, /recipe: found "epochs"/],
    ];
    for (const [change, message] of refused)
      assert.throws(() => checkTrainingConfig({ ...recipe, ...change }), message);
  });

  it("warm up and fall as they say", () => {
    const { optimizer } = presets.tiny;
    const rate = (step: number) => learningRateAt({ optimizer, steps: 105 }, step);
    assert.equal(rate(0), 0.002);
    assert.equal(rate(5), 0.01);
    assert.ok(Math.abs(rate(55) - 0.005) < 1e-9 && rate(104) < 1e-5);
    const sgd = { optimizer: presets.paper.optimizer, steps: 100 };
    assert.equal(learningRateAt(sgd, 0), 0.01);
    assert.ok(Math.abs(learningRateAt(sgd, 50) - 0.01 * 0.5 ** 0.9) < 1e-12);
  });
});
