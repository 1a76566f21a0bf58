/**
 * {@code tocsin rules …}: lint, test, match and explain Sigma rules from files alone; no server, no configuration.
 *
 * <p>In: rule files and JSON-lines files of events. Out: results on standard output, everything said about them (refused
 * rules, counts, speed) on standard error. {@link dev.tocsin.cli.rules.RulesCommand#commandLine} gives the group to hang into
 * the program; the reader that knows the shapes of events and their log sources is handed in, so that
 * this package knows no other room than {@code sigma} and {@code event}.
 *
 * <p>Exit codes: 0 good, 1 problems found, 2 used wrongly.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.cli.rules;
