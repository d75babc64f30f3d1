/**
 * What measurements come to: medians and spread, targets met or missed, tables and plots. No Kafka
 * and no clock in here.
 */
@NullMarked
package dev.prefstream.benchmarks.report;

import org.jspecify.annotations.NullMarked;
