/**
 * Search over events and alerts. The only room that knows a search engine: Lucene, embedded.
 *
 * <p>In: the streams {@code events} and {@code alerts}, as a leg of its own ({@link dev.tocsin.index.IndexStage}). Out:
 * answers to {@link dev.tocsin.index.SearchQuery}, newest first. There is no schema: any JSON is searchable by its dotted
 * paths, whole values and words, numbers, dates and addresses; how is told in {@code Fields}.
 *
 * <p>Promised: one document for each id and kind, however often it is indexed; documents, offsets and ledger become
 * durable in one Lucene commit, and after a crash the leg goes on from there; a damaged index is moved aside and filled
 * again from the log; one document that cannot be indexed stops no other. The index may lag behind the log and never
 * holds intake back.
 *
 * <p>{@link dev.tocsin.index.SearchIndex} may be used by any thread.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.index;
