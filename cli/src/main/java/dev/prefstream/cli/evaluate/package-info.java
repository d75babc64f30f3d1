/**
 * {@code prefstream evaluate}: how good a model is, on labelled files. Rows take the way of the
 * stream (ticket form, intake's request, bundle's template, tokenizer, network); what comes out is
 * figures with intervals, as a table, JSON, plots and, if asked, a run on an MLflow server.
 */
@NullMarked
package dev.prefstream.cli.evaluate;

import org.jspecify.annotations.NullMarked;
