/** Writes transformers with random weights as model bundles: for speed, not for sense. */
@NullMarked
package dev.prefstream.benchmarks.onnx;

import org.jspecify.annotations.NullMarked;
