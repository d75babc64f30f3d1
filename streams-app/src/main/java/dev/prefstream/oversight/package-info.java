/**
 * Step 4 of the data flow: {@code decision-log}, {@code expert-labels}, {@code erasures} and {@code
 * audit-requests} in; {@code review-requests}, {@code accuracy-reports}, {@code fairness-audits}
 * and {@code style-reports} out. People check the machine here; nothing here changes a decision.
 */
@NullMarked
package dev.prefstream.oversight;

import org.jspecify.annotations.NullMarked;
