package dev.prefstream.cli.quickstart;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of one run.
 *
 * @param out folder for the results, created where missing
 */
record OnceFiles(
    Path tickets,
    @Nullable Path responses,
    @Nullable Path settings,
    @Nullable Path labels,
    Path out) {}
