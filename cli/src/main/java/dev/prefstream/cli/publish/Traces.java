package dev.prefstream.cli.publish;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Values of the {@code traceparent} header (W3C Trace Context): a new trace for each record, marked
 * as sampled. For one thread.
 */
final class Traces {

  private static final HexFormat HEX = HexFormat.of();

  private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

  String next() {
    String trace = HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(nonZero());
    return "00-%s-%s-01".formatted(trace, HEX.toHexDigits(nonZero()));
  }

  /** Ids of zeros alone are not valid. */
  private long nonZero() {
    long value = random.nextLong();
    return value == 0 ? 1 : value;
  }
}
