package dev.prefstream.intake.fabrication;

/**
 * A specific that a text states.
 *
 * @param weight how much it adds to the risk when it is invented: the probability, by judgement,
 *     that it misleads the reader; in (0, 1)
 * @param start in chars, inclusive
 * @param end in chars, exclusive
 * @param form how it is compared: in lower case, without what may be written either way
 */
public record Specific(Kind kind, double weight, int start, int end, String form) {

  /** What it is. */
  public enum Kind {
    LINK(0.6),
    PATH(0.5),
    ERROR_CODE(0.6),
    VERSION(0.5),
    FUNCTION(0.45),
    NUMBER(0.15);

    private final double weight;

    Kind(double weight) {
      this.weight = weight;
    }

    /** Weight of one of this kind of which no more is known. */
    public double weight() {
      return weight;
    }
  }
}
