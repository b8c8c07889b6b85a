import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import type { TrainedModel } from "tumorlab/internal/model/store";
import { initializeWeights } from "tumorlab/internal/model/weights";

/**
 * A network that answers 1 where the image is above a half and 0 elsewhere, whatever lies round it; `gain` times the distance
 * from a half is the logit of 1 against 0.
 */
export function thresholdModel(spacingMm: Vec3, patch: Vec3 = [8, 8, 8], gain = 2): TrainedModel {
  const config = createNetworkConfig({
    classes: 2,
    widths: [4],
    encoderBlocks: [1],
    patch,
    normalization: "none",
  });
  const weights = initializeWeights(config, createKey(0)).map((tensor) => ({
    ...tensor,
    data: new Float32Array(tensor.data.length),
  }));
  const set = (name: string, at: number, value: number): void => {
    weights.find((tensor) => tensor.name === name)!.data[at] = value;
  };
  set("encoder.0.0.filter", 13 * 4, 1);
  set("head.0.filter", 1, gain);
  set("head.0.bias", 1, -gain / 2);
  return { config, weights, classNames: ["background", "bright"], spacingMm, windowHu: [0, 100] };
}
