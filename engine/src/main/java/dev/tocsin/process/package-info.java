/**
 * Parse, normalise, classify: from what came to an event that rules can read.
 *
 * <p>In: an event of the stream {@code intake}, whose body keeps the sender's text in {@code event.original} and says how
 * it came in {@code tocsin}. Out: an event with ECS names, the vendor's own fields under {@code vendor} (Sigma rules match
 * on those), the log source, and the index stamped from event time; or the reason why not.
 * {@link dev.tocsin.process.Processor} is a pure function of the intake event and its configuration: the same event gives
 * the same outcome on every node and in every replay. It never throws; input that breaks the format it declares comes back
 * as {@link dev.tocsin.process.Outcome.Dead} with where and what.
 *
 * <p>Steps come after it. All but one are functions of the event, too; a lookup ({@link dev.tocsin.process.Lookup}) writes
 * into the event what a table says when the event is processed.
 *
 * <p>Two tables under {@code resources/process} carry the knowledge about vendors: {@code logsources.yml} (classification,
 * which users extend) and {@code ecs/*.yml} (names). One class per format parses it; {@link dev.tocsin.process.Parsing}
 * chooses. Everything here is immutable and may be used by any thread.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.process;
