/**
 * A paged event API as vendors run it, with everything that goes wrong at vendors, for proving that a collector loses
 * nothing. It knows no HTTP server: a request record goes in, an answer record comes out.
 *
 * <p>In: a seed, {@link dev.tocsin.simulate.Knobs}, requests. Out: pages of events, faults, and a ledger of every event that
 * was ever to be seen. Promised: the same seed, knobs and clock make the same events; event {@code n} is computed from
 * its number, so that only events which are made but not yet visible cost memory; what the ledger says is what a
 * faultless reader finds.
 *
 * <p>Thread-safe: {@link dev.tocsin.simulate.Simulator} is called by as many threads as there are requests. An answer
 * may be held on purpose.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.simulate;
