/**
 * From YAML text to records: one definition, the record with its annotations, gives parsing, checking and docs.
 *
 * <p>In: a YAML 1.2 file and a record class. Out: the record, or all problems at once, each with file, line and column.
 * Knows no other room's records; each room owns its own {@code …Config} records and annotates them with
 * {@link dev.tocsin.config.Doc}, {@link dev.tocsin.config.Default}, {@link dev.tocsin.config.Tag}. Thread-safe.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.config;
