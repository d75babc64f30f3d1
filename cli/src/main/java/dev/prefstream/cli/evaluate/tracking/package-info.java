/** Runs on an MLflow tracking server, by its REST API. Nothing here may fail an evaluation. */
@NullMarked
package dev.prefstream.cli.evaluate.tracking;

import org.jspecify.annotations.NullMarked;
