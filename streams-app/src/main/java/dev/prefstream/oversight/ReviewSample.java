package dev.prefstream.oversight;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which tickets experts are asked about: a sample by hash of the ticket id. The same tickets are
 * picked on every run, and a higher rate picks all that a lower one does.
 */
final class ReviewSample {

  private ReviewSample() {}

  /**
   * Whether the ticket is in the sample.
   *
   * @param rate in [0, 1]
   */
  static boolean picks(String ticketId, double rate) {
    return place(ticketId) < rate;
  }

  /** A ticket's place in [0, 1), evenly spread over ids. */
  private static double place(String ticketId) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(ticketId.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1.0p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256; this one does not", e);
    }
  }
}
