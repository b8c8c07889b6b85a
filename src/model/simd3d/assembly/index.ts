// AssemblyScript, not TypeScript: compiled by build.mjs beside it, which writes ../modules.ts. Every function that runs on
// several threads takes the address of its parameters (4 bytes each), the address of its thread's scratch memory, and
// the range of items to do. No item's result depends on which thread does it. There is no static data and no stack in
// memory, so any number of instances share one memory.

export { addArrays, addToRows, leakArray, leakGradient, stepAdamW, stepSgd, sumSquares } from "./arrays";
export { convolve, convolveTransposed, packFilter } from "./convolution";
export { addFilterParts, sumFilterGradient } from "./filter-gradient";
export { copyChannels, gatherBlocks, maximizeBlocks, spreadBlocks } from "./grids";
export { applyLossGradient, sumLoss } from "./loss";
export { applyNormGradient, scaleAndLeak, sumMoments, sumNormGradients } from "./norm";
export { multiplyAndAdd } from "./probe";
export { convolveByBlocks, packBlockFilter } from "./winograd";
