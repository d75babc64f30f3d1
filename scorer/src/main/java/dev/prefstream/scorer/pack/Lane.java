package dev.prefstream.scorer.pack;

/** Rows that may share a batch, because one model scores them. Compared by identity. */
public interface Lane {

  /** Lower goes first when both wait. */
  int priority();

  /** The length to which a batch is padded whose longest row has this cost; at least that. */
  int paddedLength(int cost);
}
