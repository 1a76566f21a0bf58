/**
 * Moving from one engine to another without a pause: flags that open and close the gates of engines, owners
 * that say whose alerts an engine publishes, and plans that change both step by step.
 *
 * <p>In: documents of flags in flagd's format, hand-overs and plans, from operators. Out: what the gates say of
 * an event or alert, who owns it, how far a plan is. All are numbered changes in the topics {@code
 * control-flags}, {@code control-owners} and {@code control-rollout}, which every node follows. A flag counts at
 * a node as soon as it is read there; a hand-over counts behind its mark in each partition of {@code events}, at
 * every node and whenever it is read. Promised: a change is whole or not at all, and follows the one that its
 * author saw; what cannot be decided is held, never dropped; an event's share is the same on every node and
 * after every restart.
 *
 * <p>Threads: one follows each topic, one carries out plans. Everything may be called by any thread.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.rollout;
