/**
 * Step 3 of the data flow: {@code scores} in; {@code decision-log}, {@code auto-responses} and
 * escalations on {@code routing-urgent} out. Where a ticket goes at first is published with its
 * score; here it is written to the log, and what follows is decided. The rules stand in {@code
 * dev.prefstream.policy}; here they are fed from stores and topics.
 */
@NullMarked
package dev.prefstream.decision;

import org.jspecify.annotations.NullMarked;
