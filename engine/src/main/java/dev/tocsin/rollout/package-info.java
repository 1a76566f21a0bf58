/**
 * Moving from one engine to another without a pause: flags that open and close the gates of engines.
 *
 * <p>In: documents of flags in flagd's format, from operators. Out: what the gates say of an event or alert. The documents
 * are numbered changes in the topic {@code control-flags}, which every node follows; a change counts at a node as soon as it
 * is read there. Promised: a change is whole or not at all, and follows the one that its author saw; what cannot be decided
 * is held, never dropped; an event's share is the same on every node and after every restart.
 *
 * <p>Threads: one follows the topic. Everything may be called by any thread; the gates take no lock.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.rollout;
