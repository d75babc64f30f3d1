@NullMarked
package dev.prefstream.scorer.onnx;

import org.jspecify.annotations.NullMarked;
