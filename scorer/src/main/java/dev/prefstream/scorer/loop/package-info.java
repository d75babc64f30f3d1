/**
 * The transactional loop: poll, prepare, score, put back into offset order, send and commit, with
 * each ticket's score where the ticket goes.
 *
 * <p>One thread owns consumer and producer ({@code ScoringLoop}). Preparers decode and tokenise,
 * device workers score; both hand rows on through {@code Dispatcher}. What is scored waits in
 * {@code OffsetLedger} until everything before it in its partition is done too; an epoch is such a
 * prefix of every partition, sent and committed in one transaction. So no transaction is open while
 * a device works, and the device goes on while a transaction commits.
 */
@NullMarked
package dev.prefstream.scorer.loop;

import org.jspecify.annotations.NullMarked;
