/**
 * Step two of the data flow: {@code scoring-requests} in; {@code scores}, where each ticket goes
 * ({@code routing-urgent}, {@code routing-standard}) and {@code dead-letters} out. A consumer group
 * of its own with transactions, so that rows of many partitions share a batch on the device and a
 * score is still given exactly once.
 *
 * <p>A record goes through {@code loop} (poll), {@code text} (template, tokens), {@code pack}
 * (which rows share a batch), {@code model} and what implements it ({@code onnx}, {@code remote},
 * ...), and {@code loop} again (offset order, transaction). {@code bundle} is how models come in.
 */
@NullMarked
package dev.prefstream.scorer;

import org.jspecify.annotations.NullMarked;
