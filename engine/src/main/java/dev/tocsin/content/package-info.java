/**
 * Rule content: from a directory, a git tree or an address into engines that run.
 *
 * <p>In: files of rules, their tests and pipelines. They are packed into a bundle, one deterministic archive that is named
 * by the SHA-256 of its bytes; {@link dev.tocsin.content.BundleCheck} lints it and runs its tests; it is signed, cut into
 * chunks, put into the log, and announced in a numbered change log. Out: each engine that an announcement names fetches
 * the bundle, verifies it, compiles it beside the running one, tests what it compiled, and exchanges the rules. What goes
 * wrong leaves the old rules in force and is said.
 *
 * <p>Promised: an engine never runs what was not signed by a trusted key; the last bundle that ran is on disk, and a start
 * needs nothing else; two engines that run the same commit run the same bytes.
 *
 * <p>Threads: {@link dev.tocsin.content.ContentDesk} may be used by any; each {@link dev.tocsin.content.EngineContent} and
 * each {@link dev.tocsin.content.ContentFeed} has a thread of its own.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.content;
