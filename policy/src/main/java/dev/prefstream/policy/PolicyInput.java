package dev.prefstream.policy;

/**
 * Everything the routing of a ticket depends on. Neither region, language nor audit group is here:
 * where a ticket comes from does not change how urgent it is.
 *
 * @param score calibrated score of the ticket in [0, 1]
 * @param confidence calibrated probability of the likelier side, in [0.5, 1]
 * @param preferences of its tenant
 */
public record PolicyInput(double score, double confidence, Preferences preferences) {}
