package dev.prefstream.drift.detect;

/**
 * Work that takes long and is done a part at a time. What comes of it depends on what it is begun
 * with alone, not on the parts.
 */
public interface Learning {

  /**
   * Works until a part of the work is done.
   *
   * @param part from 0 for nothing to 1 for all; less than before does nothing
   */
  void advance(double part);
}
