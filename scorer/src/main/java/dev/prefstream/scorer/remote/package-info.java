/**
 * Models that an inference server has, over HTTP: the Open Inference Protocol of Triton and KServe,
 * and the pooling, classification and score APIs of vLLM. Text side, calibration and golden cases
 * are the bundle's, as with a model of our own.
 */
@NullMarked
package dev.prefstream.scorer.remote;

import org.jspecify.annotations.NullMarked;
