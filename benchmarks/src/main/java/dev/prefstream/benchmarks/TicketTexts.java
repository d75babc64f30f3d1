package dev.prefstream.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;

/**
 * Ticket texts whose lengths in tokens are lognormal with mean 166 and 95th percentile 423, as in
 * support mail. The words are those of such mail, in no meaningful order: only their number and
 * their tokens matter here. The same for the same seed.
 */
final class TicketTexts {

  /** Of the logarithm of the length: mean 166 and p95 423 follow from these two. */
  static final double MU = 4.845;

  static final double SIGMA = 0.731;

  private static final int LONGEST = 4_096;
  private static final String[] WORDS =
      """
      the a we our you your it this that and but or when after since before while because please \
      help thanks hello team customer account invoice payment refund order delivery address login \
      password session browser mobile app page button click error message code timeout server \
      database backup export import report dashboard chart filter search result list file upload \
      download attachment image printer network connection vpn certificate token integration api \
      webhook request response status failed failing fails crash crashed freezes slow slowly \
      broken missing wrong duplicate empty cannot could should would did does is are was were been \
      have has had not no never always sometimes again still already yesterday today morning \
      evening monday friday week month update upgrade version release deploy rollback migration \
      configuration settings permission role user admin manager colleague office production \
      staging urgent blocked question wondering change picture language region currency tax total \
      amount charged twice subscription plan trial cancel renew renewal contract licence seats \
      2024 503 404 10:30 99.95 v3.2.1 EUR USD INV-20418 SSO CSV PDF OAuth Kubernetes PostgreSQL\
      """
          .split("\\s+");

  private final Random random;
  private final ToIntFunction<String> tokens;
  private final Map<String, Integer> known = new HashMap<>();

  /** A subject and a body. */
  record Text(String subject, String body) {}

  /**
   * @param tokens number of tokens of a word in a text
   */
  TicketTexts(long seed, ToIntFunction<String> tokens) {
    this.random = new Random(seed);
    this.tokens = tokens;
  }

  /** A length in tokens. */
  static int length(Random random) {
    double length = Math.exp(MU + SIGMA * random.nextGaussian());
    return (int) Math.max(3, Math.min(LONGEST, Math.round(length)));
  }

  List<Text> texts(int count) {
    List<Text> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int wanted = length(random);
      int inSubject = Math.min(8, wanted / 2);
      texts.add(new Text(words(inSubject), words(wanted - inSubject)));
    }
    return texts;
  }

  private String words(int wanted) {
    StringBuilder text = new StringBuilder();
    int sum = 0;
    while (sum < wanted) {
      String word = WORDS[random.nextInt(WORDS.length)];
      text.append(text.isEmpty() ? "" : " ").append(word);
      sum += known.computeIfAbsent(word, tokens::applyAsInt);
    }
    return text.toString();
  }
}
