package dev.prefstream.scorer.text;

import java.util.Arrays;

/**
 * Cuts ids to the length a model takes, as {@code docs/model-bundle.md} says: special tokens stay;
 * of a pair, the pair is cut first, to half of the room; head and tail of each part are kept. Pure.
 *
 * @param maxLength most ids, special tokens counted, at least 4
 * @param headShare share of the kept ids that comes from the head, in (0, 1]; 1 keeps the head only
 */
public record Truncation(int maxLength, double headShare) {

  /** Sequence number of a special token that the tokenizer's template added. */
  private static final int SPECIAL = -1;

  public Truncation {
    if (maxLength < 4) {
      throw new IllegalArgumentException("max_length = " + maxLength + ": must be at least 4");
    }
    if (!(headShare > 0 && headShare <= 1)) {
      throw new IllegalArgumentException(
          "head_share = " + headShare + ": must be above 0 and at most 1");
    }
  }

  /**
   * Indices of the ids to keep, rising.
   *
   * @param sequences for each id 0 for the text, 1 for the pair, anything else for a special token
   */
  public int[] keep(long[] sequences) {
    int[] all = new int[sequences.length];
    Arrays.setAll(all, i -> i);
    if (sequences.length <= maxLength) {
      return all;
    }
    int textIds = count(sequences, 0);
    int pairIds = count(sequences, 1);
    int budget = Math.max(0, maxLength - (sequences.length - textIds - pairIds));
    int pairRoom = Math.min(pairIds, budget / 2);
    int textRoom = Math.min(textIds, budget - pairRoom);
    int[] seen = new int[2];
    int[] kept = new int[maxLength];
    int size = 0;
    for (int i = 0; i < sequences.length && size < maxLength; i++) {
      int sequence = sequences[i] == 0 ? 0 : sequences[i] == 1 ? 1 : SPECIAL;
      boolean keep =
          switch (sequence) {
            case 0 -> keeps(seen[0]++, textIds, textRoom);
            case 1 -> keeps(seen[1]++, pairIds, pairRoom);
            default -> true;
          };
      if (keep) {
        kept[size++] = i;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  /** Whether the id at this position of a part stays when {@code room} of its ids may. */
  private boolean keeps(int position, int ids, int room) {
    if (ids <= room) {
      return true;
    }
    int head = (int) Math.ceil(headShare * room);
    return position < head || position >= ids - (room - head);
  }

  private static int count(long[] sequences, long wanted) {
    return (int) Arrays.stream(sequences).filter(sequence -> sequence == wanted).count();
  }
}
