package dev.prefstream.drift.detect;

/** Sums of vectors of the same length. */
final class Vectors {

  private Vectors() {}

  static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Adds a vector times a weight to another. */
  static void add(double[] to, double[] vector, double weight) {
    for (int i = 0; i < to.length; i++) {
      to[i] += weight * vector[i];
    }
  }

  /** Mean of at least one. */
  static double[] mean(double[][] vectors) {
    double[] mean = new double[vectors[0].length];
    for (double[] vector : vectors) {
      add(mean, vector, 1);
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= vectors.length;
    }
    return mean;
  }

  /** Each less a vector. */
  static double[][] less(double[][] vectors, double[] vector) {
    double[][] left = new double[vectors.length][];
    for (int i = 0; i < left.length; i++) {
      left[i] = vectors[i].clone();
      add(left[i], vector, -1);
    }
    return left;
  }
}
