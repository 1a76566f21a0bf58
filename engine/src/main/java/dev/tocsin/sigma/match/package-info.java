/**
 * Bytes: the machines under the Sigma matcher. They read JSON and find texts and names in it, and know nothing of
 * rules.
 *
 * <p>In: one event as UTF-8 bytes ({@link dev.tocsin.sigma.match.JsonFields}) and a description of what is wanted
 * ({@link dev.tocsin.sigma.match.Demand}). Out: the values of the wanted fields, folded, one behind the other
 * ({@link dev.tocsin.sigma.match.EventFields}), and which of many literals stand in them
 * ({@link dev.tocsin.sigma.match.LiteralIndex}).
 *
 * <p>Promised: nothing is allocated for an event once the buffers have grown. What these machines do not want to decide
 * (malformed JSON, names given twice, escapes in names) they refuse as irregular, and the caller reads the event with a
 * parser that knows. Indexes are immutable and shared by all threads; readers and buffers belong to one.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.sigma.match;
