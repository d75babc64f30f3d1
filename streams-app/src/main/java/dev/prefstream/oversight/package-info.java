/**
 * Step 4 of the data flow: {@code decision-log} and {@code expert-labels} in; {@code
 * review-requests}, {@code accuracy-reports} and {@code fairness-audits} out. People check the
 * machine here; nothing here changes a decision.
 */
@NullMarked
package dev.prefstream.oversight;

import org.jspecify.annotations.NullMarked;
