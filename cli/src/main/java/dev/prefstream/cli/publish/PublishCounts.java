package dev.prefstream.cli.publish;

/**
 * How far a file is published. {@code lines = empty + skipped + lines with outcomes}; every outcome
 * is either published or dead-lettered. A line has one outcome, except that of several responses.
 *
 * @param lines lines read
 * @param empty lines that hold nothing
 * @param skipped lines an earlier run had published or dead-lettered
 * @param published records sent and committed by this run
 * @param deadLettered dead letters sent and committed by this run
 * @param publishedBefore records of this file that earlier runs had committed
 * @param deadLetteredBefore dead letters of this file that earlier runs had committed
 */
public record PublishCounts(
    long lines,
    long empty,
    long skipped,
    long published,
    long deadLettered,
    long publishedBefore,
    long deadLetteredBefore) {

  /** Records of this file on the topic. */
  public long publishedInAll() {
    return published + publishedBefore;
  }

  /** Dead letters of this file. */
  public long deadLetteredInAll() {
    return deadLettered + deadLetteredBefore;
  }
}
