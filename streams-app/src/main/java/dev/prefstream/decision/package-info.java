/**
 * Step 3 of the data flow: {@code scores} and {@code preference-settings} in; {@code
 * routing-urgent}, {@code routing-standard}, {@code auto-responses} and {@code decision-log} out.
 * What is decided stands in {@code policy}; here it is fed from stores and topics and written out.
 */
@NullMarked
package dev.prefstream.decision;

import org.jspecify.annotations.NullMarked;
