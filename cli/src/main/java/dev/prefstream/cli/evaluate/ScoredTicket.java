package dev.prefstream.cli.evaluate;

import java.util.Map;

/**
 * A ticket with what people and the model say of it.
 *
 * @param score calibrated, in [0, 1]
 * @param groups value of each of {@link Groups#KEYS}
 * @param style style control of its text, in [0, 1]
 * @param truncated whether the model did not see all of it
 */
record ScoredTicket(
    double score, boolean urgent, Map<String, String> groups, double style, boolean truncated) {}
