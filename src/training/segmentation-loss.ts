import { ignoreLabel } from "../anatomy/label-classes.js";
import type { NetworkConfig } from "../model/network-config.js";
import { type ParameterTensors, runNetwork } from "../model/network.js";
import { segmentationLoss } from "../model/ops/loss.js";
import type { Scalar } from "../model/tensor-types.js";
import { loadTensorFlow } from "../model/tensorflow.js";
import type { Batch } from "./batch.js";

/**
 * Dice and cross-entropy of a batch on the engine in use; coarser outputs count half as much each as the next finer one.
 */
export function segmentationBatchLoss(
  network: NetworkConfig,
  batch: Batch,
  parameters: ParameterTensors,
): Scalar {
  const tf = loadTensorFlow();
  const [x, y, z] = network.patch;
  const image = tf.tensor5d(batch.images, [batch.cases.length, x, y, z, 1]);
  const outputs = runNetwork(network, image, parameters);
  const total = outputs.reduce((sum, _, level) => sum + 0.5 ** level, 0);
  const losses = outputs.map((logits, level) => {
    const labels = coarseLabels(batch.labels, [batch.cases.length, x, y, z], 2 ** level);
    const shape = logits.shape.slice(0, 4) as [number, number, number, number];
    const loss = segmentationLoss(logits, tf.tensor4d(labels, shape, "int32"), { ignoreLabel });
    return outputs.length === 1 ? loss : tf.mul(loss, 0.5 ** level / total);
  });
  return losses.length === 1 ? (losses[0] as Scalar) : tf.addN(losses).asScalar();
}

/** Every so many voxels along each axis. */
function coarseLabels(
  labels: Int32Array,
  [batch, nx, ny, nz]: readonly [number, number, number, number],
  factor: number,
): Int32Array {
  if (factor === 1) return labels;
  const coarse = new Int32Array(labels.length / factor ** 3);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let x = 0; x < nx; x += factor)
      for (let y = 0; y < ny; y += factor)
        for (let z = 0; z < nz; z += factor) coarse[at++] = labels[((b * nx + x) * ny + y) * nz + z];
  return coarse;
}
