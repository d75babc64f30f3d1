/** Models in ONNX form on ONNX Runtime. */
@NullMarked
package dev.prefstream.scorer.onnx;

import org.jspecify.annotations.NullMarked;
