package dev.prefstream.policy;

/**
 * Style of a text, as measured at intake.
 *
 * @param length code points
 * @param codeFence whether it holds a Markdown code fence
 * @param formality in [0, 1], 0.5 without evidence
 * @param directness in [0, 1], 0.5 without evidence
 */
public record Style(int length, boolean codeFence, double formality, double directness) {}
