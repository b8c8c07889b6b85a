import type { NetworkConfig } from "./network-config.js";

/**
 * What the layers of a network are made of. One walk over the network serves whoever implements this: tensors flow
 * through it to compute, shapes to count parameters, floating point operations and memory.
 */
export interface NetworkLayers<T> {
  /** Convolution without bias, zero padding, `ceil(n / stride)` voxels along each axis. */
  convolve(name: string, input: T, layer: { from: number; to: number; kernel: 1 | 3; stride: 1 | 2 }): T;
  /** Normalisation with a gain and a shift a channel, then a leaky ReLU; slope 1 leaves it out. */
  normalize(name: string, input: T, layer: { channels: number; slope: number }): T;
  /** Transposed convolution 2x2x2 with stride 2: twice the voxels along each axis. */
  enlarge(name: string, input: T, layer: { from: number; to: number }): T;
  /** Channels of both, the first's first. */
  join(first: T, second: T): T;
  /** The sum of both after a leaky ReLU. */
  addAndActivate(first: T, second: T, slope: number): T;
  /** Convolution 1x1x1 with a bias: the logits. */
  output(name: string, input: T, layer: { from: number; to: number }): T;
}

/**
 * Walks through a U-Net.
 *
 * @returns logits of the finest level first; of coarser levels behind it with deep supervision, down to the last but one.
 */
export function walkNetwork<T>(config: NetworkConfig, input: T, layers: NetworkLayers<T>): T[] {
  const { widths, slope } = config;
  const block = (name: string, x: T, from: number, to: number, stride: 1 | 2, blockSlope = slope): T =>
    layers.normalize(name, layers.convolve(name, x, { from, to, kernel: 3, stride }), {
      channels: to,
      slope: blockSlope,
    });

  const residualBlock = (name: string, x: T, from: number, to: number, stride: 1 | 2): T => {
    const inner = block(`${name}.b`, block(`${name}.a`, x, from, to, stride), to, to, 1, 1);
    const straight =
      from === to && stride === 1
        ? x
        : layers.normalize(
            `${name}.skip`,
            layers.convolve(`${name}.skip`, x, { from, to, kernel: 1, stride }),
            { channels: to, slope: 1 },
          );
    return layers.addAndActivate(inner, straight, slope);
  };

  let x = input;
  const skips: T[] = [];
  widths.forEach((width, level) => {
    const before = level === 0 ? config.inputChannels : widths[level - 1];
    // A residual encoder starts with one plain convolution: the image itself is no feature to add to.
    const hasStem = config.encoder === "residual" && level === 0;
    if (hasStem) x = block("stem", x, before, width, 1);
    for (let i = 0; i < config.encoderBlocks[level]; i++) {
      const name = `encoder.${level}.${i}`;
      const from = i > 0 || hasStem ? width : before;
      const stride = i === 0 && level > 0 ? 2 : 1;
      x = (config.encoder === "residual" ? residualBlock : block)(name, x, from, width, stride);
    }
    skips.push(x);
  });

  const outputs: T[] = [];
  for (let level = widths.length - 2; level >= 0; level--) {
    const width = widths[level];
    x = layers.join(
      skips[level],
      layers.enlarge(`decoder.${level}.up`, x, { from: widths[level + 1], to: width }),
    );
    for (let i = 0; i < config.decoderBlocks[level]; i++)
      x = block(`decoder.${level}.${i}`, x, i === 0 ? 2 * width : width, width, 1);
    if (level > 0 && config.deepSupervision)
      outputs.unshift(layers.output(`head.${level}`, x, { from: width, to: config.classes }));
  }
  return [layers.output("head.0", x, { from: widths[0], to: config.classes }), ...outputs];
}
