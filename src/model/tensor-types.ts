/**
 * The types of TensorFlow.js's tensors, for what others see: those of the whole package are 600 files, which every kernel would
 * read before its first cell, and these are three.
 */
export type {
  Scalar,
  Tensor,
  Tensor1D,
  Tensor4D,
  Tensor5D,
  Variable,
} from "@tensorflow/tfjs-core/dist/tensor.js";
