package dev.prefstream.policy;

/**
 * A response that competes for a ticket.
 *
 * @param responseId unique within the ticket
 * @param score calibrated preference score in [0, 1]
 * @param fabricationRisk how far it may have made up what it states, in [0, 1]
 */
public record Candidate(String responseId, double score, Style style, double fabricationRisk) {

  /**
   * A candidate and what the rules make of its score.
   *
   * @param adjusted the score candidates compete with, and how it came about
   */
  public record Judged(Candidate candidate, Adjusted adjusted) {}
}
